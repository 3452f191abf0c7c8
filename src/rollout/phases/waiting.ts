import { enter } from "../record.ts";
import type { Rollout } from "../rollout.ts";
import { gateOpen, leaveDeadCanary, scheduleSoon, spendPass, type Turn } from "../turn.ts";
import { gateTimedOut } from "./gate.ts";
import { awaitRequest } from "./idle.ts";
import { followTarget } from "./target-change.ts";

/** A revision stands ready but nothing runs yet: somebody has to type start, or to approve the confirm-rollout gate. */
export function waiting(turn: Turn, rollout: Rollout): Rollout {
  const changed = followTarget(turn, rollout);
  if (changed !== null) return changed;
  const led = leaveDeadCanary(turn, rollout);
  if (led !== rollout) return led;
  if (rollout.requested !== null) return awaitRequest(turn, rollout, rollout.requested);
  if (rollout.gate === null) return rollout;
  if (gateOpen(turn.canary, rollout, "confirm-rollout")) return startProgressing(turn, rollout);
  const timedOut = gateTimedOut(turn, rollout);
  if (timedOut !== null) return timedOut;
  return turn.due ? spendPass(turn, rollout) : rollout;
}

/** Scales the canary up and begins the analysis, one interval ahead. */
export function startProgressing(turn: Turn, rollout: Rollout): Rollout {
  const record = { ...enter(rollout, "progressing", turn.now), gate: null, notReadySince: turn.now, nextPassAt: null };
  return scheduleSoon(turn, record);
}
