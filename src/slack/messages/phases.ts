import type { GateName } from "../../rollout/canary.ts";
import type { Phase, RollbackCause } from "../../rollout/rollout.ts";
import type { CanaryView } from "../../rollout/view.ts";
import { nameOf } from "./text.ts";
import { isHandedBack } from "./traffic.ts";

/** One fixed word per phase, used in every message; the emoji only repeats it. */
export const PHASE_WORDS = {
  initializing: { word: "Initializing", emoji: ":hourglass_flowing_sand:" },
  initialized: { word: "Ready", emoji: ":white_check_mark:" },
  waiting: { word: "Waiting", emoji: ":raised_hand:" },
  progressing: { word: "Progressing", emoji: ":arrow_forward:" },
  "waiting-promotion": { word: "Waiting for promotion", emoji: ":raised_hand:" },
  promoting: { word: "Promoting", emoji: ":arrow_up:" },
  finalising: { word: "Finalising", emoji: ":hourglass_flowing_sand:" },
  succeeded: { word: "Succeeded", emoji: ":white_check_mark:" },
  "rolling-back": { word: "Rolling back", emoji: ":rewind:" },
  failed: { word: "Failed, rolled back", emoji: ":x:" },
  undoing: { word: "Undoing", emoji: ":rewind:" },
  terminating: { word: "Terminating", emoji: ":hourglass_flowing_sand:" },
} as const satisfies { readonly [Name in Phase]: { readonly word: string; readonly emoji: string } };

interface State {
  readonly word: string;
  readonly emoji: string;
}

/** How a rollout failed, where that is not by being rolled back. */
const FAILURES: { readonly [Cause in RollbackCause]?: State } = {
  "promotion-failed": { word: "Failed, promotion broke", emoji: ":x:" },
  undone: { word: "Undone", emoji: ":leftwards_arrow_with_hook:" },
  "undo-failed": { word: "Failed, undo broke", emoji: ":x:" },
};

/** Phases that nothing holds. */
const UNSTOPPED: readonly Phase[] = ["rolling-back", "undoing", "terminating"];

/** The phase in a word, or what holds the rollout within it. */
export function stateOf(view: CanaryView): State {
  if (view.phase === "terminating" && isHandedBack(view)) return { word: "Handed back", emoji: ":white_check_mark:" };
  if (view.suspended && !UNSTOPPED.includes(view.phase)) return { word: "Suspended", emoji: ":double_vertical_bar:" };
  if (view.pause !== null) return { word: "Paused", emoji: ":double_vertical_bar:" };
  if (view.gate !== null && view.phase !== "waiting-promotion")
    return { word: "Waiting for approval", emoji: ":raised_hand:" };
  const failure = view.phase === "failed" && view.rollback !== null ? FAILURES[view.rollback.cause] : undefined;
  return failure ?? PHASE_WORDS[view.phase];
}

/** Why a rollout was taken back, as the end of a sentence that begins "Rolled back because". */
export const CAUSES = {
  "failed-checks": "too many checks failed",
  "inconclusive-too-long": "the checks gave no verdict for too long",
  "progress-deadline": "its pods were not ready before the progress deadline",
  "image-pull": "its image cannot be pulled",
  asked: "somebody asked for it",
  "approval-timeout": "nobody approved it in time",
  reverted: "the target was put back to the version before",
  "promotion-failed": "primary did not become ready with the new version",
  "hook-asked": "a webhook of the manifest asked for it",
  undone: "somebody undid the promotion",
  "undo-failed": "primary did not become ready when it was put back",
} as const satisfies { readonly [Cause in RollbackCause]: string };

/** The same for a cause that came through an event, which may be younger than this list. */
export function causeWords(cause: string): string {
  return Object.entries(CAUSES).find(([name]) => name === cause)?.[1] ?? cause;
}

/** Why this one was taken back, in the same form: by name where a person did it. */
export function becauseOf({ cause, by }: NonNullable<CanaryView["rollback"]>): string {
  if (by === null || cause === "undo-failed") return causeWords(cause);
  return cause === "undone" ? `${nameOf(by)} undid the promotion` : `${nameOf(by)} asked for it`;
}

/** Gates as the buttons and sentences name them. */
export const GATE_NAMES = {
  "confirm-rollout": "the start",
  "confirm-traffic-increase": "more traffic",
  "confirm-promotion": "promotion",
} as const satisfies { readonly [Gate in GateName]: string };
