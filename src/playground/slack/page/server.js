// @ts-check
/**
 * The page's side of `ui-protocol.ts`: JSON over `/ui/*` and one event stream.
 *
 * @typedef {import("../ui-protocol.ts").UiActions} UiActions
 * @typedef {{ ok: true, options?: any[], option_groups?: any[] } | { ok: false, error: string }} Answer
 */
import { reasonFor } from "./reasons.js";
import { applyEvent, applyState, link, workspace } from "./store.js";

/** The first look must not hang on an event stream that opens late. */
const PATIENCE_MS = 1_000;

/** @type {EventSource | undefined} */
let stream;

/**
 * Reads the workspace as one person sees it.
 * @param {string} user an id @returns {Promise<import("../ui-protocol.ts").UiState>}
 */
export async function fetchState(user) {
  const answer = await fetch(`/ui/state?user=${encodeURIComponent(user)}`);
  const state = answer.ok ? await answer.json() : { ok: false, error: `status ${answer.status}` };
  if (state.ok === false) throw new Error(`while reading the workspace as ${user}: ${state.error}`);
  return state;
}

/**
 * The id behind a person's name, for addresses that were written by hand; without a name the first person.
 * @param {string} name @returns {Promise<string>}
 */
export async function idOfPerson(name) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch("/admin/info", { method: "POST", headers, body: "{}" });
  const { ids } = await answer.json();
  /** @type {Map<string, string>} */
  const known = new Map(Object.entries(ids.people));
  return known.get(name.toLowerCase()) ?? [...known.values()][0] ?? "";
}

/**
 * Sends what a person did.
 * @template {keyof UiActions} K
 * @param {K} kind @param {UiActions[K]} body @returns {Promise<Answer>}
 */
export async function send(kind, body) {
  try {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`/ui/${kind}`, { method: "POST", headers, body: JSON.stringify(body) });
    const said = await answer.json();
    return said.ok === false ? { ok: false, error: reasonFor(String(said.error)) } : said;
  } catch {
    // Network errors and non-JSON answers mean the same to the person: nothing was done.
    return { ok: false, error: "the workspace server cannot be reached; nothing was sent" };
  }
}

/**
 * Listens as one person. The state is read once the stream is open, so that no event falls between the two;
 * events that come earlier wait for it. Every reconnection reads the state anew.
 * @param {string} user
 */
export function listenAs(user) {
  stream?.close();
  const mine = new EventSource(`/ui/events?user=${encodeURIComponent(user)}`);
  stream = mine;
  link.value = "opening";
  /** @type {import("../ui-protocol.ts").UiEvent[] | undefined} */
  let waiting = [];

  const refresh = async () => {
    waiting = [];
    const state = await fetchState(user).catch(() => undefined);
    if (stream !== mine) return;
    if (state) {
      applyState(state);
      for (const event of waiting ?? []) applyEvent(event);
      waiting = undefined;
    } else setTimeout(() => stream === mine && void refresh(), PATIENCE_MS);
  };

  const impatient = setTimeout(() => void refresh(), PATIENCE_MS);
  mine.addEventListener("open", () => {
    clearTimeout(impatient);
    link.value = "open";
    void refresh();
  });
  mine.addEventListener("error", () => {
    if (stream === mine) link.value = "lost";
  });
  mine.addEventListener("message", ({ data }) => {
    if (stream !== mine) return;
    const event = JSON.parse(data);
    if (waiting) waiting.push(event);
    else applyEvent(event);
  });
}

/** The id of the person being played. */
export function me() {
  return workspace.value?.me ?? "";
}
