import type { JsonObject } from "../json.ts";
import { compact, numberAt, objectAt, objectsAt, sameJson, stringAt } from "../json.ts";
import {
  controllerReference,
  isTerminating,
  keyOf,
  labelsOf,
  nameOf,
  namespaceOf,
  splitKey,
  stringMap,
} from "../objects.ts";
import type { StoredEvent } from "../storage/event-log.ts";
import { LabelIndex, labelMarks } from "../storage/label-index.ts";
import type { Cluster } from "../writing/cluster.ts";
import type { Controller } from "./controller.ts";
import { isActive, isReady } from "./pod-facts.ts";

const SLICES = "endpointslices.discovery.k8s.io";

interface Indexes {
  /** Pods by each of their labels. */
  readonly pods: LabelIndex;
  /** Services by the first term of their selector. */
  readonly services: LabelIndex;
}

/** Keeps Endpoints and one EndpointSlice for each Service with a selector. */
export function endpointsController(cluster: Cluster): Controller {
  const indexes: Indexes = { pods: new LabelIndex(), services: new LabelIndex() };
  return {
    name: "endpoints",
    keysFor: (id, event) => {
      if (id === "services") {
        indexes.services.set(
          keyOf(event.object),
          event.type === "DELETED" ? [] : selectorMarks(event.object).slice(0, 1),
        );
        return [keyOf(event.object)];
      }
      if (id !== "pods" || !concernsEndpoints(event)) return [];
      indexes.pods.set(
        keyOf(event.object),
        event.type === "DELETED" ? [] : labelMarks(namespaceOf(event.object), labelsOf(event.object)),
      );
      return servicesOf(cluster, indexes, event);
    },
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const service = cluster.store.get("services", namespace, name);
      if (service === undefined) removeEndpoints(cluster, namespace, name);
      else if (objectAt(service, "spec", "selector") !== undefined && !isTerminating(service))
        writeEndpoints(cluster, indexes, service);
      return undefined;
    },
  };
}

function selectorMarks(service: JsonObject): string[] {
  return labelMarks(namespaceOf(service), stringMap(objectAt(service, "spec", "selector")));
}

/** Most changes of a pod leave its address, labels and readiness as they were. */
function concernsEndpoints({ type, object, previous }: StoredEvent): boolean {
  if (type !== "MODIFIED" || previous === undefined) return true;
  const facts = (pod: JsonObject): string => [isReady(pod), isActive(pod), stringAt(pod, "status", "podIP")].join();
  return facts(object) !== facts(previous) || !sameJson(labelsOf(object), labelsOf(previous));
}

function selects(service: JsonObject, pod: JsonObject): boolean {
  const selector = Object.entries(stringMap(objectAt(service, "spec", "selector")));
  const labels = labelsOf(pod);
  return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
}

function servicesOf(cluster: Cluster, indexes: Indexes, { object, previous }: StoredEvent): string[] {
  const pods = previous === undefined ? [object] : [object, previous];
  const marks = new Set(pods.flatMap((pod) => labelMarks(namespaceOf(pod), labelsOf(pod))));
  return [...marks]
    .flatMap((mark) => indexes.services.find(mark))
    .filter((key) => {
      const { namespace, name } = splitKey(key);
      const service = cluster.store.get("services", namespace, name);
      return service !== undefined && pods.some((pod) => selects(service, pod));
    });
}

function removeEndpoints(cluster: Cluster, namespace: string, name: string): void {
  const resource = cluster.registry.byId("endpoints");
  if (resource !== undefined && cluster.store.get("endpoints", namespace, name) !== undefined) {
    cluster.remove({ resource, namespace }, name);
  }
}

/** The port that a Service's port leads to in this pod; undefined when the pod has no port of that name. */
function targetPort(port: JsonObject, pod: JsonObject): number | undefined {
  const target = port["targetPort"];
  if (typeof target === "number") return target;
  const ports = objectsAt(pod, "spec", "containers").flatMap((container) => objectsAt(container, "ports"));
  return numberAt(
    ports.find((candidate) => candidate["name"] === target),
    "containerPort",
  );
}

