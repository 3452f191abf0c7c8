import type { RevisionHash, Weight } from "../units.ts";
import type { Canary } from "./canary.ts";
import { stampOf, type Effect } from "./effect.ts";
import type { Observation } from "./observation.ts";
import { isReady, serves } from "./readiness.ts";
import type { Affinity, Audience, Rollout } from "./rollout.ts";

export interface WantedRoute {
  readonly weight: Weight;
  readonly mirrored: boolean;
  readonly audience: Audience;
  readonly affinity: Affinity;
  readonly stamp: string;
}

function wantedRoute(rollout: Rollout): WantedRoute {
  const { stamp, ...route } = rollout.route;
  return { ...route, affinity: rollout.affinity, stamp: stampOf(rollout, stamp) };
}

/** What the cluster should look like for a record. `null` means: leave it as it is. */
export interface Desired {
  readonly apexSelects: "primary" | "target";
  readonly route: WantedRoute | null;
  /** Whether the canary copy should run. */
  readonly canary: "up" | "zero" | null;
  /** The revision that primary must be brought to. */
  readonly primary: RevisionHash | null;
}

/** The table from phase to cluster. */
export function desired(canary: Canary, rollout: Rollout, seen: Observation): Desired {
  const route = wantedRoute(rollout);
  const settled: Desired = { apexSelects: "primary", route, canary: null, primary: null };
  switch (rollout.phase) {
    case "initializing":
      return bootstrap(canary, rollout, seen);
    case "initialized":
    case "succeeded":
    case "waiting":
      return settled;
    case "failed":
      return settled;
    case "progressing":
    case "waiting-promotion":
      return { ...settled, canary: "up" };
    case "promoting":
      return { ...settled, canary: "up", primary: rollout.revision.hash };
    case "finalising":
      return { ...settled, canary: rollout.scaleDown ? "zero" : "up" };
    case "undoing":
    case "terminating":
      return settled;
    case "rolling-back":
      return { ...settled, canary: rollout.scaleDown ? "zero" : null };
  }
}

/** Nothing is taken from the target before primary serves, and nothing is routed to primary before it is ready. */
function bootstrap(canary: Canary, rollout: Rollout, seen: Observation): Desired {
  const route = wantedRoute(rollout);
  const primaryServes = isReady(seen.primary, canary.analysis.primaryReadyPercent);
  const primary = seen.primary === null ? (seen.target?.revision?.hash ?? null) : null;
  if (!primaryServes) return { apexSelects: meanwhile(seen), route: null, canary: null, primary };
  const connected = seen.services.ready && seen.services.apexSelects === "primary" && routeIs(seen, route);
  return { apexSelects: "primary", route, canary: connected ? "zero" : null, primary: null };
}

/**
 * Where the apex Service leads until primary is ready. One that leads to primary already, as when a canary is taken over from
 * another controller, stays there: a single pod that is not ready must not send everybody to a target without pods.
 */
function meanwhile({ services, primary, target }: Observation): "primary" | "target" {
  return services.apexSelects === "primary" && (serves(primary) || !serves(target)) ? "primary" : "target";
}

function routeIs(seen: Observation, route: WantedRoute): boolean {
  return (
    seen.route.kind === "present" &&
    seen.route.intact &&
    seen.route.weight === route.weight &&
    seen.route.mirrored === route.mirrored &&
    seen.route.audience === route.audience &&
    seen.route.stamp === route.stamp
  );
}

/** The changes that lead from what is observed to what is wanted, in the order in which they may be made. */
export function effectsToReach(wanted: Desired, seen: Observation, rollout: Rollout): readonly Effect[] {
  return [
    ...routeEffects(wanted, seen),
    ...serviceEffects(wanted, seen),
    ...primaryEffects(wanted, seen),
    ...imageEffects(seen, rollout),
    ...scaleEffects(wanted, seen),
  ];
}

function routeEffects({ route }: Desired, seen: Observation): readonly Effect[] {
  if (route === null || routeIs(seen, route)) return [];
  const resourceVersion = seen.route.kind === "absent" ? null : seen.route.resourceVersion;
  return [{ kind: "set-route", ...route, resourceVersion }];
}

function serviceEffects({ apexSelects }: Desired, seen: Observation): readonly Effect[] {
  const { ready, apexSelects: selects } = seen.services;
  if (ready && selects === apexSelects) return [];
  return seen.target === null ? [] : [{ kind: "ensure-services", apexSelects }];
}

function primaryEffects({ primary }: Desired, seen: Observation): readonly Effect[] {
  if (primary === null || seen.target === null || seen.target.revision?.hash !== primary) return [];
  if (seen.primary?.revision?.hash === primary) return [];
  const primaryVersion = seen.primary?.resourceVersion ?? null;
  return [{ kind: "ensure-primary", revision: primary, targetVersion: seen.target.resourceVersion, primaryVersion }];
}

function imageEffects(seen: Observation, { requested }: Rollout): readonly Effect[] {
  const target = seen.target;
  if (requested === null || target === null) return [];
  const { container, image } = requested;
  const runs = target.revision?.images.some((entry) => entry.container === container && entry.image === image);
  return runs ? [] : [{ kind: "set-target-image", container, image, resourceVersion: target.resourceVersion }];
}

function scaleEffects({ canary }: Desired, seen: Observation): readonly Effect[] {
  const target = seen.target;
  if (target === null || canary === null) return [];
  const { resourceVersion } = target;
  if (canary === "zero") {
    // Nothing is scaled away while primary has no pod: it could be the last copy that serves.
    const keep = target.replicas === 0 || !serves(seen.primary);
    return keep ? [] : [{ kind: "scale-target", replicas: 0, resourceVersion }];
  }
  if (target.replicas > 0) return [];
  return [{ kind: "scale-target", replicas: Math.max(1, seen.primary?.replicas ?? 1), resourceVersion }];
}
