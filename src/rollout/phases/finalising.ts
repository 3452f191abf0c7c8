import { hooksOfTheEnd } from "../hooks.ts";
import { serves } from "../readiness.ts";
import { enter, tell } from "../record.ts";
import type { Rollout } from "../rollout.ts";
import { isRetired, routeReached, spendPass, tellUnready, tellUnrouted, type Turn } from "../turn.ts";

/** Traffic is back on primary: after one interval of draining the canary is scaled to zero, and then it is done. */
export function finalising(turn: Turn, rollout: Rollout): Rollout {
  const { seen, now } = turn;
  const drained = routeReached(turn, rollout);
  if (rollout.scaleDown && drained && isRetired(turn, rollout)) {
    const hooksLeft = hooksOfTheEnd(turn.canary);
    const done = {
      ...enter(rollout, "succeeded", now),
      promoted: rollout.revision,
      hooksLeft,
      nextPassAt: hooksLeft.length > 0 ? now : null,
      failedChecks: rollout.failedChecks,
    };
    const tookSeconds = Math.round((now - rollout.startedAt) / 1000);
    return tell(done, now, { kind: "succeeded", label: rollout.revision.label, tookSeconds });
  }
  if (!turn.due) return rollout;
  const spent = spendPass(turn, rollout);
  if (!serves(seen.primary)) return tellUnready(turn, spent, "primary", null);
  return drained ? { ...spent, scaleDown: true } : tellUnrouted(turn, spent);
}
