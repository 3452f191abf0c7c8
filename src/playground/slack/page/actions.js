// @ts-check
/**
 * What a person does, sent to the server, with what the page must remember meanwhile: inputs, busy elements, warnings.
 *
 * @typedef {{ kind: "message", channel: string, ts: string } | { kind: "view", viewId: string }} Surface where an element stands
 * @typedef {import("./form-state.js").Entry} Entry
 */
import { signal } from "@preact/signals";
import { addToast, place } from "./store.js";
import { collectState, firedAction, problemsOf } from "./form-state.js";
import { me, send } from "./server.js";

/** How long the mark of a failed press stays, in milliseconds. */
const WARNING_MS = 8_000;

/** @type {import("@preact/signals").Signal<ReadonlyMap<string, Entry>>} Inputs that were touched, by surface, block and action. */
const touched = signal(new Map());
/** @type {import("@preact/signals").Signal<ReadonlySet<string>>} Elements and views whose answer is awaited. */
const busy = signal(new Set());
/** @type {import("@preact/signals").Signal<ReadonlyMap<string, string>>} Elements whose last press failed, with the reason. */
const warnings = signal(new Map());
/** @type {import("@preact/signals").Signal<ReadonlyMap<string, Readonly<Record<string, string>>>>} Problems the page found itself, by view. */
export const problems = signal(new Map());

/** @param {Surface} surface */
export function surfaceKey(surface) {
  return surface.kind === "view" ? `view ${surface.viewId}` : `message ${surface.channel} ${surface.ts}`;
}

/** @param {Surface} surface @param {string} blockId @param {string} actionId */
function elementKey(surface, blockId, actionId) {
  return `${surfaceKey(surface)}\n${blockId}\n${actionId}`;
}

/** Empties what the person played before had typed and chosen. */
export function forgetInputs() {
  touched.value = new Map();
  problems.value = new Map();
  warnings.value = new Map();
}

/** What a person changed on a surface. @param {Surface} surface @returns {import("./form-state.js").Touched} */
export function touchedOn(surface) {
  const known = touched.value;
  return (blockId, actionId) => known.get(elementKey(surface, blockId, actionId));
}

/** @param {Surface} surface @param {any} block @param {any} element @param {Entry} entry */
export function remember(surface, block, element, entry) {
  touched.value = new Map(touched.value).set(elementKey(surface, block.block_id, element.action_id), entry);
  if (surface.kind === "view" && problems.value.get(surface.viewId)?.[block.block_id]) {
    const { [block.block_id]: _, ...others } = problems.value.get(surface.viewId) ?? {};
    problems.value = new Map(problems.value).set(surface.viewId, others);
  }
}

/** @param {Surface} surface @param {any} block @param {any} element */
export function isBusy(surface, block, element) {
  return busy.value.has(elementKey(surface, block.block_id, element.action_id));
}

/** @param {Surface} surface @param {any} block @param {any} element */
export function warningOn(surface, block, element) {
  return warnings.value.get(elementKey(surface, block.block_id, element.action_id));
}

/** True while a view's submission is under way. @param {string} viewId */
export function isSubmitting(viewId) {
  return busy.value.has(`submit ${viewId}`);
}

/**
 * Fires an element: the server makes the same payload of it as Slack would.
 * @param {{ surface: Surface, blocks: readonly any[], block: any, element: any, entry?: Record<string, any> }} fired
 */
export async function fire({ surface, blocks, block, element, entry }) {
  const key = elementKey(surface, block.block_id, element.action_id);
  const action = firedAction({ block, element, entry });
  const state = collectState(blocks, touchedOn(surface));
  const answer = await whileBusy(key, () =>
    surface.kind === "view"
      ? send("act-view", { user: me(), viewId: surface.viewId, action, state })
      : send("act", { user: me(), channel: surface.channel, ts: surface.ts, action, state }),
  );
  if (!answer.ok) warn(key, answer.error);
}

/** @template T @param {string} key @param {() => Promise<T>} work */
async function whileBusy(key, work) {
  busy.value = new Set(busy.value).add(key);
  try {
    return await work();
  } finally {
    const others = new Set(busy.value);
    others.delete(key);
    busy.value = others;
  }
}

/** @param {string} key @param {string} reason */
function warn(key, reason) {
  warnings.value = new Map(warnings.value).set(key, reason);
  addToast({ channel: place.value.channel, ts: "", text: `That press failed: ${reason}`, tone: "trouble" });
  setTimeout(() => {
    const others = new Map(warnings.value);
    others.delete(key);
    warnings.value = others;
  }, WARNING_MS);
}

/** Submits a modal, unless its inputs still need mending. @param {import("../ui-protocol.ts").UiView} view */
export async function submitView(view) {
  /** @type {Surface} */
  const surface = { kind: "view", viewId: view.id };
  const blocks = /** @type {any[]} */ (view.view["blocks"] ?? []);
  const found = problemsOf(blocks, touchedOn(surface));
  problems.value = new Map(problems.value).set(view.id, found);
  if (Object.keys(found).length > 0 || isSubmitting(view.id)) return;
  const state = collectState(blocks, touchedOn(surface));
  const answer = await whileBusy(`submit ${view.id}`, () => send("submit", { user: me(), viewId: view.id, state }));
  if (!answer.ok) problems.value = new Map(problems.value).set(view.id, { "": answer.error });
}

/** Closes one modal, or the whole stack. @param {import("../ui-protocol.ts").UiView} view @param {{ all: boolean }} extent */
export async function closeView(view, { all }) {
  complain(await send("close", { user: me(), viewId: view.id, all }));
}

/** @param {string} callbackId @param {{ channel?: string, ts?: string }} [on] */
export async function runShortcut(callbackId, on = {}) {
  complain(await send("shortcut", { user: me(), callbackId, ...on }));
}

/** @param {string} id @param {boolean} on */
export async function setScenario(id, on) {
  complain(await send("scenario", { id, on }));
}

/** Tells the app that its home tab was opened. */
export async function openHome() {
  complain(await send("open-home", { user: me() }));
}

/** @param {import("./server.js").Answer} answer */
function complain(answer) {
  if (!answer.ok) addToast({ channel: place.value.channel, ts: "", text: answer.error, tone: "trouble" });
}

/**
 * Options of an external select for what was typed.
 * @param {{ surface: Surface, block: any, element: any, value: string }} question
 */
export async function suggest({ surface, block, element, value }) {
  const where = surface.kind === "view" ? { viewId: surface.viewId } : { channel: surface.channel, ts: surface.ts };
  return send("suggest", { user: me(), ...where, actionId: element.action_id, blockId: block.block_id, value });
}
