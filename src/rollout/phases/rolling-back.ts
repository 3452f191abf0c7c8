import { later, millis, seconds } from "../../units.ts";
import { enter, reroute, tell } from "../record.ts";
import { hooksOfTheEnd } from "../hooks.ts";
import { serves } from "../readiness.ts";
import type { Rollout } from "../rollout.ts";
import { isRetired, leaveDeadCanary, routeReached, tellStuck, type Turn } from "../turn.ts";
import { followTarget } from "./target-change.ts";

/** How soon a rollback that is not finished is looked at again, whatever the interval is. */
const RECHECK = seconds(2);
const SLOWEST = seconds(30);
/** A rollback that has not ended by then needs a person. */
const UNSAID = seconds(30);

/**
 * Traffic goes to primary, then the canary is scaled to zero; failed is entered only when both have been observed.
 * After a failed promotion the canary is the healthy copy: it keeps the traffic and stays up.
 */
export function rollingBack(turn: Turn, rollout: Rollout): Rollout {
  const hotfix = primaryDown(turn) && isOther(turn, rollout) ? followTarget(turn, rollout) : null;
  if (hotfix !== null && hotfix.phase !== "rolling-back") return { ...hotfix, rollback: null, scaleDown: false };
  const record = redirect(turn, hotfix ?? rollout);
  const keepsCanary = rollout.rollback?.cause === "promotion-failed";
  if (routeReached(turn, record)) {
    if (keepsCanary || isRetired(turn, record)) return finish(turn, record);
    if (!record.scaleDown && record.route.weight === 0) return recheck(turn, { ...record, scaleDown: true });
  }
  return turn.due ? recheck(turn, tellHeld(turn, record)) : record;
}

/** The very revision that is being taken back is no way out of its own rollback, however often it is put there. */
function isOther({ seen }: Turn, rollout: Rollout): boolean {
  return seen.target?.revision?.hash !== rollout.revision.hash;
}

/** Traffic that could not go to primary at first goes there as soon as primary has a pod. */
function redirect(turn: Turn, rollout: Rollout): Rollout {
  const { seen } = turn;
  const waits = rollout.route.weight > 0 && rollout.rollback?.cause !== "promotion-failed";
  if (!waits) return rollout.rollback?.cause === "promotion-failed" ? leaveDeadCanary(turn, rollout) : rollout;
  if (serves(seen.primary) || !serves(seen.target)) return { ...reroute(rollout, 0), stuck: "" };
  const detail = `primary has no ready pod, so ${rollout.route.weight} % of the traffic stays on the canary`;
  return tellStuck(turn, rollout, "primary: down", detail);
}

/** Nothing can be rolled back to. A newer revision is then the way out, and is not made to wait. */
function primaryDown({ seen }: Turn): boolean {
  return !serves(seen.primary) && seen.primary !== null;
}

function finish({ canary, now }: Turn, rollout: Rollout): Rollout {
  const hooksLeft = hooksOfTheEnd(canary);
  const clocks = { nextPassAt: hooksLeft.length > 0 ? now : null, notReadySince: null, inconclusiveSince: null };
  const done = { ...enter(rollout, "failed", now), ...clocks, hooksLeft };
  const { cause = "asked", detail = "" } = rollout.rollback ?? {};
  const label = rollout.revision.label;
  return tell(done, now, { kind: "rolled-back", cause, detail, label, to: rollout.promoted?.label ?? "" });
}

/** A rollback that the cluster does not carry out is the last thing that may go unsaid. */
function tellHeld(turn: Turn, rollout: Rollout): Rollout {
  if (turn.now < later(rollout.phaseSince, UNSAID)) return rollout;
  if (!routeReached(turn, rollout)) {
    const detail = `the route does not carry ${rollout.route.weight} % yet; the worker's log says what the cluster answered`;
    return tellStuck(turn, rollout, "the route is not as asked", detail);
  }
  if (serves(turn.seen.primary)) return rollout;
  return tellStuck(turn, rollout, "primary: down", "primary has no ready pod, so the canary is not scaled down");
}

function recheck({ now }: Turn, rollout: Rollout): Rollout {
  // What it waits for wakes it; the longer it has waited already, the less a look for nothing is worth a write.
  const pause = Math.min(Math.max(RECHECK, (now - rollout.phaseSince) / 8), SLOWEST);
  return { ...rollout, pass: rollout.pass + 1, nextPassAt: later(now, millis(pause)) };
}
