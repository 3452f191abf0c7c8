import type { JsonObject } from "../json.ts";
import { joinApiVersion } from "../objects.ts";
import type { Registry, Resource } from "../registry.ts";
import { VERBS } from "../registry.ts";

/** Groups in the order in which clients prefer them; CRDs' groups come after the built-in ones. */
function groupNames(registry: Registry): string[] {
  return [...new Set(registry.all().map((row) => row.group))];
}

/** Versions of a group, stable and newest first, as `kubectl` prefers them. */
export function versionsOf(registry: Registry, group: string): string[] {
  const versions = [
    ...new Set(
      registry
        .all()
        .filter((row) => row.group === group)
        .map((row) => row.version),
    ),
  ];
  return versions.sort(compareVersions);
}

const STAGE = { alpha: 0, beta: 1, stable: 2 } as const;

function versionRank(version: string): [number, number, number] {
  const parts = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (parts === null) return [-1, 0, 0];
  const stage = parts[2] === "alpha" ? STAGE.alpha : parts[2] === "beta" ? STAGE.beta : STAGE.stable;
  return [stage, Number(parts[1]), Number(parts[3] ?? 0)];
}

/** Kubernetes' order of versions: v2 before v1 before v1beta2 before v1alpha1. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [versionRank(left), versionRank(right)];
  return b[0] - a[0] || b[1] - a[1] || b[2] - a[2] || (left < right ? -1 : 1);
}

function verbsOf(resource: Resource): string[] {
  if (resource.viewOf !== undefined) return ["get", "list", "watch"];
  return VERBS.filter((verb) => verb !== "deletecollection" || resource.id !== "namespaces");
}

interface SubresourceRow {
  readonly name: string;
  readonly kind: string;
  readonly group: string | undefined;
  readonly version: string | undefined;
  readonly verbs: readonly string[];
}

function subresourcesOf(resource: Resource): SubresourceRow[] {
  const writes = ["get", "patch", "update"];
  const rows: SubresourceRow[] = [];
  if (resource.hasStatus)
    rows.push({ name: "status", kind: resource.kind, group: undefined, version: undefined, verbs: writes });
  if (resource.scale !== undefined)
    rows.push({ name: "scale", kind: "Scale", group: "autoscaling", version: "v1", verbs: writes });
  if (resource.hasLog)
    rows.push({ name: "log", kind: resource.kind, group: undefined, version: undefined, verbs: ["get"] });
  return rows;
}

function inVersion(registry: Registry, group: string, version: string): Resource[] {
  return registry.all().filter((row) => row.group === group && row.version === version);
}

/** `/api/v1` and `/apis/<group>/<version>`; undefined when nothing is served there. */
export function resourceList(registry: Registry, group: string, version: string): JsonObject | undefined {
  const rows = inVersion(registry, group, version);
  if (rows.length === 0) return undefined;
  const resources = rows.flatMap((row) => [
    {
      name: row.plural,
      singularName: row.singular,
      namespaced: row.namespaced,
      kind: row.kind,
      verbs: verbsOf(row),
      ...(row.shortNames.length === 0 ? {} : { shortNames: [...row.shortNames] }),
      ...(row.categories.length === 0 ? {} : { categories: [...row.categories] }),
    },
    ...subresourcesOf(row).map((sub) => ({
      name: `${row.plural}/${sub.name}`,
      singularName: "",
      namespaced: row.namespaced,
      ...(sub.group === undefined ? {} : { group: sub.group, version: sub.version ?? "" }),
      kind: sub.kind,
      verbs: [...sub.verbs],
    })),
  ]);
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion: joinApiVersion(group, version), resources };
}

/** One group as `/apis/<group>` shows it; undefined when it is not served. */
export function groupObject(registry: Registry, group: string): JsonObject | undefined {
  const versions = versionsOf(registry, group).map((version) => ({
    groupVersion: joinApiVersion(group, version),
    version,
  }));
  const [preferred] = versions;
  if (preferred === undefined || group === "") return undefined;
  return { kind: "APIGroup", apiVersion: "v1", name: group, versions, preferredVersion: preferred };
}

export function groupList(registry: Registry): JsonObject {
  const groups = groupNames(registry).flatMap((group) => {
    const { kind: _kind, apiVersion: _apiVersion, ...entry } = groupObject(registry, group) ?? {};
    return group === "" ? [] : [entry];
  });
  return { kind: "APIGroupList", apiVersion: "v1", groups };
}

/** Everything about groups in one document, for the core group or for all others. */
export function aggregatedDiscovery(registry: Registry, core: boolean): JsonObject {
  const items = groupNames(registry)
    .filter((group) => (group === "") === core)
    .map((group) => ({
      metadata: core ? { creationTimestamp: null } : { name: group, creationTimestamp: null },
      versions: versionsOf(registry, group).map((version) => ({
        version,
        resources: inVersion(registry, group, version).map(aggregatedResource),
        freshness: "Current",
      })),
    }));
  return { kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", metadata: {}, items };
}

function aggregatedResource(row: Resource): JsonObject {
  const kindOf = (kind: string, group: string | undefined, version: string | undefined): JsonObject => ({
    group: group ?? row.group,
    version: version ?? row.version,
    kind,
  });
  const subresources = subresourcesOf(row).map((sub) => ({
    subresource: sub.name,
    responseKind: kindOf(sub.kind, sub.group, sub.version),
    verbs: [...sub.verbs],
  }));
  return {
    resource: row.plural,
    responseKind: kindOf(row.kind, undefined, undefined),
    scope: row.namespaced ? "Namespaced" : "Cluster",
    singularResource: row.singular,
    verbs: verbsOf(row),
    ...(row.shortNames.length === 0 ? {} : { shortNames: [...row.shortNames] }),
    ...(row.categories.length === 0 ? {} : { categories: [...row.categories] }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}
