import type { CanaryView } from "../../rollout/view.ts";
import { configWords } from "./configs.ts";
import { label, promotedLabel } from "./names.ts";
import { code } from "./text.ts";

/** What undo would put primary back to; `null` when nothing is kept or what is kept lacks something. */
export function undoTo({ kept: [next] }: CanaryView): string | null {
  return next === undefined || next.missing !== "" ? null : next.label;
}

/** Whether a promotion can be undone now: it is over, well or badly, and primary can be put back. */
export function isUndoable(view: CanaryView): boolean {
  const promoted =
    view.phase === "succeeded" || (view.phase === "failed" && view.rollback?.cause === "promotion-failed");
  return promoted && undoTo(view) !== null;
}

/** Whether a promotion that has begun can be taken back. */
export const isRetractable = (view: CanaryView): boolean =>
  (view.phase === "promoting" || view.phase === "finalising") && undoTo(view) !== null;

/** Whether this rollout ended by an undo, well or badly. */
export const isUndone = ({ phase, rollback }: CanaryView): boolean =>
  phase === "failed" && (rollback?.cause === "undone" || rollback?.cause === "undo-failed");

/** The version that primary runs, or is being brought to. */
export function primaryLabel(view: CanaryView): string {
  const brought =
    ["promoting", "finalising", "succeeded"].includes(view.phase) || view.rollback?.cause === "promotion-failed";
  return brought ? label(view.revision) : promotedLabel(view);
}

/** `6.0.0`, or what tells it from a present version of the same name. */
export const earlierWords = (from: string, to: string): string => (from === to ? `${to} as it was before` : to);

/** The same in a message. */
export const earlierMarked = (from: string, to: string): string =>
  from === to ? `${code(to)} as it was before` : code(to);

/** What undo does, for a dialog: plain text of at most 300 characters. */
export function undoEffect(view: CanaryView): string {
  const from = primaryLabel(view);
  const to = earlierWords(from, undoTo(view) ?? "what it ran before");
  const names = Object.keys(view.promoted?.configs ?? {});
  const now = names.length === 0 ? "" : ` (now: ${names.slice(0, 3).join(", ")}${names.length > 3 ? ", …" : ""})`;
  return `${view.name} in ${view.cluster}: primary goes back from ${from} to ${to} at once, with the configs that it used then${now}. No steps, no checks. The target keeps ${label(view.revision)}, which starts nothing by itself.`;
}

/** What a person can do about a promotion; empty when that is nothing. */
export function undoHint({ kept: [next], name }: CanaryView): string {
  if (next === undefined) return "";
  const to = code(next.label);
  return next.missing === ""
    ? ` Undo, or ${code(`/canary undo ${name}`, 400)}, puts primary back to ${to} at once.`
    : ` It cannot be undone at once: the copy of ${to} lacks ${configWords(next.missing.split(", "))}.`;
}
