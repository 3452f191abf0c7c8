import { gateOpen, tellOpened, waitAtGate } from "../gates.ts";
import { askedByHook } from "../hooks.ts";
import { isUnasked } from "../questions.ts";
import { enter } from "../record.ts";
import type { Rollout } from "../rollout.ts";
import { leaveDeadCanary, scheduleSoon, spendPass, type Turn } from "../turn.ts";
import { gateTimedOut } from "./gate.ts";
import { awaitRequest } from "./idle.ts";
import { followTarget } from "./target-change.ts";

/** A revision stands ready but nothing runs yet: somebody has to type start, or the confirm-rollout gate has to open. */
export function waiting(turn: Turn, rollout: Rollout): Rollout {
  const changed = followTarget(turn, rollout);
  if (changed !== null) return changed;
  const led = leaveDeadCanary(turn, rollout);
  if (led !== rollout) return led;
  if (rollout.requested !== null) return awaitRequest(turn, rollout, rollout.requested);
  if (rollout.gate === null) return rollout;
  const back = askedByHook(turn, rollout);
  if (back !== null) return back;
  if (gateOpen(turn, rollout, "confirm-rollout"))
    return startProgressing(turn, tellOpened(turn, rollout, "confirm-rollout"));
  const timedOut = gateTimedOut(turn, rollout);
  if (timedOut !== null) return timedOut;
  if (!turn.due || isUnasked(turn, rollout)) return rollout;
  return waitAtGate(turn, spendPass(turn, rollout), "confirm-rollout");
}

/** Scales the canary up and begins the analysis, one interval ahead. */
export function startProgressing(turn: Turn, rollout: Rollout): Rollout {
  const record = { ...enter(rollout, "progressing", turn.now), gate: null, notReadySince: turn.now, nextPassAt: null };
  return scheduleSoon(turn, record);
}
