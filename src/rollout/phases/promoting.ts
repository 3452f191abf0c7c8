import { later, weight, type Weight } from "../../units.ts";
import { deadlineExceeded, describeUnready, isReady, serves } from "../readiness.ts";
import { CLUSTER_ACTOR, reroute, tell } from "../record.ts";
import type { Rollout } from "../rollout.ts";
import {
  leaveDeadCanary,
  moveTo,
  rollBack,
  routeReached,
  spendPass,
  tellStuck,
  tellUnready,
  tellUnrouted,
  type Turn,
} from "../turn.ts";
import { startUndo } from "./undoing.ts";

/** Begins promotion: primary gets the new template while the canary keeps its traffic. */
export function startPromotion(turn: Turn, rollout: Rollout): Rollout {
  const record = { ...moveTo(turn, rollout, "promoting"), gate: null, pause: null, notReadySince: null };
  return tell(record, turn.now, { kind: "promotion-started", label: rollout.revision.label });
}

/** Primary rolls to the new template; when it is ready, traffic goes back to it, at once or in steps. */
export function promoting(turn: Turn, rollout: Rollout): Rollout {
  const { canary, seen } = turn;
  const updated = seen.primary?.revision?.hash === rollout.revision.hash;
  if (!updated) return beforeUpdate(turn, rollout);
  const broken = primaryBroken(turn, rollout);
  if (broken !== null) return broken;
  const ready = isReady(seen.primary, canary.analysis.primaryReadyPercent);
  const moved = leaveDeadCanary(turn, rollout);
  const timed = moved.notReadySince === null && !ready ? { ...moved, notReadySince: turn.now } : moved;
  if (!turn.due) return timed;
  const spent = spendPass(turn, timed);
  if (!ready) return tellUnready(turn, spent, "primary", null);
  if (!routeReached(turn, spent)) return tellUnrouted(turn, spent);
  return shiftBack(turn, spent);
}

/** Primary has not been touched yet. A target that changed meanwhile, or is gone, is what the promotion can no longer be about. */
function beforeUpdate(turn: Turn, rollout: Rollout): Rollout {
  const { target } = turn.seen;
  if (target === null) return takeBack(turn, rollout, "the target does not exist");
  if (target.revision !== null && target.revision.hash !== rollout.applied)
    return takeBack(turn, rollout, `the target was changed to ${target.revision.label}`);
  const moved = leaveDeadCanary(turn, rollout);
  if (!turn.due) return moved;
  const detail = "primary has not taken the new template; the worker's log says what the cluster answered";
  return tellStuck(turn, spendPass(turn, moved), "primary: not updated", detail);
}

/**
 * A worker that stalled could still make the copy, so turning back is an undo: primary is fenced first. What the target runs instead
 * begins afterwards.
 */
function takeBack(turn: Turn, rollout: Rollout, reason: string): Rollout {
  const { promoted, applied } = rollout;
  if (promoted === null) return rollout;
  const kept = { name: "", revision: promoted, missing: "" };
  return { ...startUndo(turn, rollout, { kept, by: CLUSTER_ACTOR, reason }), applied };
}

function shiftBack(turn: Turn, rollout: Rollout): Rollout {
  const remaining = remainingWeight(turn, rollout);
  const moved = reroute(rollout, remaining);
  if (remaining > 0) return tell(moved, turn.now, { kind: "traffic-returning", weight: remaining });
  const done = {
    ...moveTo(turn, moved, "finalising"),
    nextPassAt: moved.nextPassAt,
    scaleDown: false,
    notReadySince: null,
  };
  return tell(done, turn.now, { kind: "traffic-returned", label: rollout.revision.label });
}

function remainingWeight({ canary }: Turn, rollout: Rollout): Weight {
  const { promotionStep, strategy } = canary.analysis;
  return promotionStep === 0 || strategy.kind !== "weighted"
    ? weight(0)
    : weight(Math.max(0, rollout.route.weight - promotionStep));
}

/** Primary broke while it was being updated. The canary is the only healthy copy: it keeps, or gets, all traffic. */
function primaryBroken(turn: Turn, rollout: Rollout): Rollout | null {
  const { canary, seen, now } = turn;
  const { primary, target } = seen;
  if (primary === null || isReady(primary, canary.analysis.primaryReadyPercent)) return null;
  const overdue = rollout.notReadySince !== null && now >= later(rollout.notReadySince, canary.progressDeadline);
  if (!overdue && !deadlineExceeded(turn, rollout, primary)) return null;
  const detail = describeUnready(primary);
  const wish = { cause: "promotion-failed", detail, by: null } as const;
  const held = {
    ...rollBack(turn, rollout, wish),
    route: reroute(rollout, serves(target) ? 100 : serves(primary) ? 0 : rollout.route.weight).route,
  };
  return tell(held, now, { kind: "promotion-failed", detail, weight: held.route.weight });
}
