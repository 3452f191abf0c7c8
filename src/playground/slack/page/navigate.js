// @ts-check
/** Moves between persons, channels and threads. The address is the truth; `place` follows it. */
import { forgetInputs } from "./actions.js";
import { applyState, forgetPerson, place, workspace } from "./store.js";
import { named, readPlace, writePlace } from "./route.js";
import { fetchState, listenAs } from "./server.js";

/** The home tab's place in the address. */
export const HOME = "home";

/** Goes somewhere; what is left out stays as it is. @param {Partial<import("./route.js").Place>} to */
export function go(to) {
  const from = place.value;
  const thread = to.thread ?? (to.channel === undefined || to.channel === from.channel ? from.thread : "");
  location.hash = writePlace({ ...from, ...to, thread });
}

/** Plays another person. The channel stays, if they can see it. @param {string} user */
export function switchTo(user) {
  go({ user, thread: place.value.thread });
}

/** Reads the address, follows it from now on, and connects. */
export async function startNavigation() {
  addEventListener("hashchange", () => void follow());
  await follow();
}

async function follow() {
  const wanted = readPlace(location.hash);
  if (workspace.value === null || !isMe(wanted.user)) await become(wanted.user);
  settle(readPlace(location.hash));
}

/** @param {string} user */
function isMe(user) {
  const state = workspace.value;
  return state !== null && (user === "" || named(state.people, user)?.id === state.me);
}

/** @param {string} wanted */
async function become(wanted) {
  const known = workspace.value ?? (await fetchState(/^[UW][A-Z0-9]{2,}$/.test(wanted) ? wanted : ""));
  const user = named(known.people, wanted)?.id ?? known.me;
  const state = known.me === user && workspace.value === null ? known : await fetchState(user);
  forgetPerson();
  forgetInputs();
  applyState(state);
  listenAs(user);
}

/** Turns names of the address into ids, and an empty or unknown channel into the first one. @param {import("./route.js").Place} wanted */
function settle(wanted) {
  const state = workspace.value;
  if (state === null) return;
  const channel =
    wanted.channel === HOME ? HOME : ((named(state.channels, wanted.channel) ?? firstChannel(state))?.id ?? "");
  place.value = { user: state.me, channel, thread: wanted.thread };
}

/** @param {import("../ui-protocol.ts").UiState} state */
function firstChannel(state) {
  return (
    state.channels.find(({ name }) => name === "deploys") ??
    state.channels.find(({ kind, archived }) => kind !== "im" && !archived) ??
    state.channels[0]
  );
}
