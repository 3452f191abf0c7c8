import { later, seconds } from "../units.ts";
import { stampOf } from "./effect.ts";
import { isLive, tell } from "./record.ts";
import type { Rollout } from "./rollout.ts";
import type { Turn } from "./turn.ts";

/** A tool that keeps undoing our weights is repaired each time but reported only this often. */
const QUIET = seconds(60);

/**
 * Says when somebody else changed the route of a live rollout: the stamp is the one we wrote, the weight is not. The repair itself
 * needs no rule, since the effects are always the difference to what is wanted.
 */
export function noteDrift({ seen, now }: Turn, rollout: Rollout): Rollout {
  const { route } = seen;
  if (!isLive(rollout.phase) || route.kind !== "present") return rollout;
  const ours = route.stamp === stampOf(rollout, rollout.route.stamp);
  if (!ours || route.weight === rollout.route.weight) return rollout;
  const last = rollout.events.findLast((recorded) => recorded.event.kind === "drift-repaired");
  if (last && now < later(last.at, QUIET)) return rollout;
  const found = `${route.weight} % to the canary`;
  return tell(rollout, now, { kind: "drift-repaired", found, restored: rollout.route.weight });
}
