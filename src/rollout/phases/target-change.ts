import { CLUSTER_ACTOR, reroute, tell, UNKNOWN_REVISION } from "../record.ts";
import type { Rollout } from "../rollout.ts";
import { primaryRuns, rollBack, safeWeight, scheduleSoon, type Turn } from "../turn.ts";
import { atTheGate, runs, startedEvent } from "./idle.ts";

/**
 * What a change of the target means while its revision is being rolled out: put back to what primary runs, it ends the run;
 * anything else restarts the analysis from zero, in the same thread, and voids what was approved. `null` when it is unchanged.
 */
export function followTarget(turn: Turn, rollout: Rollout): Rollout | null {
  const revision = turn.seen.target?.revision ?? null;
  if (revision === null || revision.hash === rollout.applied) return null;
  // Picked up while it could not be read: what it runs becomes known only now, and is no change.
  if (rollout.applied === UNKNOWN_REVISION.hash) return { ...rollout, revision, applied: revision.hash };
  if (primaryRuns(turn, rollout, revision)) {
    const detail = `the target was put back to ${revision.label}`;
    return rollBack(turn, { ...rollout, applied: revision.hash }, { cause: "reverted", detail, by: null });
  }
  const asked = rollout.requested !== null && runs(revision, rollout.requested.container, rollout.requested.image);
  const weight = safeWeight(turn, rollout);
  const restarted = {
    ...reroute(rollout, weight),
    trafficSince: weight > 0 ? turn.now : null,
    revision,
    applied: revision.hash,
    startedBy: asked && rollout.requested ? rollout.requested.by : CLUSTER_ACTOR,
    requested: asked ? null : rollout.requested,
    step: 0,
    hooksPassed: [],
    failedChecks: 0,
    evidence: [],
    inconclusiveSince: null,
    notReadySince: turn.now,
    approvals: [],
    gate: null,
    stuck: "",
    nextPassAt: null,
  };
  const told = tell(restarted, turn.now, { kind: "superseded", label: rollout.revision.label, next: revision.label });
  if (rollout.phase === "waiting") return resumeWaiting(turn, told, rollout, asked);
  const started = tell(told, turn.now, startedEvent(told));
  return scheduleSoon(turn, { ...started, phase: "progressing", phaseSince: turn.now });
}

/** A newer revision in the waiting phase waits for the same thing, unless a person has just asked for it. */
function resumeWaiting(turn: Turn, restarted: Rollout, before: Rollout, asked: boolean): Rollout {
  if (before.gate !== null) return atTheGate(turn, restarted);
  if (!asked) return restarted;
  return scheduleSoon(turn, { ...restarted, phase: "progressing", phaseSince: turn.now });
}
