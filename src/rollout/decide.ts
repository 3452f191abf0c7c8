import type { Timestamp } from "../units.ts";
import { applyCommands } from "./apply-commands.ts";
import type { Canary } from "./canary.ts";
import { desired, effectsToReach } from "./desired.ts";
import { noteDrift } from "./drift.ts";
import type { Effect } from "./effect.ts";
import type { Observation } from "./observation.ts";
import { statusOf } from "./peer-status.ts";
import { finalising } from "./phases/finalising.ts";
import { idle } from "./phases/idle.ts";
import { initializing } from "./phases/initializing.ts";
import { progressing } from "./phases/progressing.ts";
import { promoting } from "./phases/promoting.ts";
import { rollingBack } from "./phases/rolling-back.ts";
import { waiting } from "./phases/waiting.ts";
import { waitingPromotion } from "./phases/waiting-promotion.ts";
import { blankRollout, tell } from "./record.ts";
import { isDue } from "./schedule.ts";
import type { CanaryStatus, Rollout } from "./rollout.ts";
import type { Subject } from "./subject.ts";
import type { Turn } from "./turn.ts";

/**
 * What one pass concludes. Save `status` first (`null`: there is nothing new to write), and only after that succeeded carry out
 * `effects`, in order. `recheckAt` is when to look again without being told; `null`: only when something changes.
 */
export interface Decision {
  readonly status: CanaryStatus | null;
  readonly effects: readonly Effect[];
  readonly recheckAt: Timestamp | null;
}

/** Pure and total: the same subject and observation always give the same decision, whatever state they are in. */
export function decide(subject: Subject, seen: Observation): Decision {
  if (subject.deleting) return { status: null, effects: [], recheckAt: null };
  const { canary } = subject;
  if (canary === null) return withoutDefinition(subject, seen);
  const before = subject.rollout ?? blankRollout(subject.ref, seen.observedAt);
  if (canary.suspended) return { status: null, effects: [], recheckAt: null };
  const mended = isMarkedInvalid(subject) ? tell(before, seen.observedAt, { kind: "manifest-valid" }) : before;
  const after = advance(canary, mended, seen);
  return conclude(subject, canary, after, seen);
}

/** Commands first, then what the phase makes of the observation. */
function advance(canary: Canary, rollout: Rollout, seen: Observation): Rollout {
  const now = seen.observedAt;
  const due = isDue(rollout.nextPassAt, canary.analysis.interval, now);
  const turn = { canary, seen, now, due };
  return noteDrift(turn, advancePhase(turn, applyCommands(turn, rollout)));
}

function advancePhase(turn: Turn, rollout: Rollout): Rollout {
  switch (rollout.phase) {
    case "initializing":
      return initializing(turn, rollout);
    case "initialized":
    case "succeeded":
    case "failed":
      return idle(turn, rollout);
    case "waiting":
      return waiting(turn, rollout);
    case "progressing":
      return progressing(turn, rollout);
    case "waiting-promotion":
      return waitingPromotion(turn, rollout);
    case "promoting":
      return promoting(turn, rollout);
    case "finalising":
      return finalising(turn, rollout);
    case "rolling-back":
      return rollingBack(turn, rollout);
    case "undoing":
    case "terminating":
      return rollout;
  }
}

function conclude(subject: Subject, canary: Canary, rollout: Rollout, seen: Observation): Decision {
  const unchanged = rollout === subject.rollout;
  const status = unchanged ? null : statusOf(rollout, subject.peer, null, seen.observedAt);
  const effects = effectsToReach(desired(canary, rollout, seen), seen, rollout);
  return { status, effects, recheckAt: rollout.nextPassAt };
}

/**
 * A manifest that is not understood moves nothing forward: weights stay, the object and the thread say which field to mend. Rolling
 * back goes on all the same, and a person may begin it.
 */
function withoutDefinition(subject: Subject, seen: Observation): Decision {
  const { problem, retreat } = subject;
  if (problem === null) return { status: null, effects: [], recheckAt: null };
  const now = seen.observedAt;
  const before = subject.rollout ?? { ...blankRollout(subject.ref, now), nextPassAt: null };
  const told = isMarkedInvalid(subject, problem) ? before : tell(before, now, { kind: "manifest-invalid", ...problem });
  const after = retreat === null ? told : fallBack(retreat, told, seen);
  const status = after === subject.rollout ? null : statusOf(after, subject.peer, problem, now);
  if (retreat === null || after.phase !== "rolling-back") return { status, effects: [], recheckAt: null };
  return { status, effects: effectsToReach(desired(retreat, after, seen), seen, after), recheckAt: after.nextPassAt };
}

/** Only what leads back: a person's rollback, and the rest of one that has begun. */
function fallBack(canary: Canary, rollout: Rollout, seen: Observation): Rollout {
  const now = seen.observedAt;
  const turn = { canary, seen, now, due: isDue(rollout.nextPassAt, canary.analysis.interval, now) };
  const asked = applyCommands(turn, rollout, "rollback");
  if (asked.phase !== "rolling-back") return asked;
  const next = rollingBack(turn, asked);
  return next.phase === "rolling-back" || next.phase === "failed" ? next : asked;
}

/** Whether the status says already that the manifest is invalid, for this very problem when one is given. */
function isMarkedInvalid(subject: Subject, problem?: Subject["problem"]): boolean {
  const valid = subject.peer.conditions.find((condition) => condition.type === "Valid");
  if (valid === undefined || valid.status !== "False") return false;
  return !problem || valid.message === `${problem.path}: ${problem.problem}. ${problem.fix}`;
}
