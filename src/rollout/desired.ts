import type { RevisionHash, Weight } from "../units.ts";
import type { Canary } from "./canary.ts";
import { stampOf, type Effect } from "./effect.ts";
import type { Observation } from "./observation.ts";
import { isReady, isScalable, serves } from "./readiness.ts";
import type { Affinity, Audience, Rollout } from "./rollout.ts";
import { isDown, isRetired } from "./turn.ts";

/** What the cluster should look like for a record. `null` means: leave it as it is. */
export interface Desired {
  readonly apexSelects: "primary" | "target" | null;
  readonly route: WantedRoute | null;
  /** Whether the canary copy should run. `retired`: rest, by a write of this rollout. */
  readonly canary: "up" | "zero" | "retired" | null;
  /** What primary must be brought to: the target's template, or a kept copy. */
  readonly primary: WantedPrimary | null;
  /** Whether primary's copy of the scaler must be there, or be there and say what the original says. */
  readonly scaler: "there" | "in sync" | null;
  /** Everything is ready for the Canary object to go. */
  readonly handBack: boolean;
}

export type WantedPrimary =
  | { readonly from: "target"; readonly revision: RevisionHash }
  | { readonly from: "kept"; readonly kept: string; readonly revision: RevisionHash }
  /** Nothing yet but that nobody who decided earlier can change it any more. */
  | { readonly from: "fence"; readonly stamp: string };

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

/** The table from phase to cluster. */
export function desired(canary: Canary, rollout: Rollout, seen: Observation): Desired {
  const settled: Desired = {
    apexSelects: apexFor(canary, rollout),
    route: wantedRoute(rollout),
    canary: null,
    primary: null,
    scaler: null,
    handBack: false,
  };
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
      return { ...settled, canary: "up", scaler: "there" };
    case "promoting":
      return {
        ...settled,
        canary: "up",
        primary: { from: "target", revision: rollout.revision.hash },
        scaler: "in sync",
      };
    case "finalising":
      return { ...settled, canary: rollout.scaleDown ? "retired" : "up", scaler: "in sync" };
    case "rolling-back":
      return { ...settled, canary: rollout.scaleDown ? "retired" : null };
    case "undoing":
      return { ...settled, canary: rollout.scaleDown ? "retired" : null, primary: undone(rollout, seen) };
    case "terminating":
      return { ...settled, apexSelects: null, route: null, canary: "up", handBack: rollout.scaleDown };
  }
}

/** A worker that stalled may still bring primary to the new revision: first that is made impossible, then primary goes back. */
function undone(rollout: Rollout, { primary, kept }: Observation): WantedPrimary | null {
  const { undo } = rollout;
  if (undo === null) return null;
  const stamp = stampOf(rollout, rollout.route.stamp);
  if (primary !== null && primary.scaledFor !== stamp) return { from: "fence", stamp };
  // What was copied by that worker was kept by it as well, under a name that was not known when the undo began.
  const name = kept.find(({ revision }) => revision.hash === undo.to.hash)?.name ?? undo.kept;
  return { from: "kept", kept: name, revision: undo.to.hash };
}

/** Where no mesh shifts traffic, the apex Service does: it leads to the canary only while that is the one healthy copy. */
function apexFor(canary: Canary, { route }: Rollout): "primary" | "target" {
  return isMeshless(canary) && route.weight === 100 ? "target" : "primary";
}

export const isMeshless = ({ provider }: Canary): boolean => provider === "kubernetes";

