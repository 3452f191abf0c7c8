// @ts-check
/** Moves between persons, channels and threads. The address is the truth; `place` follows it. */
import { forgetInputs } from "./actions.js";
import { applyState, forgetPerson, place, workspace } from "./store.js";
import { named, placeOfPermalink, readPlace, writePlace } from "./route.js";
import { fetchState, idOfPerson, listenAs } from "./server.js";
import { lastPlayed } from "./preferences.js";

/** The home tab's place in the address. */
export const HOME = "home";

/** Goes somewhere; what is left out stays as it is, except that a thread stays with its channel. @param {Partial<import("./route.js").Place>} to */
export function go(to) {
  const from = place.value;
  const thread = to.thread ?? (to.channel === undefined || to.channel === from.channel ? from.thread : "");
  location.hash = writePlace({ ...from, message: "", ...to, thread });
}

/** Plays another person. The channel stays, if they can see it. @param {string} user */
export function switchTo(user) {
  go({ user, thread: place.value.thread });
}

/** Where a link leads inside this page, if it is a permalink of it. @param {string} url */
export function insideOf(url) {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  return target?.origin === location.origin ? placeOfPermalink(target) : undefined;
}

/** Reads the address, follows it from now on, and connects. */
export async function startNavigation() {
  const linked = placeOfPermalink(new URL(location.href));
  if (linked) history.replaceState(null, "", `/${writePlace({ ...readPlace(location.hash), ...linked })}`);
  await follow();
  addEventListener("hashchange", () => void follow());
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

/** @param {string} wanted an id, a name, or "" for whoever was played last */
async function become(wanted) {
  const user = named(workspace.value?.people ?? [], wanted)?.id ?? wanted;
  const state = await stateOf(user || lastPlayed.value);
  forgetPerson();
  forgetInputs();
  applyState(state);
  lastPlayed.value = state.me;
  listenAs(state.me);
}

/** @param {string} user */
async function stateOf(user) {
  try {
    return await fetchState(user);
  } catch {
    // Not an id: a name from the address, or an id of an earlier workspace.
    return fetchState(await idOfPerson(user));
  }
}

/** Turns names of the address into ids, and an empty or unknown channel into the first one. @param {import("./route.js").Place} wanted */
function settle(wanted) {
  const state = workspace.value;
  if (state === null) return;
  const found = named(state.channels, wanted.channel) ?? firstChannel(state);
  place.value = { ...wanted, user: state.me, channel: wanted.channel === HOME ? HOME : (found?.id ?? "") };
}

/** @param {import("../ui-protocol.ts").UiState} state */
function firstChannel({ channels }) {
  const open = channels.filter(({ kind, archived }) => kind !== "im" && !archived);
  return channels.find(({ name }) => name === "deploys") ?? open[0] ?? channels[0];
}
