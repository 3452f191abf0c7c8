import { later, seconds } from "../../units.ts";
import type { WorkloadObservation } from "../observation.ts";
import { deadlineExceeded, describeUnready, isReady, serves } from "../readiness.ts";
import { reroute, tell } from "../record.ts";
import type { Rollout } from "../rollout.ts";
import { nextStage, stageCount } from "../stages.ts";
import {
  figureOf,
  gateOpen,
  rollBack,
  routeReached,
  spendPass,
  tellUnready,
  tellUnrouted,
  waitAtGate,
  type Turn,
} from "../turn.ts";
import { analyse } from "./analysis.ts";
import { gateTimedOut } from "./gate.ts";
import { startPromotion } from "./promoting.ts";
import { followTarget } from "./target-change.ts";

/** The canary takes more traffic step by step, as long as every check passes. */
export function progressing(turn: Turn, rollout: Rollout): Rollout {
  const changed = followTarget(turn, rollout);
  if (changed !== null) return changed;
  const broken = canaryBroken(turn, rollout);
  if (broken !== null) return broken;
  const timedOut = gateTimedOut(turn, rollout);
  if (timedOut !== null) return timedOut;
  const settled = noteReadiness(turn, rollout);
  if (!turn.due) return settled;
  return duePass(turn, settled);
}

function duePass(turn: Turn, rollout: Rollout): Rollout {
  const { canary, seen } = turn;
  if (unmeasured(turn, rollout)) return rollout;
  // With all traffic on the canary, primary is what has to be mended: waiting for it would wait for ever.
  if (rollout.route.weight < 100 && !isReady(seen.primary, canary.analysis.primaryReadyPercent)) {
    return tellUnready(turn, spendPass(turn, rollout), "primary", null);
  }
  if (!isReady(seen.target, canary.analysis.canaryReadyPercent)) {
    const deadline = rollout.notReadySince === null ? null : later(rollout.notReadySince, canary.progressDeadline);
    return tellUnready(turn, spendPass(turn, rollout), "canary", deadline);
  }
  if (!routeReached(turn, rollout)) return tellUnrouted(turn, spendPass(turn, rollout));
  return readyPass(
    turn,
    rollout.stuck === "" || rollout.inconclusiveSince !== null ? rollout : { ...rollout, stuck: "" },
  );
}

/** Both copies are ready and the traffic is where it was asked to be: now it can be judged. */
function readyPass(turn: Turn, rollout: Rollout): Rollout {
  const { canary } = turn;
  if (canary.skipAnalysis) return skipToPromotion(turn, rollout);
  return rollout.route.weight === 0 ? advance(turn, spendPass(turn, rollout)) : analysisPass(turn, rollout);
}

/** A pass that became due between looking and deciding has nothing to judge: it is left for the next look. */
export function unmeasured(turn: Turn, rollout: Rollout): boolean {
  const { checks } = turn.canary.analysis;
  return rollout.route.weight > 0 && checks.length > 0 && turn.seen.measurements.length === 0;
}

function analysisPass(turn: Turn, rollout: Rollout): Rollout {
  const { verdict, rollout: judged } = analyse(turn, spendPass(turn, rollout));
  if (verdict !== "pass" || judged.phase !== "progressing") return judged;
  return advance(turn, judged);
}

/** The next step, promotion, or the gate that stands before it. Pausing and gates hold the weight, not the judging. */
function advance(turn: Turn, rollout: Rollout): Rollout {
  const { canary, now } = turn;
  if (rollout.pause !== null) return rollout;
  if (!gateOpen(canary, rollout, "confirm-traffic-increase"))
    return waitAtGate(turn, rollout, "confirm-traffic-increase");
  const next = nextStage(canary, rollout);
  if (next !== null) {
    const moved = {
      ...reroute(rollout, next.weight, next),
      step: next.step,
      trafficSince: rollout.trafficSince ?? now,
      gate: null,
      stuck: "",
    };
    const figures = rollout.evidence.map(figureOf);
    const of = stageCount(canary);
    return tell(moved, now, { kind: "step-started", step: next.step, of, weight: next.weight, figures });
  }
  return promoteOrWait(turn, rollout);
}