/** Nothing is taken from the target before primary serves, and nothing is routed to primary before it is ready. */
function bootstrap(canary: Canary, rollout: Rollout, seen: Observation): Desired {
  const route = wantedRoute(rollout);
  const primaryServes = isReady(seen.primary, canary.analysis.primaryReadyPercent);
  const revision = seen.primary === null ? (seen.target?.revision?.hash ?? null) : null;
  const primary = revision === null ? null : ({ from: "target", revision } as const);
  const nothing: Desired = {
    apexSelects: meanwhile(seen),
    route: null,
    canary: null,
    primary,
    scaler: null,
    handBack: false,
  };
  if (!primaryServes) return nothing;
  const connected = seen.services.ready && seen.services.apexSelects === "primary" && routeIs(seen, route);
  // The apex Service has to be there before it can carry a stamp.
  const routable = !isMeshless(canary) || seen.services.apexSelects === "primary";
  return {
    ...nothing,
    apexSelects: "primary",
    route: routable ? route : null,
    canary: connected ? "zero" : null,
    primary: null,
    scaler: "there",
  };
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
export function effectsToReach(
  canary: Canary,
  wanted: Desired,
  seen: Observation,
  rollout: Rollout,
): readonly Effect[] {
  return [
    ...routeEffects(wanted, seen),
    ...serviceEffects(wanted, seen),
    ...primaryEffects(wanted, seen),
    ...scalerEffects(wanted, seen),
    ...imageEffects(seen, rollout),
    ...scaleEffects({ canary, rollout }, wanted, seen),
    ...(wanted.handBack ? HAND_BACK : []),
  ];
}

const HAND_BACK: readonly Effect[] = [{ kind: "hand-back" }, { kind: "set-finalizer", present: false }];

function routeEffects({ route }: Desired, seen: Observation): readonly Effect[] {
  if (route === null || routeIs(seen, route)) return [];
  const resourceVersion = seen.route.kind === "absent" ? null : seen.route.resourceVersion;
  return [{ kind: "set-route", ...route, resourceVersion }];
}

function serviceEffects({ apexSelects }: Desired, seen: Observation): readonly Effect[] {
  const { ready, apexSelects: selects } = seen.services;
  if (apexSelects === null || (ready && selects === apexSelects)) return [];
  return seen.target === null ? [] : [{ kind: "ensure-services", apexSelects }];
}

function primaryEffects({ primary: wanted }: Desired, seen: Observation): readonly Effect[] {
  const primaryVersion = seen.primary?.resourceVersion ?? null;
  if (wanted === null) return [];
  if (wanted.from === "fence")
    return primaryVersion === null ? [] : [{ kind: "fence-primary", stamp: wanted.stamp, primaryVersion }];
  if (seen.primary?.revision?.hash === wanted.revision) return [];
  if (wanted.from === "kept") {
    const { kept, revision } = wanted;
    return primaryVersion === null ? [] : [{ kind: "restore-primary", kept, revision, primaryVersion }];
  }
  if (seen.target === null || seen.target.revision?.hash !== wanted.revision) return [];
  const { revision } = wanted;
  return [{ kind: "ensure-primary", revision, targetVersion: seen.target.resourceVersion, primaryVersion }];
}

function scalerEffects({ scaler: wanted }: Desired, { scaler, primary }: Observation): readonly Effect[] {
  if (wanted === null || scaler === null || scaler.resourceVersion === null || primary === null) return [];
  const fits = scaler.primary !== null && (wanted === "there" || scaler.primary.inSync);
  if (fits) return [];
  const primaryVersion = scaler.primary?.resourceVersion ?? null;
  return [{ kind: "ensure-scaler", scalerVersion: scaler.resourceVersion, primaryVersion }];
}

function imageEffects(seen: Observation, { requested }: Rollout): readonly Effect[] {
  const target = seen.target;
  if (requested === null || target === null) return [];
  const { container, image } = requested;
  const runs = target.revision?.images.some((entry) => entry.container === container && entry.image === image);
  return runs ? [] : [{ kind: "set-target-image", container, image, resourceVersion: target.resourceVersion }];
}

interface Scaled {
  readonly canary: Canary;
  readonly rollout: Rollout;
}

function scaleEffects({ canary, rollout }: Scaled, { canary: wanted }: Desired, seen: Observation): readonly Effect[] {
  const { target, scaler } = seen;
  if (target === null || wanted === null || !isScalable(canary)) return [];
  const { resourceVersion } = target;
  const stamp = stampOf(rollout, rollout.route.stamp);
  if (wanted !== "up") {
    // Nothing is scaled away while primary has no pod: it could be the last copy that serves.
    if (!serves(seen.primary) && target.replicas > 0) return [];
    const down: Effect = { kind: "scale-target", replicas: 0, stamp, resourceVersion };
    const rests = wanted === "zero" ? isDown({ canary, seen }) : isRetired({ canary, seen }, rollout);
    return [...rest(scaler, true), ...(rests ? [] : [down])];
  }
  const replicas = Math.max(1, scaler === null ? (seen.primary?.replicas ?? 1) : scaler.least);
  const up: Effect = { kind: "scale-target", replicas, stamp, resourceVersion };
  return [...rest(scaler, false), ...(target.replicas > 0 ? [] : [up])];
}

/** A scaler that would scale the target up again is stopped before that rests at zero, and let go before it is used. */
function rest(scaler: Observation["scaler"], resting: boolean): readonly Effect[] {
  if (scaler === null || scaler.resourceVersion === null || !scaler.pausable || scaler.resting === resting) return [];
  return [{ kind: "rest-scaler", resting, resourceVersion: scaler.resourceVersion }];
}
