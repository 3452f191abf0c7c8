import type { Timestamp } from "../units.ts";
import type { CanaryStatus, Condition, PeerPhase, Phase, Rollout } from "./rollout.ts";
import type { ManifestProblem, PeerStatus } from "./subject.ts";

/** The phase that tools which know the peer may rely on. While rolling back it is the phase that was left. */
export function peerPhase(rollout: Rollout, before: string): PeerPhase {
  // A canary that is being taken over goes on showing what it showed.
  if (rollout.phase === "initializing" && rollout.adopted !== null) return PEER_PHASE[rollout.adopted];
  if (rollout.phase !== "rolling-back") return PEER_PHASE[rollout.phase];
  if (rollout.rollback?.cause === "promotion-failed") return "Promoting";
  return before === "WaitingPromotion" || before === "Waiting" ? before : "Progressing";
}

const PEER_PHASE: Readonly<Record<Exclude<Phase, "rolling-back">, PeerPhase>> = {
  initializing: "Initializing",
  initialized: "Initialized",
  waiting: "Waiting",
  progressing: "Progressing",
  "waiting-promotion": "WaitingPromotion",
  promoting: "Promoting",
  finalising: "Finalising",
  succeeded: "Succeeded",
  failed: "Failed",
  undoing: "Promoting",
  terminating: "Terminating",
};

const PROMOTED: Readonly<Record<PeerPhase, readonly [Condition["status"], string]>> = {
  Initializing: ["Unknown", "Bootstrap has begun: primary is being created."],
  Initialized: ["True", "Bootstrap is done: primary takes all traffic."],
  Waiting: ["Unknown", "A new revision waits for approval."],
  Progressing: ["Unknown", "A new revision is being analysed."],
  WaitingPromotion: ["Unknown", "The analysis is done; promotion waits for approval."],
  Promoting: ["Unknown", "The analysis is done; primary is being updated."],
  Finalising: ["Unknown", "Traffic is back on primary; the canary is being scaled to zero."],
  Succeeded: ["True", "The new revision was promoted; the canary is scaled to zero."],
  Failed: ["False", "The new revision failed and was taken back."],
  Terminating: ["Unknown", "The canary is being deleted."],
  Terminated: ["Unknown", "The canary was deleted."],
};

/** The whole status that belongs to a record. Conditions keep their transition time while their status stays. */
export function statusOf(
  rollout: Rollout,
  before: PeerStatus,
  problem: ManifestProblem | null,
  now: Timestamp,
): CanaryStatus {
  const phase = peerPhase(rollout, before.phase);
  const applied = rollout.phase === "initializing" ? "" : rollout.applied;
  return {
    phase,
    failedChecks: rollout.failedChecks,
    canaryWeight: rollout.route.weight,
    iterations: iterationsOf(rollout),
    trackedConfigs: rollout.revision.configs,
    sessionAffinityCookie: rollout.affinity.cookie,
    primarySessionAffinityCookie: rollout.affinity.primaryCookie,
    previousSessionAffinityCookie: rollout.affinity.previousCookie,
    lastAppliedSpec: applied,
    lastPromotedSpec: rollout.promoted?.hash ?? "",
    lastTransitionTime: now,
    conditions: conditionsOf(phase, before.conditions, problem, now),
    rollout,
  };
}

/** Passes of an A/B or blue/green run; none once it has ended. */
function iterationsOf({ phase, strategy, step }: Rollout): number {
  const runs = ["progressing", "waiting-promotion", "promoting"].includes(phase);
  return runs && strategy !== "weighted" ? step : 0;
}

function conditionsOf(
  phase: PeerPhase,
  before: readonly Condition[],
  problem: ManifestProblem | null,
  now: Timestamp,
): readonly Condition[] {
  const [status, message] = PROMOTED[phase];
  const promoted = condition({ type: "Promoted", status, reason: phase, message }, before, now);
  if (problem !== null) {
    const text = `${problem.path}: ${problem.problem}. ${problem.fix}`;
    return [
      promoted,
      condition({ type: "Valid", status: "False", reason: "InvalidManifest", message: text }, before, now),
    ];
  }
  if (!before.some((entry) => entry.type === "Valid")) return [promoted];
  const message2 = "The manifest is understood.";
  return [promoted, condition({ type: "Valid", status: "True", reason: "Understood", message: message2 }, before, now)];
}

type Stated = Pick<Condition, "type" | "status" | "reason" | "message">;

function condition(stated: Stated, before: readonly Condition[], now: Timestamp): Condition {
  const last = before.find((entry) => entry.type === stated.type);
  const same = last?.status === stated.status && last.reason === stated.reason && last.message === stated.message;
  if (last && same) return last;
  return {
    ...stated,
    lastUpdateTime: now,
    lastTransitionTime: last?.status === stated.status ? last.lastTransitionTime : now,
  };
}
