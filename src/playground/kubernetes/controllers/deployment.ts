import { createHash } from "node:crypto";

import type { JsonObject } from "../json.ts";
import { at, canonicalText, cloneObject, ensureObject, numberAt, objectAt, sameJson, stringAt } from "../json.ts";
import {
  annotationsOf,
  controllerOwner,
  controllerReference,
  isTerminating,
  keyOf,
  metadataOf,
  nameOf,
  namespaceOf,
  splitKey,
  uidOf,
} from "../objects.ts";
import type { Cluster } from "../writing/cluster.ts";
import type { Controller } from "./controller.ts";
import { deploymentStatus, noteProgress, noteRevision } from "./deployment-status.ts";
import type { Recorder } from "./recorder.ts";
import { newestSize, olderSizes, strategyLimits } from "./rollout-math.ts";

const DEPLOYMENTS = "deployments.apps";
const REPLICA_SETS = "replicasets.apps";
const REVISION = "deployment.kubernetes.io/revision";
const DESIRED = "deployment.kubernetes.io/desired-replicas";
const MAXIMUM = "deployment.kubernetes.io/max-replicas";
const HASH_LABEL = "pod-template-hash";
/** Annotations that belong to one object only and are not handed down to ReplicaSets. */
const NOT_COPIED = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  REVISION,
  "deployment.kubernetes.io/revision-history",
  DESIRED,
  MAXIMUM,
]);
const HASH_LETTERS = "bcdfghjklmnpqrstvwxz2456789";

interface Sets {
  readonly newest: JsonObject | undefined;
  /** Oldest first. */
  readonly older: readonly JsonObject[];
}

/** Keeps ReplicaSets for Deployments and moves pods from old ones to the newest. */
export function deploymentController(cluster: Cluster, recorder: Recorder): Controller {
  return {
    name: "deployment",
    keysFor: (id, event) => {
      if (id === DEPLOYMENTS) return event.type === "DELETED" ? [] : [keyOf(event.object)];
      if (id === REPLICA_SETS) return deploymentKey(event.object);
      // With `Recreate` the new set waits for the last old pod, whose end changes nothing in its ReplicaSet.
      const set = id === "pods" && event.type === "DELETED" ? controllerOwner(event.object) : undefined;
      const owner = cluster.store.getByUid(stringAt(set, "uid") ?? "");
      return owner === undefined ? [] : deploymentKey(owner.object);
    },
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const deployment = cluster.store.get(DEPLOYMENTS, namespace, name);
      return deployment === undefined || isTerminating(deployment)
        ? undefined
        : reconcile(cluster, recorder, deployment);
    },
  };
}

function deploymentKey(set: JsonObject): string[] {
  const owner = controllerOwner(set);
  return owner?.["kind"] === "Deployment" ? [`${namespaceOf(set)}/${stringAt(owner, "name")}`] : [];
}

function reconcile(cluster: Cluster, recorder: Recorder, deployment: JsonObject): number | undefined {
  const paused = at(deployment, "spec", "paused") === true;
  const found = setsOf(cluster, deployment);
  const newest = found.newest === undefined ? undefined : refresh(cluster, deployment, found);
  const sets: Sets = {
    newest:
      newest ??
      (paused || waitsForOldPods(cluster, deployment, found)
        ? undefined
        : create(cluster, recorder, deployment, found)),
    older: found.older,
  };
  const scaled = scale(cluster, recorder, deployment, sets);
  if (!paused) forgetHistory(cluster, deployment, scaled);
  return deploymentStatus(cluster, keyOf(deployment), setsOf(cluster, deployment));
}

/** The template of a set without the label that tells sets apart. */
function plainTemplate(set: JsonObject): JsonObject {
  const template = cloneObject(objectAt(set, "spec", "template") ?? {});
  const labels = objectAt(template, "metadata", "labels");
  if (labels !== undefined) delete labels[HASH_LABEL];
  return template;
}

function revisionOf(object: JsonObject): number {
  return Number(annotationsOf(object)[REVISION] ?? 0);
}

