import { timestamp } from "../clock.ts";
import { definedId, resourcesOf } from "../crd/definition.ts";
import type { JsonObject } from "../json.ts";
import { cloneObject, ensureObject, listAt, objectAt, objectsAt, sameJson, stringAt } from "../json.ts";
import { finalizersOf, isTerminating, metadataOf, nameOf, namespaceOf } from "../objects.ts";
import type { StoredEvent } from "../storage/event-log.ts";
import type { WatchSet } from "../verbs/watch.ts";
import type { Cluster } from "../writing/cluster.ts";
import { CRD_CLEANUP } from "../writing/remove.ts";
import { withPlainCondition } from "./conditions.ts";
import type { Controller } from "./controller.ts";

const DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io";

/**
 * Serves what CRDs define as soon as they are stored, and stops when they are gone. Whoever watches objects of one that has changed
 * has to list them again (410): they may read otherwise now.
 */
export function serveDefinitions(cluster: Cluster, watches: WatchSet): () => void {
  return cluster.store.subscribe((id, event: StoredEvent) => {
    if (id !== DEFINITIONS) return;
    const defined = definedId(event.object);
    const specChanged = event.type !== "MODIFIED" || !sameJson(event.previous?.["spec"], event.object["spec"]);
    if (!specChanged) return;
    cluster.registry.remove(defined);
    if (event.type !== "DELETED") for (const resource of resourcesOf(event.object)) cluster.registry.add(resource);
    cluster.store.log(defined).forgetThrough(event.revision);
    watches.closeOf(defined);
  });
}

/** Keeps the conditions of CRDs, and removes all objects of one that is being deleted. */
export function definitionController(cluster: Cluster): Controller {
  return {
    name: "definition",
    keysFor: (id, event) => {
      if (id === DEFINITIONS) return event.type === "DELETED" ? [] : [nameOf(event.object)];
      return event.type === "DELETED" && cluster.store.get(DEFINITIONS, "", id) !== undefined ? [id] : [];
    },
    reconcile: (name) => {
      const crd = cluster.store.get(DEFINITIONS, "", name);
      if (crd === undefined) return undefined;
      if (isTerminating(crd)) cleanUp(cluster, crd);
      else establish(cluster, crd);
      return undefined;
    },
  };
}

function establish(cluster: Cluster, crd: JsonObject): void {
  const now = timestamp(cluster.clock.now());
  const stored = objectsAt(crd, "spec", "versions").find((version) => version["storage"] === true);
  cluster.modify({ id: DEFINITIONS, object: crd }, (draft) => {
    const status = ensureObject(draft, "status");
    const named = withPlainCondition(
      objectsAt(status, "conditions"),
      { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" },
      now,
    );
    status["conditions"] = withPlainCondition(
      named,
      {
        type: "Established",
        status: "True",
        reason: "InitialNamesAccepted",
        message: "the initial names have been accepted",
      },
      now,
    );
    status["acceptedNames"] = cloneObject(objectAt(crd, "spec", "names") ?? {});
    const versions = listAt(status, "storedVersions");
    const version = stringAt(stored, "name") ?? "";
    status["storedVersions"] = versions.includes(version) ? versions : [...versions, version];
  });
}

function cleanUp(cluster: Cluster, crd: JsonObject): void {
  const id = definedId(crd);
  const resource = cluster.registry.byId(id);
  const left = cluster.store.list(id);
  if (left.length > 0 && resource !== undefined) {
    for (const object of left)
      if (!isTerminating(object)) cluster.remove({ resource, namespace: namespaceOf(object) }, nameOf(object));
  }
  if (cluster.store.count(id) > 0) return;
  cluster.modify({ id: DEFINITIONS, object: crd }, (draft) => {
    metadataOf(draft)["finalizers"] = finalizersOf(draft).filter((finalizer) => finalizer !== CRD_CLEANUP);
  });
}
