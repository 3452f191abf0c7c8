import { later, seconds } from "../../units.ts";
import type { Actor } from "../command.ts";
import { stampOf } from "../effect.ts";
import { hooksOfTheEnd } from "../hooks.ts";
import type { KeptRevision, Observation } from "../observation.ts";
import { deadlineExceeded, describeUnready, isReady, serves } from "../readiness.ts";
import { enter, reroute, tell } from "../record.ts";
import type { Rollout } from "../rollout.ts";
import {
  isRetired,
  leaveDeadCanary,
  routeReached,
  safeWeight,
  tellStuck,
  tellUnready,
  type RollbackWish,
  type Turn,
} from "../turn.ts";

/** How soon an undo that is not finished is looked at again, whatever the interval is. */
const RECHECK = seconds(2);

/**
 * What primary would be put back to: the newest kept copy of something else than it runs. `null`: nothing is kept.
 */
export function undoTarget(rollout: Rollout, seen: Pick<Observation, "kept" | "primary">): KeptRevision | null {
  const runs = seen.primary?.revision?.hash ?? rollout.promoted?.hash;
  // After an undo, what primary runs is a kept copy itself: the next one leads further back, not to what was undone.
  const back =
    rollout.rollback?.cause === "undone" ? seen.kept.findIndex(({ revision }) => revision.hash === runs) : -1;
  return seen.kept.slice(back + 1).find(({ revision }) => revision.hash !== runs) ?? null;
}

export interface Undo {
  readonly kept: KeptRevision;
  readonly by: Actor;
  readonly reason: string;
}

/** Begins to put primary back. Nothing that the target runs now is started by it. */
export function startUndo(turn: Turn, rollout: Rollout, { kept, by, reason }: Undo): Rollout {
  const { now, seen } = turn;
  const begun = reroute(enter(rollout, "undoing", now), safeWeight(turn, rollout));
  const record = {
    ...begun,
    applied: seen.target?.revision?.hash ?? rollout.applied,
    undo: { kept: kept.name, to: kept.revision, by, at: now },
    scaleDown: false,
    pause: null,
    gate: null,
    requested: null,
    notReadySince: now,
    nextPassAt: now,
  };
  const promoting = rollout.phase === "promoting" || rollout.phase === "finalising";
  const from = promoting ? rollout.revision.label : (seen.primary?.revision?.label ?? rollout.revision.label);
  return tell(record, now, { kind: "undo-started", by, from, to: kept.revision.label, reason });
}

/** Primary rolls back to its kept copy; when it is ready, traffic and scale follow as after any rollback. */
export function undoing(turn: Turn, rollout: Rollout): Rollout {
  const { canary, seen, now } = turn;
  const { undo } = rollout;
  if (undo === null) return rollout;
  const record = returnTraffic(turn, rollout);
  const fenced = seen.primary?.scaledFor === stampOf(record, record.route.stamp);
  const restored = fenced && seen.primary?.revision?.hash === undo.to.hash;
  if (!restored || !isReady(seen.primary, canary.analysis.primaryReadyPercent))
    return waitForPrimary(turn, record, restored);
  if (!routeReached(turn, record)) return again(turn, record);
  if (!isRetired(turn, record))
    return record.scaleDown ? again(turn, record) : { ...record, scaleDown: true, nextPassAt: now };
  return finish(turn, record, undo);
}

/** Traffic goes to primary as soon as that has a pod: while it rolls, its old pods serve as well. */
function returnTraffic(turn: Turn, rollout: Rollout): Rollout {
  if (rollout.route.weight === 0 || !serves(turn.seen.primary)) return leaveDeadCanary(turn, rollout);
  return reroute(rollout, 0);
}

function waitForPrimary(turn: Turn, rollout: Rollout, restored: boolean): Rollout {
  const { canary, seen, now } = turn;
  const { primary } = seen;
  if (primary === null) return again(turn, tellStuck(turn, rollout, "primary: deleted", "primary was deleted"));
  const since = rollout.notReadySince ?? rollout.phaseSince;
  const overdue = now >= later(since, canary.progressDeadline);
  if (overdue || (restored && deadlineExceeded(turn, rollout, primary))) return giveUp(turn, rollout);
  const told =
    restored && primary.trouble !== null
      ? tellUnready(turn, rollout, "primary", later(since, canary.progressDeadline))
      : rollout;
  return again(turn, told);
}

/** Said loudly once; primary goes on trying by itself, and a newer revision is a way out. */
function giveUp(turn: Turn, rollout: Rollout): Rollout {
  const detail = describeUnready(turn.seen.primary);
  const ended = end(turn, rollout, { cause: "undo-failed", detail });
  return tell(ended, turn.now, { kind: "undo-failed", detail });
}

function finish(turn: Turn, rollout: Rollout, undo: NonNullable<Rollout["undo"]>): Rollout {
  const ended = end(turn, rollout, { cause: "undone", detail: `back to ${undo.to.label}` });
  return tell(ended, turn.now, { kind: "undone", by: undo.by, to: undo.to.label });
}

function end({ canary, now }: Turn, rollout: Rollout, why: Pick<RollbackWish, "cause" | "detail">): Rollout {
  const hooksLeft = hooksOfTheEnd(canary);
  return {
    ...enter(rollout, "failed", now),
    promoted: rollout.undo?.to ?? rollout.promoted,
    rollback: { ...why, by: rollout.undo?.by ?? null, at: now },
    undo: null,
    notReadySince: null,
    hooksLeft,
    nextPassAt: hooksLeft.length > 0 ? now : null,
  };
}

function again({ due, now }: Turn, rollout: Rollout): Rollout {
  return due ? { ...rollout, pass: rollout.pass + 1, nextPassAt: later(now, RECHECK) } : rollout;
}