function setsOf(cluster: Cluster, deployment: JsonObject): Sets {
  const owned = cluster.store
    .ownedBy(uidOf(deployment))
    .filter(({ id, object }) => id === REPLICA_SETS && stringAt(controllerOwner(object), "uid") === uidOf(deployment))
    .map(({ object }) => object)
    .sort((left, right) => revisionOf(left) - revisionOf(right));
  const template = objectAt(deployment, "spec", "template") ?? {};
  const newest = owned.find((set) => sameJson(plainTemplate(set), template));
  return { newest, older: owned.filter((set) => set !== newest) };
}

/** With `Recreate` the new set waits until the last old pod is gone. */
function waitsForOldPods(cluster: Cluster, deployment: JsonObject, sets: Sets): boolean {
  if (stringAt(deployment, "spec", "strategy", "type") !== "Recreate") return false;
  return sets.older.some(
    (set) => (numberAt(set, "spec", "replicas") ?? 0) > 0 || cluster.store.ownedBy(uidOf(set)).length > 0,
  );
}

function templateHash(template: JsonObject): string {
  const digest = createHash("sha256").update(canonicalText(template)).digest();
  return [...digest.subarray(0, 10)].map((byte) => HASH_LETTERS[byte % HASH_LETTERS.length]).join("");
}

function replicasOf(object: JsonObject): number {
  return numberAt(object, "spec", "replicas") ?? 0;
}

function limitsOf(deployment: JsonObject) {
  const rolling = objectAt(deployment, "spec", "strategy", "rollingUpdate");
  return strategyLimits(
    { maxSurge: rolling?.["maxSurge"], maxUnavailable: rolling?.["maxUnavailable"] },
    replicasOf(deployment),
  );
}

function setAnnotations(deployment: JsonObject, revision: number): JsonObject {
  const copied = Object.entries(annotationsOf(deployment)).filter(([key]) => !NOT_COPIED.has(key));
  const replicas = replicasOf(deployment);
  const surge =
    stringAt(deployment, "spec", "strategy", "type") === "RollingUpdate" ? limitsOf(deployment).maxSurge : 0;
  return {
    ...Object.fromEntries(copied),
    [REVISION]: String(revision),
    [DESIRED]: String(replicas),
    [MAXIMUM]: String(replicas + surge),
  };
}

/** An existing set becomes the newest revision, as after an undo. */
function refresh(cluster: Cluster, deployment: JsonObject, sets: Sets): JsonObject | undefined {
  const { newest } = sets;
  if (newest === undefined) return undefined;
  const highest = Math.max(0, ...sets.older.map(revisionOf));
  const revision = revisionOf(newest) > highest ? revisionOf(newest) : highest + 1;
  const minReady = numberAt(deployment, "spec", "minReadySeconds");
  const updated = cluster.modify({ id: REPLICA_SETS, object: newest }, (draft) => {
    metadataOf(draft)["annotations"] = setAnnotations(deployment, revision);
    const spec = ensureObject(draft, "spec");
    if (minReady === undefined) delete spec["minReadySeconds"];
    else spec["minReadySeconds"] = minReady;
  });
  noteRevision(cluster, deployment, revision);
  return updated;
}

function create(cluster: Cluster, recorder: Recorder, deployment: JsonObject, sets: Sets): JsonObject | undefined {
  const resource = cluster.registry.byId(REPLICA_SETS);
  if (resource === undefined) return undefined;
  const template = cloneObject(objectAt(deployment, "spec", "template") ?? {});
  const hash = templateHash(template);
  const name = `${nameOf(deployment)}-${hash}`;
  const labels = { ...objectAt(template, "metadata", "labels"), [HASH_LABEL]: hash };
  ensureObject(template, "metadata")["labels"] = labels;
  const selector = cloneObject(objectAt(deployment, "spec", "selector") ?? {});
  ensureObject(selector, "matchLabels")[HASH_LABEL] = hash;
  const revision = Math.max(0, ...sets.older.map(revisionOf)) + 1;
  const minReady = numberAt(deployment, "spec", "minReadySeconds");
  const sizes = {
    replicas: replicasOf(deployment),
    newest: { wanted: 0, available: 0 },
    older: sets.older.map(sizeOf),
    ...limitsOf(deployment),
  };
  const replicas =
    stringAt(deployment, "spec", "strategy", "type") === "Recreate" ? replicasOf(deployment) : newestSize(sizes);
  const made = cluster.create(
    { resource, namespace: namespaceOf(deployment) },
    {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: {
        name,
        labels: cloneObject(labels),
        annotations: setAnnotations(deployment, revision),
        ownerReferences: [controllerReference(deployment)],
      },
      spec: { replicas, selector, template, ...(minReady === undefined ? {} : { minReadySeconds: minReady }) },
    },
  );
  noteRevision(cluster, deployment, revision);
  noteProgress(cluster, deployment, { reason: "NewReplicaSetCreated", message: `Created new replica set "${name}"` });
  if (replicas > 0)
    recorder.record(deployment, {
      reason: "ScalingReplicaSet",
      message: `Scaled up replica set ${name} from 0 to ${replicas}`,
    });
  return made;
}

