import { ApiError } from "../api-error.ts";
import { isTerminating, nameOf, namespaceOf } from "../objects.ts";
import type { JsonObject } from "../json.ts";
import type { Cluster } from "../writing/cluster.ts";
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
}
