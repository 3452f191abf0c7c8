import { later, seconds } from "../../units.ts";
import { enter, reroute, tell } from "../record.ts";
import { serves } from "../readiness.ts";
import type { Rollout } from "../rollout.ts";
import { routeReached, type Turn } from "../turn.ts";

/** How soon a rollback that is not finished is looked at again, whatever the interval is. */
const RECHECK = seconds(2);

/**
 * Traffic goes to primary, then the canary is scaled to zero; failed is entered only when both have been observed.
 * After a failed promotion the canary is the healthy copy: it keeps the traffic and stays up.
 */
export function rollingBack(turn: Turn, rollout: Rollout): Rollout {
  const record = redirect(turn, rollout);
  const keepsCanary = rollout.rollback?.cause === "promotion-failed";
  if (routeReached(turn, record)) {
    if (keepsCanary || targetGone(turn)) return finish(turn, record);
    if (!record.scaleDown && record.route.weight === 0) return recheck(turn, { ...record, scaleDown: true });
  }
  return turn.due ? recheck(turn, record) : record;
}

/** Traffic that could not go to primary at first goes there as soon as primary has a pod. */
function redirect({ seen, now }: Turn, rollout: Rollout): Rollout {
  const waits = rollout.route.weight > 0 && rollout.rollback?.cause !== "promotion-failed";
  if (!waits) return rollout;
  if (serves(seen.primary) || !serves(seen.target)) return { ...reroute(rollout, 0), stuck: "" };
  if (rollout.stuck === "primary: down") return rollout;
  const detail = `primary has no ready pod, so ${rollout.route.weight} % of the traffic stays on the canary`;
  return tell({ ...rollout, stuck: "primary: down" }, now, { kind: "human-needed", why: "stuck", detail });
}

function targetGone({ seen }: Turn): boolean {
  return seen.target === null || seen.target.replicas === 0;
}

function finish({ now }: Turn, rollout: Rollout): Rollout {
  const done = { ...enter(rollout, "failed", now), nextPassAt: null, notReadySince: null, inconclusiveSince: null };
  const { cause = "asked", detail = "" } = rollout.rollback ?? {};
  const label = rollout.revision.label;
  return tell(done, now, { kind: "rolled-back", cause, detail, label, to: rollout.promoted?.label ?? "" });
}

function recheck({ now }: Turn, rollout: Rollout): Rollout {
  return { ...rollout, pass: rollout.pass + 1, nextPassAt: later(now, RECHECK) };
}