function sizeOf(set: JsonObject): { wanted: number; available: number } {
  return { wanted: replicasOf(set), available: numberAt(set, "status", "availableReplicas") ?? 0 };
}

function resize(
  cluster: Cluster,
  recorder: Recorder,
  deployment: JsonObject,
  change: { set: JsonObject; to: number },
): JsonObject {
  const { set, to } = change;
  const from = replicasOf(set);
  if (from === to) return set;
  const saved = cluster.modify({ id: REPLICA_SETS, object: set }, (draft) => {
    ensureObject(draft, "spec")["replicas"] = to;
  });
  recorder.record(deployment, {
    reason: "ScalingReplicaSet",
    message: `Scaled ${to > from ? "up" : "down"} replica set ${nameOf(set)} from ${from} to ${to}`,
  });
  return saved ?? set;
}

function scale(cluster: Cluster, recorder: Recorder, deployment: JsonObject, sets: Sets): Sets {
  const { newest, older } = sets;
  const to = (set: JsonObject, size: number): JsonObject => resize(cluster, recorder, deployment, { set, to: size });
  if (stringAt(deployment, "spec", "strategy", "type") === "Recreate") {
    const emptied = older.map((set) => to(set, 0));
    const canGrow = newest !== undefined && !waitsForOldPods(cluster, deployment, { newest, older: emptied });
    return { newest: canGrow ? to(newest, replicasOf(deployment)) : newest, older: emptied };
  }
  if (newest === undefined || at(deployment, "spec", "paused") === true) return scalePaused(deployment, sets, to);
  const limits = limitsOf(deployment);
  const replicas = replicasOf(deployment);
  const grown = to(newest, newestSize({ replicas, newest: sizeOf(newest), older: older.map(sizeOf), ...limits }));
  const sizes = olderSizes({ replicas, newest: sizeOf(grown), older: older.map(sizeOf), ...limits });
  return { newest: grown, older: older.map((set, i) => to(set, sizes[i] ?? 0)) };
}

/** A paused rollout still follows the replica count, with the set that has most pods. */
function scalePaused(deployment: JsonObject, sets: Sets, to: (set: JsonObject, size: number) => JsonObject): Sets {
  const all = [...(sets.newest === undefined ? [] : [sets.newest]), ...sets.older];
  const active = all.filter((set) => replicasOf(set) > 0);
  const largest =
    active.toSorted((left, right) => replicasOf(right) - replicasOf(left))[0] ?? sets.newest ?? sets.older.at(-1);
  if (largest === undefined) return sets;
  const others = active.filter((set) => set !== largest).reduce((sum, set) => sum + replicasOf(set), 0);
  const changed = to(largest, Math.max(0, replicasOf(deployment) - others));
  return {
    newest: sets.newest === largest ? changed : sets.newest,
    older: sets.older.map((set) => (set === largest ? changed : set)),
  };
}

/** Old empty sets beyond the history limit go, the oldest first. */
function forgetHistory(cluster: Cluster, deployment: JsonObject, sets: Sets): void {
  const limit = numberAt(deployment, "spec", "revisionHistoryLimit") ?? 10;
  const empty = sets.older.filter(
    (set) => replicasOf(set) === 0 && (numberAt(set, "status", "replicas") ?? 0) === 0 && !isTerminating(set),
  );
  const resource = cluster.registry.byId(REPLICA_SETS);
  if (resource === undefined) return;
  for (const set of empty.slice(0, Math.max(0, sets.older.length - limit)))
    cluster.remove({ resource, namespace: namespaceOf(set) }, nameOf(set));
}
