import type { CommandVerb } from "../../rollout/command.ts";
import type { Phase } from "../../rollout/rollout.ts";
import type { CanaryView } from "../../rollout/view.ts";
import { figureWords } from "../messages/figures.ts";
import { label, promotedLabel } from "../messages/names.ts";
import { GATE_NAMES } from "../messages/phases.ts";
import { plainText, type Button } from "../messages/blocks.ts";
import { clip } from "../messages/text.ts";
import { trafficText } from "../messages/traffic.ts";
import { isRetractable, isUndoable, isUndone, primaryLabel, undoEffect } from "../messages/undo.ts";
import { encodeValue, valueOf } from "./value.ts";

/** Verbs that stand on buttons: those that change something, and the question why. */
export type ButtonVerb = CommandVerb | "why";

interface ButtonRow {
  /** Verb and object, in plain words. */
  readonly label: (view: CanaryView) => string;
  readonly style?: (view: CanaryView) => "primary" | "danger" | undefined;
  /** Effect in numbers, for a dialog that is confirmed first. */
  readonly confirm?: (view: CanaryView) => {
    readonly asks: string;
    readonly text: string;
    readonly yes: string;
    readonly danger: boolean;
  };
  /** Tells this press from one that may rightly happen again in the same rollout. Default 0: it happens once. */
  readonly mark?: (view: CanaryView) => number;
  /** Whether pressing it makes sense now. The worker has the last word. */
  readonly offered: (view: CanaryView) => boolean;
}

const MOVING: readonly Phase[] = ["progressing", "waiting-promotion"];
const moves = (view: CanaryView): boolean => MOVING.includes(view.phase);

/** Every button that a rollout can have, in the order in which they stand. */
export const BUTTONS = {
  start: {
    label: (view) => (view.phase === "failed" ? (isUndone(view) ? "Roll out again" : "Try again") : "Start"),
    style: (view) => (view.phase === "waiting" ? "primary" : undefined),
    offered: (view) => view.phase === "failed" || (view.phase === "waiting" && view.gate === null),
  },
  approve: {
    label: (view) => `Approve ${view.gate === null ? "" : GATE_NAMES[view.gate.name]}`.trim(),
    style: () => "primary",
    offered: ({ gate }) => gate !== null && gate.have.length < gate.count,
  },
  pause: {
    label: () => "Pause",
    mark: (view) => view.madeAt,
    offered: (view) => moves(view) && view.pause === null,
  },
  resume: {
    label: () => "Resume",
    style: (view) => (view.gate === null ? "primary" : undefined),
    mark: (view) => view.pause?.at ?? 0,
    offered: (view) => moves(view) && view.pause !== null,
  },
  promote: {
    label: () => "Promote now…",
    confirm: (view) => ({
      asks: `Promote ${clip(view.name, 60)} now?`,
      text: promoteEffect(view),
      yes: "Promote now",
      danger: false,
    }),
    offered: (view) => moves(view) && view.gate === null,
  },
  rollback: {
    label: () => "Roll back…",
    style: () => "danger",
    confirm: (view) => ({
      asks: `Roll back ${clip(view.name, 60)}?`,
      text: isRetractable(view) ? undoEffect(view) : rollbackEffect(view),
      yes: "Roll back",
      danger: true,
    }),
    offered: (view) => moves(view) || view.phase === "waiting" || isRetractable(view),
  },
  undo: {
    label: (view) => `Undo ${clip(primaryLabel(view), 40)}…`,
    style: () => "danger",
    confirm: (view) => ({
      asks: `Undo ${clip(primaryLabel(view), 40)} of ${clip(view.name, 50)}?`,
      text: undoEffect(view),
      yes: "Undo",
      danger: true,
    }),
    mark: (view) => view.phaseSince,
    offered: isUndoable,
  },
  why: { label: () => "Why?", offered: (view) => !["initializing", "initialized", "terminating"].includes(view.phase) },
} as const satisfies { readonly [Verb in ButtonVerb]: ButtonRow };

const VERBS: readonly ButtonVerb[] = ["start", "approve", "pause", "resume", "promote", "rollback", "undo", "why"];

export const actionId = (verb: ButtonVerb): string => `canary_${verb}`;

/** The verb of a pressed button, or `null` for a button that is not in the table. */
export function verbOf(id: string): ButtonVerb | null {
  return VERBS.find((verb) => actionId(verb) === id) ?? null;
}

/** The buttons that make sense for this rollout now. `only` narrows them further. */
export function buttonsFor(view: CanaryView, only: readonly ButtonVerb[] = VERBS): readonly Button[] {
  return VERBS.filter((verb) => only.includes(verb) && isOffered(verb, view)).map((verb) => draw(verb, view));
}

/** A suspended manifest stops everything but the way back. */
const isOffered = (verb: ButtonVerb, view: CanaryView): boolean =>
  BUTTONS[verb].offered(view) && (!view.suspended || verb === "rollback" || verb === "why");

function draw(verb: ButtonVerb, view: CanaryView): Button {
  const row: ButtonRow = BUTTONS[verb];
  const style = row.style?.(view);
  const confirm = row.confirm?.(view);
  return {
    type: "button",
    action_id: actionId(verb),
    text: plainText(row.label(view), 75),
    accessibility_label: plainText(`${row.label(view)}: ${view.name} ${label(view.revision)}`, 75).text,
    value: encodeValue(valueOf(view, row.mark?.(view) ?? 0)),
    ...(style !== undefined && { style }),
    ...(confirm !== undefined && {
      confirm: {
        title: plainText(confirm.asks, 100),
        text: plainText(confirm.text, 300),
        confirm: plainText(confirm.yes, 30),
        deny: plainText("Leave it", 30),
        style: confirm.danger ? "danger" : "primary",
      },
    }),
  };
}

function promoteEffect(view: CanaryView): string {
  const known = view.evidence.map((figure) => figureWords(figure, view.checks)).join(", ");
  const figures = known === "" ? "Nothing has been measured yet." : `Last figures: ${known}.`;
  return `${trafficText(view)}. Promoted, it gets 100 %, without further checks or approvals.${leftOut(view)} ${figures}`;
}

/** What of the run a promotion skips; empty when that is nothing. */
function leftOut(view: CanaryView): string {
  if (view.strategy !== "weighted") {
    const left = view.iterations - view.step;
    return left > 0 ? ` Iterations left out: ${left} of ${view.iterations}.` : "";
  }
  const left = view.steps.filter((step) => step > view.weight);
  return left.length === 0 ? "" : ` Steps left out: ${left.map((step) => `${step} %`).join(", ")}.`;
}

function rollbackEffect(view: CanaryView): string {
  const [from, to] = [label(view.revision), promotedLabel(view)];
  const where = `${view.name} in ${view.cluster}`;
  if (view.weight === 0)
    return `${where}: ${to} keeps 100 % of the traffic, and ${from} gets none. That ends this rollout.`;
  if (view.audience === "matched")
    return `${where}: all requests that match go back from ${from} to ${to} at once, and ${to} gets 100 % of the traffic. That ends this rollout.`;
  return `${where}: traffic to ${from} goes from ${view.weight} % to 0 % at once, and ${to} gets 100 %. That ends this rollout.`;
}
