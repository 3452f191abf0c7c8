import { ApiError } from "../api-error.ts";

import type { JsonObject } from "../json.ts";
import { cloneObject, compact, numberAt, objectAt, stringAt } from "../json.ts";
import {
  controllerOwner,
  controllerReference,
  isTerminating,
  keyOf,
  nameOf,
  namespaceOf,
  splitKey,
  uidOf,
} from "../objects.ts";
import { matchesLabels, labelSelectorOf } from "../storage/selectors.ts";
import type { Cluster } from "../writing/cluster.ts";
import { TRUSTED } from "../writing/cluster.ts";
import type { Controller } from "./controller.ts";
import { availableIn, isActive, isReady } from "./pod-facts.ts";
import type { Recorder } from "./recorder.ts";

const REPLICA_SETS = "replicasets.apps";
/** Pods created or deleted in one pass. */
const BURST = 500;

/** Keeps as many pods as a ReplicaSet wants. */
export function replicaSetController(cluster: Cluster, recorder: Recorder): Controller {
  return {
    name: "replicaset",
    keysFor: (id, event) => {
      if (id === REPLICA_SETS) return event.type === "DELETED" ? [] : [keyOf(event.object)];
      const owner = id === "pods" ? controllerOwner(event.object) : undefined;
      return owner?.["kind"] === "ReplicaSet" ? [`${namespaceOf(event.object)}/${stringAt(owner, "name")}`] : [];
    },
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const set = cluster.store.get(REPLICA_SETS, namespace, name);
      if (set === undefined) return undefined;
      if (!isTerminating(set)) adjust(cluster, recorder, set);
      return writeStatus(cluster, set);
    },
  };
}

function podsOf(cluster: Cluster, set: JsonObject): JsonObject[] {
  return cluster.store
    .ownedBy(uidOf(set))
    .filter(({ id }) => id === "pods")
    .map(({ object }) => object)
    .filter(isActive);
}

/** Pods on their way out; one that has ended is none. */
function terminatingPods(cluster: Cluster, set: JsonObject): number {
  return cluster.store
    .ownedBy(uidOf(set))
    .filter(({ id, object }) => id === "pods" && isTerminating(object))
    .filter(({ object }) => !["Succeeded", "Failed"].includes(stringAt(object, "status", "phase") ?? "")).length;
}

function adjust(cluster: Cluster, recorder: Recorder, set: JsonObject): void {
  const pods = podsOf(cluster, set);
  const wanted = numberAt(set, "spec", "replicas") ?? 1;
  const resource = cluster.registry.byId("pods");
  if (resource === undefined) return;
  const target = { resource, namespace: namespaceOf(set) };
  for (let missing = Math.min(wanted - pods.length, BURST); missing > 0; missing -= 1) {
    try {
      const pod = cluster.create(target, podOf(set), TRUSTED);
      recorder.record(set, { reason: "SuccessfulCreate", message: `Created pod: ${nameOf(pod)}` });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      recorder.record(set, { type: "Warning", reason: "FailedCreate", message: `Error creating: ${error.message}` });
      return;
    }
  }
  for (const pod of pods.toSorted(firstToGo).slice(0, Math.max(0, pods.length - wanted))) {
    cluster.remove(target, nameOf(pod));
    recorder.record(set, { reason: "SuccessfulDelete", message: `Deleted pod: ${nameOf(pod)}` });
  }
}

/** Pods that serve nobody go first, then the youngest. */
function firstToGo(left: JsonObject, right: JsonObject): number {
  const rank = (pod: JsonObject): number =>
    stringAt(pod, "spec", "nodeName") === undefined ? 0 : isReady(pod) ? 2 : 1;
  const created = (pod: JsonObject): string => stringAt(pod, "metadata", "creationTimestamp") ?? "";
  return rank(left) - rank(right) || (created(left) < created(right) ? 1 : created(left) > created(right) ? -1 : 0);
}

function podOf(set: JsonObject): JsonObject {
  const template = cloneObject(objectAt(set, "spec", "template") ?? {});
  const metadata = objectAt(template, "metadata") ?? {};
  delete metadata["creationTimestamp"];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...metadata, generateName: `${nameOf(set)}-`, ownerReferences: [controllerReference(set)] },
    spec: objectAt(template, "spec") ?? {},
  };
}

function writeStatus(cluster: Cluster, set: JsonObject): number | undefined {
  const pods = podsOf(cluster, set);
  const minReady = numberAt(set, "spec", "minReadySeconds") ?? 0;
  const waits = pods.map((pod) => availableIn(pod, minReady, cluster.clock.now()));
  const labelled = labelSelectorOf({ matchLabels: objectAt(set, "spec", "template", "metadata", "labels") ?? {} });
  const positive = (count: number): number | undefined => (count > 0 ? count : undefined);
  cluster.modify({ id: REPLICA_SETS, object: set }, (draft) => {
    draft["status"] = compact({
      replicas: pods.length,
      fullyLabeledReplicas: positive(pods.filter((pod) => matchesLabels(pod, labelled)).length),
      readyReplicas: positive(pods.filter(isReady).length),
      availableReplicas: positive(waits.filter((wait) => wait === 0).length),
      terminatingReplicas: terminatingPods(cluster, set),
      observedGeneration: numberAt(draft, "metadata", "generation"),
    });
  });
  const soonest = Math.min(...waits.filter((wait) => wait !== undefined && wait > 0).map(Number));
  return Number.isFinite(soonest) ? soonest : undefined;
}
