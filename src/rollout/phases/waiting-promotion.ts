import { isReady } from "../readiness.ts";
import type { Rollout } from "../rollout.ts";
import { gateOpen, routeReached, spendPass, tellUnready, tellUnrouted, waitAtGate, type Turn } from "../turn.ts";
import { analyse } from "./analysis.ts";
import { gateTimedOut } from "./gate.ts";
import { canaryBroken, noteReadiness, unmeasured } from "./progressing.ts";
import { startPromotion } from "./promoting.ts";
import { followTarget } from "./target-change.ts";

/** At the last weight, until enough people approve. The checks go on and may still take the rollout back. */
export function waitingPromotion(turn: Turn, rollout: Rollout): Rollout {
  const changed = followTarget(turn, rollout);
  if (changed !== null) return changed;
  const broken = canaryBroken(turn, rollout);
  if (broken !== null) return broken;
  if (mayPromote(turn, rollout)) return startPromotion(turn, rollout);
  const timedOut = gateTimedOut(turn, rollout);
  if (timedOut !== null) return timedOut;
  const settled = noteReadiness(turn, rollout);
  if (!turn.due || unmeasured(turn, settled)) return settled;
  return duePass(turn, settled);
}

function mayPromote(turn: Turn, rollout: Rollout): boolean {
  const { canary, seen } = turn;
  if (rollout.pause !== null || !gateOpen(canary, rollout, "confirm-promotion")) return false;
  if (!canary.skipAnalysis && rollout.inconclusiveSince !== null) return false;
  if (!canary.skipAnalysis && rollout.evidence.some((evidence) => evidence.verdict !== "pass")) return false;
  return isReady(seen.target, canary.analysis.canaryReadyPercent) && routeReached(turn, rollout);
}

function duePass(turn: Turn, rollout: Rollout): Rollout {
  const { canary, seen } = turn;
  if (!isReady(seen.target, canary.analysis.canaryReadyPercent))
    return tellUnready(turn, spendPass(turn, rollout), "canary", null);
  if (!routeReached(turn, rollout)) return tellUnrouted(turn, spendPass(turn, rollout));
  const spent = spendPass(turn, rollout);
  // Without traffic there is nothing to measure.
  if (canary.skipAnalysis || rollout.route.weight === 0) return waitAtGate(turn, spent, "confirm-promotion");
  const { rollout: judged } = analyse(turn, spent);
  if (judged.phase !== "waiting-promotion") return judged;
  return mayPromote(turn, judged) ? startPromotion(turn, judged) : waitAtGate(turn, judged, "confirm-promotion");
}