/** Nothing is analysed, but whoever must agree must still agree. */
function skipToPromotion(turn: Turn, rollout: Rollout): Rollout {
  if (rollout.pause !== null) return spendPass(turn, rollout);
  return promoteOrWait(turn, spendPass(turn, rollout));
}

function promoteOrWait(turn: Turn, rollout: Rollout): Rollout {
  if (gateOpen(turn.canary, rollout, "confirm-promotion")) return startPromotion(turn, rollout);
  return { ...waitAtGate(turn, rollout, "confirm-promotion"), phase: "waiting-promotion", phaseSince: turn.now };
}

/** The canary copy can no longer become ready, or has had its time. */
export function canaryBroken(turn: Turn, rollout: Rollout): Rollout | null {
  const { canary, seen, now } = turn;
  const { target } = seen;
  if (isReady(target, canary.analysis.canaryReadyPercent)) return null;
  if (deserted(turn, rollout)) {
    const detail = `${rollout.route.weight} % of the traffic went to a canary without a ready pod: ${describeUnready(target)}`;
    return rollBack(turn, rollout, { cause: "progress-deadline", detail, by: null });
  }
  if (target === null) return vanished(turn, rollout);
  if (cannotPull(target) && rollout.startedBy.kind === "slack" && rollout.step === 0) {
    const patience = rollout.notReadySince === null ? now : later(rollout.notReadySince, canary.analysis.interval);
    if (now >= patience)
      return rollBack(turn, rollout, { cause: "image-pull", detail: describeUnready(target), by: null });
  }
  const since = target.unavailableSince ?? (rollout.step === 0 ? rollout.notReadySince : null);
  const overdue =
    since !== null &&
    rollout.notReadySince !== null &&
    now >= later(laterOf(since, rollout.notReadySince), canary.progressDeadline);
  if (!overdue && !deadlineExceeded(turn, rollout, target)) return null;
  return rollBack(turn, rollout, { cause: "progress-deadline", detail: describeUnready(target), by: null });
}

/** How long pods that are merely being replaced may leave their share of the traffic without an answer, at most. */
const WITHOUT_PODS = seconds(60);

/** Traffic goes to a copy that has no pod for it, although primary has one. */
function deserted({ canary, seen, now }: Turn, rollout: Rollout): boolean {
  if (rollout.route.weight === 0 || serves(seen.target) || !serves(seen.primary)) return false;
  if (seen.target === null) return true;
  if (rollout.notReadySince === null) return false;
  const since = laterOf(seen.target.unavailableSince ?? rollout.notReadySince, rollout.notReadySince);
  return now >= Math.min(later(since, canary.analysis.interval), later(since, WITHOUT_PODS));
}

/** The target was deleted before it had traffic, or while primary has no pod either: it may still come back in time. */
function vanished(turn: Turn, rollout: Rollout): Rollout | null {
  const { notReadySince } = rollout;
  if (notReadySince === null || turn.now < later(notReadySince, turn.canary.progressDeadline)) return null;
  return rollBack(turn, rollout, { cause: "progress-deadline", detail: "the target does not exist", by: null });
}

const laterOf = <T extends number>(a: T, b: T): T => (a > b ? a : b);

function cannotPull(target: WorkloadObservation): boolean {
  return ["ImagePullBackOff", "ErrImagePull", "InvalidImageName"].includes(target.trouble?.reason ?? "");
}

/** Starts and stops the clock of the progress deadline. Only changes the record when readiness changed. */
export function noteReadiness(turn: Turn, rollout: Rollout): Rollout {
  const ready = isReady(turn.seen.target, turn.canary.analysis.canaryReadyPercent);
  if (ready && rollout.notReadySince !== null) return { ...rollout, notReadySince: null, stuck: "" };
  if (!ready && rollout.notReadySince === null) return { ...rollout, notReadySince: turn.now };
  return rollout;
}
