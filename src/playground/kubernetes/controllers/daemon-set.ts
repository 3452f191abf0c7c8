import { ApiError } from "../api-error.ts";
import type { JsonObject } from "../json.ts";
import { canonicalText, cloneObject, compact, numberAt, objectAt, stringAt } from "../json.ts";
import {
  controllerOwner,
  controllerReference,
  isTerminating,
  keyOf,
  labelsOf,
  nameOf,
  namespaceOf,
  splitKey,
  stringMap,
  uidOf,
} from "../objects.ts";
import type { Cluster } from "../writing/cluster.ts";
import type { Controller } from "./controller.ts";
import { createHash } from "node:crypto";
import { availableIn, isActive, isReady } from "./pod-facts.ts";

const DAEMON_SETS = "daemonsets.apps";
const HASH_LABEL = "controller-revision-hash";

/** Runs one pod of each DaemonSet on every node that its node selector allows; the cluster has one node. */
export function daemonSetController(cluster: Cluster): Controller {
  return {
    name: "daemonset",
    keysFor: (id, event) => {
      if (id === DAEMON_SETS) return event.type === "DELETED" ? [] : [keyOf(event.object)];
      const owner = id === "pods" ? controllerOwner(event.object) : undefined;
      return owner?.["kind"] === "DaemonSet" ? [`${namespaceOf(event.object)}/${stringAt(owner, "name")}`] : [];
    },
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const set = cluster.store.get(DAEMON_SETS, namespace, name);
      if (set === undefined || isTerminating(set)) return undefined;
      adjust(cluster, set);
      return writeStatus(cluster, set);
    },
  };
}

function hashOf(set: JsonObject): string {
  return createHash("sha256")
    .update(canonicalText(objectAt(set, "spec", "template") ?? {}))
    .digest("hex")
    .slice(0, 10);
}

function podsOf(cluster: Cluster, set: JsonObject): JsonObject[] {
  const owned = cluster.store.ownedBy(uidOf(set)).filter(({ id }) => id === "pods");
  return owned.map(({ object }) => object);
}

/** Nodes that the set's node selector allows. */
function nodesFor(cluster: Cluster, set: JsonObject): number {
  const wanted = Object.entries(stringMap(objectAt(set, "spec", "template", "spec", "nodeSelector")));
  return cluster.store.list("nodes").filter((node) => wanted.every(([key, value]) => labelsOf(node)[key] === value))
    .length;
}

function adjust(cluster: Cluster, set: JsonObject): void {
  const resource = cluster.registry.byId("pods");
  if (resource === undefined) return;
  const target = { resource, namespace: namespaceOf(set) };
  const wanted = nodesFor(cluster, set);
  const rolls = stringAt(set, "spec", "updateStrategy", "type") !== "OnDelete";
  const all = podsOf(cluster, set);
  const active = all.filter(isActive);
  const outdated = rolls ? active.filter((pod) => labelsOf(pod)[HASH_LABEL] !== hashOf(set)) : [];
  const surplus = wanted === 0 ? active : outdated;
  for (const pod of surplus) cluster.remove(target, nameOf(pod));
  if (all.length >= wanted) return;
  try {
    cluster.create(target, podOf(set));
  } catch (error) {
    // A namespace that is going away refuses new pods.
    if (!(error instanceof ApiError)) throw error;
  }
}

function podOf(set: JsonObject): JsonObject {
  const template = cloneObject(objectAt(set, "spec", "template") ?? {});
  const metadata = objectAt(template, "metadata") ?? {};
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: compact({
      labels: { ...objectAt(metadata, "labels"), [HASH_LABEL]: hashOf(set) },
      annotations: metadata["annotations"],
      generateName: `${nameOf(set)}-`,
      ownerReferences: [controllerReference(set)],
    }),
    spec: objectAt(template, "spec") ?? {},
  };
}

function writeStatus(cluster: Cluster, set: JsonObject): number | undefined {
  const pods = podsOf(cluster, set).filter(isActive);
  const wanted = nodesFor(cluster, set);
  const waits = pods.map((pod) => availableIn(pod, numberAt(set, "spec", "minReadySeconds") ?? 0, cluster.clock.now()));
  const available = waits.filter((wait) => wait === 0).length;
  cluster.modify({ id: DAEMON_SETS, object: set }, (draft) => {
    draft["status"] = compact({
      currentNumberScheduled: Math.min(pods.length, wanted),
      numberMisscheduled: Math.max(0, pods.length - wanted),
      desiredNumberScheduled: wanted,
      numberReady: pods.filter(isReady).length,
      observedGeneration: numberAt(draft, "metadata", "generation"),
      updatedNumberScheduled: pods.filter((pod) => labelsOf(pod)[HASH_LABEL] === hashOf(set)).length || undefined,
      numberAvailable: available || undefined,
      numberUnavailable: Math.max(0, wanted - available) || undefined,
    });
  });
  const soonest = Math.min(...waits.filter((wait) => wait !== undefined && wait > 0).map(Number));
  return Number.isFinite(soonest) ? soonest : undefined;
}
