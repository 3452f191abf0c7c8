import { later, seconds, type Timestamp } from "../units.ts";
import { isMeshless } from "./desired.ts";
import { stampOf } from "./effect.ts";
import { isLive, tell } from "./record.ts";
import type { RolloutEvent } from "./event.ts";
import type { ServicesObservation } from "./observation.ts";
import type { Phase, Rollout } from "./rollout.ts";
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
  if (toldLately(rollout, "drift-repaired", now)) return rollout;
  const found = `${route.weight} % to the canary`;
  return tell(rollout, now, { kind: "drift-repaired", found, restored: rollout.route.weight });
}

/** Their Services are still, or no longer, ours to keep. */
const UNKEPT: ReadonlySet<Phase> = new Set(["initializing", "terminating"]);

/**
 * Says when the Services of a live rollout are not as the manifest wants them: traffic or metrics may have gone astray meanwhile. A
 * target of kind Service is left out, since its copies differ whenever a revision is under way.
 */
export function noteServices({ canary, seen, now }: Turn, rollout: Rollout): Rollout {
  const { services, target } = seen;
  if (!isLive(rollout.phase) || UNKEPT.has(rollout.phase) || canary.target.kind === "Service") return rollout;
  // Without a mesh the apex Service is the route: which of the two it leads to is the route's business.
  const isRight = services.apexSelects === "primary" || (isMeshless(canary) && services.apexSelects === "target");
  if (target === null || (services.ready && isRight)) return rollout;
  if (toldLately(rollout, "services-repaired", now)) return rollout;
  return tell(rollout, now, { kind: "services-repaired", found: FOUND[services.apexSelects] });
}

const FOUND: Readonly<Record<ServicesObservation["apexSelects"], string>> = {
  primary: "a port, a name or a selector differs",
  target: "the apex Service leads to the target",
  other: "the apex Service leads elsewhere",
  absent: "the apex Service is gone",
};

function toldLately({ events }: Rollout, kind: RolloutEvent["kind"], now: Timestamp): boolean {
  const last = events.findLast((recorded) => recorded.event.kind === kind);
  return last !== undefined && now < later(last.at, QUIET);
}
