// @ts-check
/** How far each person has read, kept in this browser so that switching persons shows what waits for them. */
import { signal } from "@preact/signals";
import { compareTs } from "./timeline.js";
import { messagesOf, workspace } from "./store.js";
import { unreadOf } from "./unread.js";

const KEY = "coalmine-playground-read";

/** @type {import("@preact/signals").Signal<Readonly<Record<string, string>>>} `U… C…` or `U… C…/ts` → ts. */
const marks = signal(load());

/** @returns {Record<string, string>} */
function load() {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof stored === "object" && stored !== null ? stored : {};
  } catch {
    // Storage may be forbidden or damaged; then everything is simply new.
    return {};
  }
}

/** The last `ts` a person saw in a place. @param {string} person @param {string} where */
export function markOf(person, where) {
  return String(marks.value[`${person} ${where}`] ?? "0");
}

/** Says that a person has seen a place up to a message. @param {string} person @param {string} where @param {string} ts */
export function markRead(person, where, ts) {
  if (compareTs(ts, markOf(person, where)) <= 0) return;
  marks.value = { ...marks.value, [`${person} ${where}`]: ts };
  try {
    localStorage.setItem(KEY, JSON.stringify(marks.value));
  } catch {
    // Without storage the marks live as long as the page does.
  }
}

/** Unread messages of a channel for the person being played. @param {import("../ui-protocol.ts").UiChannel} channel */
export function unreadFor(channel) {
  const state = workspace.value;
  return state ? countFor(state, state.me, channel) : { fresh: 0, calls: 0 };
}

/** Calls for another person in what the present one can see: the hint on the person switcher. @param {string} person */
export function callsFor(person) {
  const state = workspace.value;
  const open = state?.channels.filter(({ kind }) => kind !== "im") ?? [];
  return state ? open.reduce((sum, channel) => sum + countFor(state, person, channel).calls, 0) : 0;
}

/** @param {import("../ui-protocol.ts").UiState} state @param {string} person @param {import("../ui-protocol.ts").UiChannel} channel */
function countFor(state, person, channel) {
  return unreadOf({
    messages: messagesOf(channel.id),
    person,
    direct: channel.kind === "im",
    groups: state.groups,
    marks: (where) => markOf(person, where),
    channel: channel.id,
  });
}
