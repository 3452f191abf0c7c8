import type { Timestamp } from "../units.ts";
import { withAffinity } from "./affinity.ts";
import { applyCommands } from "./apply-commands.ts";
import type { Canary } from "./canary.ts";
import { desired, effectsToReach } from "./desired.ts";
import { noteDrift, noteServices } from "./drift.ts";
import type { Effect } from "./effect.ts";
import type { Observation } from "./observation.ts";
import { statusOf } from "./peer-status.ts";
import { finalising } from "./phases/finalising.ts";
import { idle } from "./phases/idle.ts";
import { initializing } from "./phases/initializing.ts";
import { progressing } from "./phases/progressing.ts";
import { promoting } from "./phases/promoting.ts";
import { rollingBack } from "./phases/rolling-back.ts";
import { terminating } from "./phases/terminating.ts";
import { undoing } from "./phases/undoing.ts";
import { waiting } from "./phases/waiting.ts";
import { waitingPromotion } from "./phases/waiting-promotion.ts";
import { firstRecord, isLost } from "./first-record.ts";
import { tell } from "./record.ts";
import { isDue } from "./schedule.ts";
import type { CanaryStatus, Rollout } from "./rollout.ts";
import { definitionOf, type Subject } from "./subject.ts";
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
  const { canary } = subject;
  if (subject.deleting) return whileDeleting(subject, seen);
  if (canary === null) return withoutDefinition(subject, seen);
  const before = subject.rollout ?? firstRecord(subject, canary, seen);
  if (canary.suspended) return whileSuspended(subject, canary, before, seen);
  const woken = before.suspended
    ? tell({ ...before, suspended: false }, seen.observedAt, { kind: "unsuspended" })
    : before;
  const mended = isMarkedInvalid(subject) ? tell(woken, seen.observedAt, { kind: "manifest-valid" }) : woken;
  const after = advance(canary, mended, seen);
  return conclude(subject, canary, after, seen);
}

function turnOf(canary: Canary, rollout: Rollout, seen: Observation): Turn {
  const now = seen.observedAt;
  return { canary, seen, now, due: isDue(rollout.nextPassAt, canary.analysis.interval, now) };
}

/** Commands first, then what the phase makes of the observation. */
function advance(canary: Canary, rollout: Rollout, seen: Observation): Rollout {
  const turn = turnOf(canary, rollout, seen);
  const moved = advancePhase(turn, applyCommands(turn, rollout));
  return noteServices(turn, noteDrift(turn, moved === rollout ? moved : withAffinity(canary, moved)));
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
      return undoing(turn, rollout);
    // Deletion cannot be taken back.
    case "terminating":
      return rollout;
  }
}

function conclude(subject: Subject, canary: Canary, rollout: Rollout, seen: Observation): Decision {
  const status = rollout === subject.rollout ? null : statusOf(rollout, subject.peer, null, seen.observedAt);
  const wanted = desired(canary, rollout, seen);
  const effects = [...finalizerEffects(subject, canary), ...effectsToReach(canary, wanted, seen, rollout)];
  return { status, effects, recheckAt: rollout.nextPassAt };
}

/** Set as long as deletion has something to give back. */
function finalizerEffects({ finalizer }: Subject, { revertOnDeletion }: Canary): readonly Effect[] {
  return finalizer === revertOnDeletion ? [] : [{ kind: "set-finalizer", present: revertOnDeletion }];
}

/** Deletion waits for us only where it has something to give back; whatever cannot be understood must not hold it. */
function whileDeleting(subject: Subject, seen: Observation): Decision {
  const nothing: Decision = { status: null, effects: [], recheckAt: null };
  if (!subject.finalizer) return nothing;
  const canary = definitionOf(subject);
  const { rollout } = subject;
  const letGo: Effect = { kind: "set-finalizer", present: false };
  if (canary === null || rollout === null) return { ...nothing, effects: [letGo] };
  const after = terminating(turnOf(canary, rollout, seen), rollout);
  const status = after === rollout ? null : statusOf(after, subject.peer, subject.problem, seen.observedAt);
  const effects = effectsToReach(canary, desired(canary, after, seen), seen, after);
  return { status, effects, recheckAt: after.nextPassAt };
}

/** Everything stays as it is but for rolling back, which outranks everything. */
function whileSuspended(subject: Subject, canary: Canary, before: Rollout, seen: Observation): Decision {
  if (subject.rollout === null) return { status: null, effects: [], recheckAt: null };
  const told = before.suspended ? before : tell({ ...before, suspended: true }, seen.observedAt, { kind: "suspended" });
  const after = fallBack(canary, told, seen);
  const status = after === subject.rollout ? null : statusOf(after, subject.peer, null, seen.observedAt);
  return { status, ...retreatEffects(canary, after, seen) };
}

/**
 * A manifest that is not understood moves nothing forward: weights stay, the object and the thread say which field to mend. Rolling
 * back goes on all the same, and a person may begin it.
 */
function withoutDefinition(subject: Subject, seen: Observation): Decision {
  const { problem, retreat } = subject;
  // Without manifest and record nobody can say what the traffic should be: it stays until there is one of them.
  if (problem === null || (retreat === null && isLost(subject))) return { status: null, effects: [], recheckAt: null };
  const now = seen.observedAt;
  const before = subject.rollout ?? atRest(firstRecord(subject, retreat, seen));
  const told = isMarkedInvalid(subject, problem) ? before : tell(before, now, { kind: "manifest-invalid", ...problem });
  const after = retreat === null ? told : fallBack(retreat, told, seen);
  const status = after === subject.rollout ? null : statusOf(after, subject.peer, problem, now);
  return retreat === null
    ? { status, effects: [], recheckAt: null }
    : { status, ...retreatEffects(retreat, after, seen) };
}

/** A bootstrap that has to wait for a manifest which can be understood. */
const atRest = (record: Rollout): Rollout =>
  record.phase === "initializing" ? { ...record, nextPassAt: null } : record;

/** Only what leads back: a person's rollback, and the rest of one that has begun. */
function fallBack(canary: Canary, rollout: Rollout, seen: Observation): Rollout {
  const turn = turnOf(canary, rollout, seen);
  const asked = applyCommands(turn, rollout, "rollback");
  if (asked.phase === "undoing") return withAffinity(canary, undoing(turn, asked));
  if (asked.phase !== "rolling-back") return asked;
  const next = rollingBack(turn, asked);
  return next.phase === "rolling-back" || next.phase === "failed" ? withAffinity(canary, next) : asked;
}

function retreatEffects(canary: Canary, after: Rollout, seen: Observation): Pick<Decision, "effects" | "recheckAt"> {
  if (after.phase !== "rolling-back" && after.phase !== "undoing") return { effects: [], recheckAt: null };
  return { effects: effectsToReach(canary, desired(canary, after, seen), seen, after), recheckAt: after.nextPassAt };
}

/** Whether the status says already that the manifest is invalid, for this very problem when one is given. */
function isMarkedInvalid(subject: Subject, problem?: Subject["problem"]): boolean {
  const valid = subject.peer.conditions.find((condition) => condition.type === "Valid");
  if (valid === undefined || valid.status !== "False") return false;
  return !problem || valid.message === `${problem.path}: ${problem.problem}. ${problem.fix}`;
}
