import type { ClusterHealth } from "../../snapshots/snapshots.ts";
import { timestamp } from "../../units.ts";
import type { CanaryView } from "../../rollout/view.ts";
import { fullName, type CanaryName } from "../messages/names.ts";
import { closest } from "./closest.ts";
import type { TypedName } from "./parse.ts";

/** What the bot knows at the moment of a question. */
export interface Known {
  readonly views: readonly CanaryView[];
  readonly clusters: readonly ClusterHealth[];
}

/** What a typed name stands for. */
export type Resolved =
  | { readonly kind: "found"; readonly view: CanaryView }
  /** A full name in a cluster that cannot be seen now: commands go through, questions cannot be answered. */
  | { readonly kind: "unseen"; readonly name: CanaryName; readonly health: ClusterHealth }
  | { readonly kind: "ambiguous"; readonly names: readonly string[] }
  | { readonly kind: "unknown-cluster"; readonly cluster: string; readonly clusters: readonly string[] }
  /** No worker of any cluster has reported yet: Redis is new, or was emptied a moment ago. */
  | { readonly kind: "nothing-known" }
  /** Not there; or perhaps there, in one of the clusters of `hidden` that cannot be seen now. */
  | { readonly kind: "unknown"; readonly closest: readonly string[]; readonly hidden: readonly ClusterHealth[] };

/** Finds the canary that a typed name stands for: the only one that fits. */
export function resolve(typed: TypedName, { views, clusters }: Known): Resolved {
  const fitting = views.filter((view) => fits(typed, view));
  const [only, ...others] = fitting;
  if (only !== undefined && others.length === 0) return { kind: "found", view: only };
  if (only !== undefined) return { kind: "ambiguous", names: fitting.map(fullName).sort() };
  return absent(typed, { views, clusters });
}

function absent(typed: TypedName, { views, clusters }: Known): Resolved {
  const health = clusters.find((cluster) => cluster.name.toLowerCase() === typed.cluster) ?? unheard(typed, clusters);
  if (typed.cluster !== null && health === undefined)
    return { kind: "unknown-cluster", cluster: typed.cluster, clusters: clusters.map((cluster) => cluster.name) };
  if (clusters.length === 0 && typed.namespace === null) return { kind: "nothing-known" };
  const hidden = clusters.filter((cluster) => cluster.state !== "live" && (health ?? cluster) === cluster);
  if (health !== undefined && health.state !== "live" && typed.namespace !== null)
    return { kind: "unseen", name: { cluster: health.name, namespace: typed.namespace, name: typed.name }, health };
  const near = new Set(closest(typed.name, [...new Set(views.map((view) => view.name))], 3));
  const names = views.filter((view) => near.has(view.name)).map((view) => shortName(view, views));
  return { kind: "unknown", closest: [...new Set(names)].slice(0, 5), hidden };
}

/** While no worker of any cluster has reported yet (Redis is new or was emptied), a named cluster may well be there. */
function unheard({ cluster }: TypedName, clusters: readonly ClusterHealth[]): ClusterHealth | undefined {
  if (cluster === null || clusters.length > 0) return undefined;
  return { name: cluster, state: "rebuilding", lastSeen: timestamp(0), workers: 0 };
}

function fits(typed: TypedName, view: CanaryView): boolean {
  if (view.name !== typed.name) return false;
  if (typed.namespace !== null && view.namespace !== typed.namespace) return false;
  return typed.cluster === null || view.cluster.toLowerCase() === typed.cluster;
}

/** The shortest form of a canary's name that no other one shares. */
export function shortName(view: CanaryView, views: readonly CanaryView[]): string {
  const sameName = views.filter((other) => other.name === view.name);
  if (sameName.length < 2) return view.name;
  const samePlace = sameName.filter((other) => other.namespace === view.namespace);
  return samePlace.length < 2 ? `${view.namespace}/${view.name}` : fullName(view);
}
