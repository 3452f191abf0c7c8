import { isReady, isScalable } from "../readiness.ts";
import { enter, tell } from "../record.ts";
import type { Rollout } from "../rollout.ts";
import { spendPass, tellUnready, type Turn } from "../turn.ts";

/**
 * The canary is being deleted and its manifest asks for everything to be as it was: the target gets its pods back, then apex
 * Service and routes lead to it again, then the object may go. `scaleDown` marks the last part.
 */
export function terminating(turn: Turn, rollout: Rollout): Rollout {
  const { now } = turn;
  if (rollout.phase !== "terminating") return begin(turn, rollout);
  if (rollout.scaleDown) return turn.due ? spendPass(turn, rollout) : rollout;
  if (mayHandBack(turn)) return tell({ ...rollout, scaleDown: true, nextPassAt: now }, now, { kind: "handed-back" });
  return turn.due ? tellUnready(turn, spendPass(turn, rollout), "canary", null) : rollout;
}

function begin({ now }: Turn, rollout: Rollout): Rollout {
  const stopped = { ...rollout, scaleDown: false, pause: null, gate: null, requested: null, undo: null };
  return tell({ ...enter(stopped, "terminating", now), nextPassAt: now }, now, { kind: "handing-back" });
}

/** A target that is gone has nothing to wait for. */
function mayHandBack({ canary, seen }: Turn): boolean {
  if (seen.target === null || !isScalable(canary)) return true;
  return isReady(seen.target, canary.analysis.canaryReadyPercent);
}
