import { later, seconds } from "../../units.ts";
import type { EventOf } from "../event.ts";
import { gateOpen, tellOpened, waitAtGate } from "../gates.ts";
import { afterPreRollout, askedByHook } from "../hooks.ts";
import type { WorkloadObservation } from "../observation.ts";
import { isUnasked } from "../questions.ts";
import { deadlineExceeded, describeUnready, isKnown, isReady, serves, takesEverybody } from "../readiness.ts";
import { reroute, tell } from "../record.ts";
import type { Rollout } from "../rollout.ts";
import { isUnderTest, nextStage, stageCount, type Stage } from "../stages.ts";
import {
  figureOf,
  rollBack,
  routeReached,
  spendPass,
  tellStuck,
  tellUnready,
  tellUnrouted,
  type Turn,
} from "../turn.ts";
import { analyse } from "./analysis.ts";
import { gateTimedOut } from "./gate.ts";
import { startPromotion } from "./promoting.ts";
import { followTarget } from "./target-change.ts";

/** The canary goes from stage to stage, as long as every check passes. */
export function progressing(turn: Turn, rollout: Rollout): Rollout {
  const changed = followTarget(turn, rollout);
  if (changed !== null) return changed;
  const broken = canaryBroken(turn, rollout) ?? askedByHook(turn, rollout);
  if (broken !== null) return broken;
  const timedOut = gateTimedOut(turn, rollout);
  if (timedOut !== null) return timedOut;
  const settled = noteReadiness(turn, rollout);
  if (!turn.due || isUnasked(turn, settled)) return settled;
  return duePass(turn, settled);
}

function duePass(turn: Turn, rollout: Rollout): Rollout {
  const { canary, seen } = turn;
  // With all traffic on the canary, primary is what has to be mended: waiting for it would wait for ever.
  if (!takesEverybody(rollout.route) && !isReady(seen.primary, canary.analysis.primaryReadyPercent)) {
    return primaryMissing(turn, spendPass(turn, rollout));
  }
  if (!isReady(seen.target, canary.analysis.canaryReadyPercent)) {
    const deadline = rollout.notReadySince === null ? null : later(rollout.notReadySince, canary.progressDeadline);
    return tellUnready(turn, spendPass(turn, rollout), "canary", deadline);
  }
  if (!routeReached(turn, rollout)) return tellUnrouted(turn, spendPass(turn, rollout));
  return readyPass(turn, freed(turn, rollout));
}

/** The record without a trouble that is over, now that the copies are ready and the traffic is where it was asked to be. */
export function freed({ seen }: Turn, rollout: Rollout): Rollout {
  const over = rollout.stuck !== "" && rollout.inconclusiveSince === null && isKnown(seen.target);
  return over ? { ...rollout, stuck: "" } : rollout;
}

/** Without a pod of primary nobody can judge anything; a person is called who may promote what mends it. */
function primaryMissing(turn: Turn, rollout: Rollout): Rollout {
  const { seen, canary } = turn;
  if (serves(seen.primary) || seen.primary === null || !isReady(seen.target, canary.analysis.canaryReadyPercent))
    return tellUnready(turn, rollout, "primary", null);
  const detail = `primary has no ready pod: ${describeUnready(seen.primary)}; promoting leads everybody to ${rollout.revision.label} at once and brings primary to it`;
  return tellStuck(turn, rollout, "primary: down", detail);
}

/** Both copies are ready and the traffic is where it was asked to be: now it can be judged. */
function readyPass(turn: Turn, rollout: Rollout): Rollout {
  if (turn.canary.skipAnalysis) return skipToPromotion(turn, rollout);
  if (isUnderTest(rollout)) return analysisPass(turn, rollout);
  const spent = spendPass(turn, rollout);
  const hooked = afterPreRollout(turn, spent);
  if (hooked === null) return advance(turn, spent);
  return hooked.failedChecks > spent.failedChecks ? hooked : advance(turn, hooked);
}

function analysisPass(turn: Turn, rollout: Rollout): Rollout {
  const { verdict, rollout: judged } = analyse(turn, spendPass(turn, rollout));
  if (verdict !== "pass" || judged.phase !== "progressing") return judged;
  return advance(turn, judged);
}

/**
 * The next stage, promotion, or the gate that stands before it. Pausing, gates and a target of which nobody can say what it runs hold
 * the weight, not the judging.
 */
function advance(turn: Turn, rollout: Rollout): Rollout {
  const { canary } = turn;
  if (rollout.pause !== null) return rollout;
  if (!isKnown(turn.seen.target)) return tellUnready(turn, rollout, "canary", null);
  const next = nextStage(canary, rollout);
  const increases = canary.analysis.strategy.kind === "weighted" && (next === null || next.weight > 0);
  if (increases && !gateOpen(turn, rollout, "confirm-traffic-increase"))
    return waitAtGate(turn, rollout, "confirm-traffic-increase");
  const opened = increases ? tellOpened(turn, rollout, "confirm-traffic-increase") : rollout;
  return next === null ? promoteOrWait(turn, opened) : beginStage(turn, opened, next);
}

function beginStage(turn: Turn, rollout: Rollout, next: Stage): Rollout {
  const { canary, now } = turn;
  const moved = {
    ...(isSame(rollout, next) ? rollout : reroute(rollout, next.weight, next)),
    strategy: canary.analysis.strategy.kind,
    step: next.step,
    trafficSince: rollout.trafficSince ?? now,
    gate: null,
    stuck: "",
  };
  return tell(moved, now, stageEvent(turn, rollout, next));
}

/** Iterations follow one another on the same route. */
function isSame({ route }: Rollout, next: Stage): boolean {
  return route.weight === next.weight && route.mirrored === next.mirrored && route.audience === next.audience;
}

type StageEvent = EventOf<"step-started" | "iteration-started" | "mirroring-started" | "traffic-switched">;

function stageEvent({ canary }: Turn, rollout: Rollout, next: Stage): StageEvent {
  const { strategy } = canary.analysis;
  const figures = rollout.evidence.map(figureOf);
  if (strategy.kind === "weighted") {
    if (next.mirrored) return { kind: "mirroring-started", percent: strategy.mirror?.percent ?? null, figures };
    return { kind: "step-started", step: next.step, of: stageCount(canary), weight: next.weight, figures };
  }
  if (next.step > strategy.iterations) return { kind: "traffic-switched", figures };
  return { kind: "iteration-started", iteration: next.step, of: strategy.iterations, figures };
}

/** Nothing is analysed, but whoever must agree must still agree. */
function skipToPromotion(turn: Turn, rollout: Rollout): Rollout {
  const spent = spendPass(turn, rollout);
  if (rollout.pause !== null) return spent;
  return isKnown(turn.seen.target) ? promoteOrWait(turn, spent) : tellUnready(turn, spent, "canary", null);
}

function promoteOrWait(turn: Turn, rollout: Rollout): Rollout {
  if (gateOpen(turn, rollout, "confirm-promotion")) return startPromotion(turn, rollout);
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
