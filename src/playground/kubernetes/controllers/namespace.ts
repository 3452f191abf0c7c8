import { ApiError } from "../api-error.ts";
import { timestamp } from "../clock.ts";
import { finalizersOf, isTerminating, nameOf, namespaceOf } from "../objects.ts";
import type { JsonObject } from "../json.ts";
import { ensureObject, objectsAt } from "../json.ts";
import type { Cluster } from "../writing/cluster.ts";
import type { Condition } from "./conditions.ts";
import { withPlainCondition } from "./conditions.ts";
import type { Controller } from "./controller.ts";

const ROOT_CA = "emulated: this cluster is served over plain HTTP\n";

/** Gives each namespace what every namespace has, and empties those that are being deleted. */
export function namespaceController(cluster: Cluster): Controller {
  return {
    name: "namespace",
    keysFor: (id, event) => {
      if (id === "namespaces") return event.type === "DELETED" ? [] : [nameOf(event.object)];
      const namespace = namespaceOf(event.object);
      return event.type === "DELETED" && namespace !== "" ? [namespace] : [];
    },
    reconcile: (name) => {
      const namespace = cluster.store.get("namespaces", "", name);
      if (namespace === undefined) return undefined;
      if (isTerminating(namespace)) empty(cluster, namespace);
      else furnish(cluster, name);
      return undefined;
    },
  };
}

function furnish(cluster: Cluster, namespace: string): void {
  ensure(cluster, "serviceaccounts", {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "default", namespace },
  });
  ensure(cluster, "configmaps", {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "kube-root-ca.crt", namespace },
    data: { "ca.crt": ROOT_CA },
  });
}

function ensure(cluster: Cluster, id: string, object: JsonObject): void {
  const resource = cluster.registry.byId(id);
  const target = { resource, namespace: namespaceOf(object) };
  if (resource === undefined || cluster.store.get(id, target.namespace, nameOf(object)) !== undefined) return;
  cluster.create({ resource, namespace: target.namespace }, object);
}

function empty(cluster: Cluster, namespace: JsonObject): void {
  const content = cluster.store.inNamespace(nameOf(namespace));
  if (content.length === 0) {
    cluster.store.remove("namespaces", namespace);
    return;
  }
  for (const { id, object } of content) {
    const resource = cluster.registry.byId(id);
    if (resource === undefined || isTerminating(object)) continue;
    try {
      cluster.remove({ resource, namespace: nameOf(namespace) }, nameOf(object), { propagation: "Background" });
    } catch (error) {
      // One object's removal may have taken another along.
      if (!(error instanceof ApiError && error.code === 404)) throw error;
    }
  }
  report(cluster, namespace);
}

/** Says in the status what a namespace still waits for. */
function report(cluster: Cluster, namespace: JsonObject): void {
  const left = cluster.store.inNamespace(nameOf(namespace));
  if (left.length === 0) return;
  const now = timestamp(cluster.clock.now());
  const counts = (names: readonly string[], text: (name: string, count: number) => string): string =>
    [...Map.groupBy(names, (name) => name)]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, all]) => text(name, all.length))
      .join(", ");
  const resources = counts(
    left.map(({ id }) => (id.includes(".") ? id : `${id}.`)),
    (name, count) => `${name} has ${count} resource instances`,
  );
  const finalizers = counts(
    left.flatMap(({ object }) => finalizersOf(object)),
    (name, count) => `${name} in ${count} resource instances`,
  );
  const wanted = conditionsOf(resources, finalizers);
  cluster.modify({ id: "namespaces", object: namespace }, (draft) => {
    const status = ensureObject(draft, "status");
    status["conditions"] = wanted.reduce<JsonObject[]>(
      (conditions, condition) => withPlainCondition(conditions, condition, now),
      objectsAt(status, "conditions"),
    );
  });
}

function conditionsOf(resources: string, finalizers: string): Condition[] {
  const fine = (type: string, reason: string, message: string): Condition => ({
    type,
    status: "False",
    reason,
    message,
  });
  return [
    fine("NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered", "All resources successfully discovered"),
    fine(
      "NamespaceDeletionGroupVersionParsingFailure",
      "ParsedGroupVersions",
      "All legacy kube types successfully parsed",
    ),
    fine(
      "NamespaceDeletionContentFailure",
      "ContentDeleted",
      "All content successfully deleted, may be waiting on finalization",
    ),
    {
      type: "NamespaceContentRemaining",
      status: "True",
      reason: "SomeResourcesRemain",
      message: `Some resources are remaining: ${resources}`,
    },
    finalizers === ""
      ? fine("NamespaceFinalizersRemaining", "ContentHasNoFinalizers", "All content-preserving finalizers finished")
      : {
          type: "NamespaceFinalizersRemaining",
          status: "True",
          reason: "SomeFinalizersRemain",
          message: `Some content in the namespace has finalizers remaining: ${finalizers}`,
        },
  ];
}
