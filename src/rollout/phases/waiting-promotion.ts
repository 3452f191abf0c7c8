import { gateOpen, tellOpened, waitAtGate } from "../gates.ts";
import { askedByHook } from "../hooks.ts";
import { isUnasked } from "../questions.ts";
import { isReady } from "../readiness.ts";
import type { Rollout } from "../rollout.ts";
import { isUnderTest } from "../stages.ts";
import { routeReached, spendPass, tellUnready, tellUnrouted, type Turn } from "../turn.ts";
import { analyse } from "./analysis.ts";
import { gateTimedOut } from "./gate.ts";
import { canaryBroken, noteReadiness } from "./progressing.ts";
import { startPromotion } from "./promoting.ts";
import { followTarget } from "./target-change.ts";

/** At the last stage, until enough people or webhooks agree. The checks go on and may still take the rollout back. */
export function waitingPromotion(turn: Turn, rollout: Rollout): Rollout {
  const changed = followTarget(turn, rollout);
  if (changed !== null) return changed;
  const broken = canaryBroken(turn, rollout) ?? askedByHook(turn, rollout);
  if (broken !== null) return broken;
  if (mayPromote(turn, rollout)) return promote(turn, rollout);
  const timedOut = gateTimedOut(turn, rollout);
  if (timedOut !== null) return timedOut;
  const settled = noteReadiness(turn, rollout);
  if (!turn.due || isUnasked(turn, settled)) return settled;
  return duePass(turn, settled);
}

/** Whether the last verdict is a pass and nothing else stands in the way. A due pass judges first. */
function mayPromote(turn: Turn, rollout: Rollout): boolean {
  const { canary, seen } = turn;
  if (rollout.pause !== null || !gateOpen(turn, rollout, "confirm-promotion")) return false;
  if (!canary.skipAnalysis && rollout.inconclusiveSince !== null) return false;
  if (!canary.skipAnalysis && rollout.evidence.some((evidence) => evidence.verdict !== "pass")) return false;
  return isReady(seen.target, canary.analysis.canaryReadyPercent) && routeReached(turn, rollout);
}

const promote = (turn: Turn, rollout: Rollout): Rollout =>
  startPromotion(turn, tellOpened(turn, rollout, "confirm-promotion"));

function duePass(turn: Turn, rollout: Rollout): Rollout {
  const { canary, seen } = turn;
  if (!isReady(seen.target, canary.analysis.canaryReadyPercent))
    return tellUnready(turn, spendPass(turn, rollout), "canary", null);
  if (!routeReached(turn, rollout)) return tellUnrouted(turn, spendPass(turn, rollout));
  const spent = spendPass(turn, rollout);
  // Without a stage there is nothing to measure.
  if (canary.skipAnalysis || !isUnderTest(rollout)) return waitAtGate(turn, spent, "confirm-promotion");
  const { verdict, rollout: judged } = analyse(turn, spent);
  if (judged.phase !== "waiting-promotion") return judged;
  const passed = verdict === "pass" && mayPromote(turn, judged);
  return passed ? promote(turn, judged) : waitAtGate(turn, judged, "confirm-promotion");
}