function portsOf(service: JsonObject, pod: JsonObject): JsonObject[] {
  return objectsAt(service, "spec", "ports").flatMap((port) => {
    const number = targetPort(port, pod);
    if (number === undefined) return [];
    return [compact({ name: stringAt(port, "name"), port: number, protocol: stringAt(port, "protocol") ?? "TCP" })];
  });
}

function podReference(pod: JsonObject): JsonObject {
  return { kind: "Pod", namespace: namespaceOf(pod), name: nameOf(pod), uid: stringAt(pod, "metadata", "uid") ?? "" };
}

function addressOf(pod: JsonObject): JsonObject {
  return {
    ip: stringAt(pod, "status", "podIP") ?? "",
    nodeName: stringAt(pod, "spec", "nodeName") ?? "",
    targetRef: podReference(pod),
  };
}

function podAt(cluster: Cluster, key: string): JsonObject | undefined {
  const { namespace, name } = splitKey(key);
  return cluster.store.get("pods", namespace, name);
}

function writeEndpoints(cluster: Cluster, indexes: Indexes, service: JsonObject): void {
  const [first = ""] = selectorMarks(service);
  const pods = indexes.pods
    .find(first)
    .sort((left, right) => (left < right ? -1 : 1))
    .map((key) => podAt(cluster, key))
    .filter((pod) => pod !== undefined)
    .filter((pod) => isActive(pod) && selects(service, pod) && stringAt(pod, "status", "podIP") !== undefined);
  save(cluster, "endpoints", endpointsOf(service, pods));
  save(cluster, SLICES, sliceOf(service, pods));
}

function endpointsOf(service: JsonObject, pods: readonly JsonObject[]): JsonObject {
  const ready = pods.filter(isReady).map(addressOf);
  const unready = pods.filter((pod) => !isReady(pod)).map(addressOf);
  const [first] = pods;
  const subset = compact({
    addresses: ready.length === 0 ? undefined : ready,
    notReadyAddresses: unready.length === 0 ? undefined : unready,
    ports: first === undefined ? undefined : portsOf(service, first),
  });
  return {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { name: nameOf(service), namespace: namespaceOf(service), labels: { ...labelsOf(service) } },
    ...(first === undefined ? {} : { subsets: [subset] }),
  };
}

function sliceOf(service: JsonObject, pods: readonly JsonObject[]): JsonObject {
  const [first] = pods;
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: `${nameOf(service)}-emulated`,
      namespace: namespaceOf(service),
      labels: {
        ...labelsOf(service),
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        "kubernetes.io/service-name": nameOf(service),
      },
      ownerReferences: [controllerReference(service)],
    },
    addressType: "IPv4",
    endpoints: pods.map((pod) => ({
      addresses: [stringAt(pod, "status", "podIP") ?? ""],
      conditions: { ready: isReady(pod), serving: isReady(pod), terminating: false },
      nodeName: stringAt(pod, "spec", "nodeName") ?? "",
      targetRef: podReference(pod),
    })),
    // A slice names all of its ports, if only with an empty name: kubectl's describe relies on that.
    ports: first === undefined ? [] : portsOf(service, first).map((port) => ({ name: "", ...port })),
  };
}

function save(cluster: Cluster, id: string, wanted: JsonObject): void {
  const resource = cluster.registry.byId(id);
  const stored = cluster.store.get(id, namespaceOf(wanted), nameOf(wanted));
  if (resource === undefined) return;
  if (stored === undefined) {
    cluster.create({ resource, namespace: namespaceOf(wanted) }, wanted);
    return;
  }
  cluster.modify({ id, object: stored }, (draft) => {
    for (const member of ["subsets", "endpoints", "ports"]) {
      const value = wanted[member];
      if (value === undefined) delete draft[member];
      else draft[member] = value;
    }
  });
}
