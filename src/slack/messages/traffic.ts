import type { CanaryView } from "../../rollout/view.ts";
import { weight, type Weight } from "../../units.ts";
import { label, promotedLabel } from "./names.ts";
import { isUndone } from "./undo.ts";
import { progressBar, stageLine } from "./step-bar.ts";
import { code, plain } from "./text.ts";

/** How a sentence is written: with marks for a message, or bare for notifications and screen readers. */
interface Ink {
  readonly strong: (words: string) => string;
  readonly version: (label: string) => string;
}
const MARKED: Ink = { strong: (words) => `*${words}*`, version: (name) => code(name) };
const BARE: Ink = { strong: (words) => words, version: (name) => plain(name, 120) };

/** Percent of the weight that this version has, through the canary or, once promoted, through primary. */
export function shareOf(view: CanaryView): Weight {
  return isPromoted(view) ? weight(100) : view.weight;
}

/** Whether primary serves this version. */
export const isPromoted = ({ phase }: CanaryView): boolean =>
  ["initialized", "finalising", "succeeded"].includes(phase);

/** Whether the weight is about the requests that the A/B conditions match, and no others. */
const isMatched = (view: CanaryView): boolean => view.audience === "matched" && view.weight > 0 && !isPromoted(view);

/** Whether users are meant to stay on primary while this version is tested beside it. */
function isBeside(view: CanaryView): boolean {
  const tested = ["waiting", "progressing", "waiting-promotion"].includes(view.phase);
  return tested && view.weight === 0 && (view.strategy !== "weighted" || view.mirrored);
}

/** `at 10 % traffic`, for the end of a statement about a moment of this rollout at which it had that weight. */
export function atWeight(percent: Weight, view: CanaryView): string {
  if (percent === 0 && view.strategy !== "weighted") return "with users still on primary";
  if (percent > 0 && view.strategy === "ab-test") return "with all requests that match";
  return `at ${percent} % traffic`;
}

/** The same for the present moment. */
export function atPresent(view: CanaryView): string {
  if (isMatched(view)) return "with all requests that match";
  if (isBeside(view)) return view.mirrored ? "with copies of requests" : "with users still on primary";
  return `at ${shareOf(view)} % traffic`;
}

/** Who gets this version now, in one sentence without marks and without its full stop. */
export const trafficText = (view: CanaryView): string => flow(view, BARE);

/** Who gets how much traffic, and where in the run that is. */
export function trafficLines(view: CanaryView): readonly string[] {
  const seen = view.observedWeight;
  const behind =
    seen === null || seen === view.weight || isPromoted(view) ? "" : ` (the mesh was last seen at ${seen} %)`;
  const bar = hasBar(view) ? `${progressBar(shareOf(view))} ` : "";
  const line = `${bar}${flow(view, MARKED)}${behind}`;
  const stages = hasStages(view) ? stageLine(view) : "";
  return stages === "" ? [line] : [line, stages];
}

/** A bar shows a share of all requests; a run by iterations has one of its own, beside its number. */
const hasBar = (view: CanaryView): boolean => {
  if (view.phase === "undoing" || view.phase === "terminating") return false;
  return view.strategy === "weighted" || isPromoted(view) || !hasStages(view);
};

/** After an undo, how far the run had come says nothing any more. */
const hasStages = (view: CanaryView): boolean =>
  !["initializing", "initialized", "undoing", "terminating"].includes(view.phase) && !isUndone(view);

function flow(view: CanaryView, ink: Ink): string {
  const [own, other] = [ink.version(label(view.revision)), ink.version(promotedLabel(view))];
  if (view.phase === "undoing") return undoFlow(view, ink);
  if (view.phase === "terminating")
    return isHandedBack(view) ? "The target has all traffic again" : "The traffic goes back to the target";
  if (isMatched(view)) return `${ink.strong("All requests that match")} go to ${own}, all others to ${other}`;
  const share = `${ink.strong(`${shareOf(view)} %`)} of the traffic goes to ${own}`;
  if (isPromoted(view)) return `${share}, through primary`;
  if (!isBeside(view)) return share;
  if (view.strategy === "ab-test") return `${ink.strong("All requests")} go to ${other} until the first iteration`;
  const copies = `${ink.strong("copies of requests")}, whose answers are thrown away`;
  if (view.strategy === "weighted") return `${share}, only ${copies}`;
  return `${ink.strong("Users stay")} on ${other}; ${own} ${view.mirrored ? `gets ${copies}` : "is tested beside it"}`;
}

function undoFlow(view: CanaryView, ink: Ink): string {
  const to = ink.version(view.undo?.to ?? promotedLabel(view));
  const kept = view.weight === 0 ? "has all traffic" : `has ${100 - view.weight} % of the traffic`;
  return `Primary ${kept} while its pods are replaced by those of ${to}`;
}

/** Whether the deleted canary has given everything back. No record outlives that, so its last words are the only sign. */
export const isHandedBack = ({ events }: CanaryView): boolean =>
  events.some(({ event }) => event.kind === "handed-back");
