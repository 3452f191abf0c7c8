import type { JsonObject } from "../json.ts";
import { at, listAt, numberAt, objectAt, objectsAt, stringAt } from "../json.ts";
import { nameOf, stringMap } from "../objects.ts";
import { selectorText } from "../storage/selectors.ts";
import { age, mapText, orNone } from "./cells.ts";
import { podColumns } from "./pod-columns.ts";
import type { Column } from "./table.ts";

const name: Column = { name: "Name", type: "string", format: "name", cell: nameOf };
const ageColumn: Column = {
  name: "Age",
  type: "string",
  cell: (object, now) => age(at(object, "metadata", "creationTimestamp"), now),
};

const text = (heading: string, cell: (object: JsonObject) => string): Column => ({
  name: heading,
  type: "string",
  cell,
});
const count = (heading: string, ...path: string[]): Column => ({
  name: heading,
  type: "integer",
  cell: (object) => numberAt(object, ...path) ?? 0,
});
/** A number in a column that says it holds text, as many of the API server's do. */
const counted = (heading: string, ...path: string[]): Column => ({ ...count(heading, ...path), type: "string" });
const wide = (column: Column): Column => ({ ...column, priority: 1 });

function containers(object: JsonObject, member: string): string {
  return objectsAt(object, "spec", "template", "spec", "containers")
    .map((container) => stringAt(container, member) ?? "")
    .join(",");
}

const template: readonly Column[] = [
  wide(text("Containers", (object) => containers(object, "name"))),
  wide(text("Images", (object) => containers(object, "image"))),
  wide(text("Selector", (object) => orNone(selectorText(objectAt(object, "spec", "selector"))))),
];

function servicePorts(service: JsonObject): string {
  const ports = objectsAt(service, "spec", "ports").map((port) => {
    const nodePort = numberAt(port, "nodePort");
    return `${numberAt(port, "port")}${nodePort === undefined ? "" : `:${nodePort}`}/${stringAt(port, "protocol") ?? "TCP"}`;
  });
  return orNone(ports.join(","));
}

function externalIp(service: JsonObject): string {
  if (stringAt(service, "spec", "type") === "ExternalName") return orNone(stringAt(service, "spec", "externalName"));
  const addresses = objectsAt(service, "status", "loadBalancer", "ingress").map(
    (item) => stringAt(item, "ip") ?? stringAt(item, "hostname") ?? "",
  );
  if (addresses.length > 0) return addresses.join(",");
  return stringAt(service, "spec", "type") === "LoadBalancer" ? "<pending>" : "<none>";
}

function keys(object: JsonObject, ...members: string[]): number {
  return members.reduce((sum, member) => sum + Object.keys(objectAt(object, member) ?? {}).length, 0);
}

function eventSource(event: JsonObject): string {
  const component = stringAt(event, "source", "component") ?? stringAt(event, "reportingComponent") ?? "";
  const host = stringAt(event, "source", "host");
  return host === undefined ? component : `${component}, ${host}`;
}

function eventSubject(event: JsonObject): string {
  return `${(stringAt(event, "involvedObject", "kind") ?? "").toLowerCase()}/${stringAt(event, "involvedObject", "name") ?? ""}`;
}

/** `cpu: 10%/80%` for each metric of an autoscaler. */
function targets(autoscaler: JsonObject): string {
  const current = objectsAt(autoscaler, "status", "currentMetrics");
  const shown = objectsAt(autoscaler, "spec", "metrics").map((metric, i) => {
    const source = objectAt(metric, "resource") ?? {};
    const wanted = numberAt(source, "target", "averageUtilization");
    const now = numberAt(current[i], "resource", "current", "averageUtilization");
    const target = wanted === undefined ? (stringAt(source, "target", "averageValue") ?? "<auto>") : `${wanted}%`;
    return `${stringAt(source, "name") ?? stringAt(metric, "type") ?? ""}: ${now === undefined ? "<unknown>" : `${now}%`}/${target}`;
  });
  return orNone(shown.join(", "));
}

function endpointsText(endpoints: JsonObject): string {
  const all = objectsAt(endpoints, "subsets").flatMap((subset) =>
    objectsAt(subset, "addresses").flatMap((address) =>
      objectsAt(subset, "ports").map((port) => `${stringAt(address, "ip")}:${numberAt(port, "port")}`),
    ),
  );
  const more = all.length > 3 ? ` + ${all.length - 3} more...` : "";
  return orNone(all.slice(0, 3).join(",")) + more;
}

function sliceEndpoints(slice: JsonObject): string {
  return orNone(
    objectsAt(slice, "endpoints")
      .flatMap((endpoint) => listAt(endpoint, "addresses"))
      .join(","),
  );
}

const createdColumn: Column = {
  name: "Created At",
  type: "date",
  cell: (object) => stringAt(object, "metadata", "creationTimestamp") ?? "",
};

function subjects(kind: string): (binding: JsonObject) => string {
  return (binding) =>
    objectsAt(binding, "subjects")
      .filter((subject) => subject["kind"] === kind)
      .map((subject) => {
        const own = stringAt(subject, "name") ?? "";
        return kind === "ServiceAccount" ? `${stringAt(subject, "namespace") ?? ""}/${own}` : own;
      })
      .join(", ");
}

const bindingColumns: readonly Column[] = [
  name,
  text("Role", (binding) => `${stringAt(binding, "roleRef", "kind")}/${stringAt(binding, "roleRef", "name")}`),
  ageColumn,
  wide(text("Users", subjects("User"))),
  wide(text("Groups", subjects("Group"))),
  wide(text("ServiceAccounts", subjects("ServiceAccount"))),
];

/** Columns of built-in resources by storage id; resources that are not here show name and age. */
export const BUILTIN_COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  pods: podColumns,
  nodes: [
    name,
    text("Status", () => "Ready"),
    text("Roles", () => "control-plane"),
    ageColumn,
    text("Version", (node) => stringAt(node, "status", "nodeInfo", "kubeletVersion") ?? ""),
  ],
  namespaces: [name, text("Status", (namespace) => stringAt(namespace, "status", "phase") ?? ""), ageColumn],
  services: [
    name,
    text("Type", (service) => stringAt(service, "spec", "type") ?? ""),
    text("Cluster-IP", (service) => orNone(stringAt(service, "spec", "clusterIP"))),
    text("External-IP", externalIp),
    text("Port(s)", servicePorts),
    ageColumn,
    wide(text("Selector", (service) => mapText(stringMap(objectAt(service, "spec", "selector"))))),
  ],
  configmaps: [name, { name: "Data", type: "string", cell: (map) => keys(map, "data", "binaryData") }, ageColumn],
  secrets: [
    name,
    text("Type", (secret) => stringAt(secret, "type") ?? ""),
    { name: "Data", type: "string", cell: (secret) => keys(secret, "data") },
    ageColumn,
  ],
  events: [
    {
      name: "Last Seen",
      type: "string",
      cell: (event, now) => age(at(event, "lastTimestamp") ?? at(event, "eventTime"), now),
    },
    text("Type", (event) => stringAt(event, "type") ?? ""),
    text("Reason", (event) => stringAt(event, "reason") ?? ""),
    text("Object", eventSubject),
    wide(text("Subobject", (event) => stringAt(event, "involvedObject", "fieldPath") ?? "")),
    wide(text("Source", eventSource)),
    text("Message", (event) => (stringAt(event, "message") ?? "").trim()),
    wide({
      name: "First Seen",
      type: "string",
      cell: (event, now) => age(at(event, "firstTimestamp") ?? at(event, "eventTime"), now),
    }),
    wide(counted("Count", "count")),
    wide(name),
  ],
  serviceaccounts: [name, ageColumn],
  endpoints: [name, text("Endpoints", endpointsText), ageColumn],
  "endpointslices.discovery.k8s.io": [
    name,
    text("AddressType", (slice) => stringAt(slice, "addressType") ?? ""),
    text("Ports", (slice) =>
      orNone(
        objectsAt(slice, "ports")
          .map((port) => String(numberAt(port, "port") ?? ""))
          .join(","),
      ),
    ),
    text("Endpoints", sliceEndpoints),
    ageColumn,
  ],
  "deployments.apps": [
    name,
    text(
      "Ready",
      (object) => `${numberAt(object, "status", "readyReplicas") ?? 0}/${numberAt(object, "spec", "replicas") ?? 0}`,
    ),
    counted("Up-to-date", "status", "updatedReplicas"),
    counted("Available", "status", "availableReplicas"),
    ageColumn,
    ...template,
  ],
  "replicasets.apps": [
    name,
    count("Desired", "spec", "replicas"),
    count("Current", "status", "replicas"),
    count("Ready", "status", "readyReplicas"),
    ageColumn,
    ...template,
  ],
  "daemonsets.apps": [
    name,
    count("Desired", "status", "desiredNumberScheduled"),
    count("Current", "status", "currentNumberScheduled"),
    count("Ready", "status", "numberReady"),
    count("Up-to-date", "status", "updatedNumberScheduled"),
    count("Available", "status", "numberAvailable"),
    text("Node Selector", (object) => mapText(stringMap(objectAt(object, "spec", "template", "spec", "nodeSelector")))),
    ageColumn,
    ...template,
  ],
  "controllerrevisions.apps": [
    name,
    text("Controller", (object) =>
      orNone(
        objectsAt(object, "metadata", "ownerReferences")
          .filter((owner) => owner["controller"] === true)
          .map((owner) => `${(stringAt(owner, "kind") ?? "").toLowerCase()}/${stringAt(owner, "name") ?? ""}`)[0],
      ),
    ),
    counted("Revision", "revision"),
    ageColumn,
  ],
  "horizontalpodautoscalers.autoscaling": [
    name,
    text(
      "Reference",
      (object) =>
        `${stringAt(object, "spec", "scaleTargetRef", "kind")}/${stringAt(object, "spec", "scaleTargetRef", "name")}`,
    ),
    text("Targets", targets),
    text("MinPods", (object) => String(numberAt(object, "spec", "minReplicas") ?? "<unset>")),
    counted("MaxPods", "spec", "maxReplicas"),
    counted("Replicas", "status", "currentReplicas"),
    ageColumn,
  ],
  "roles.rbac.authorization.k8s.io": [name, createdColumn],
  "rolebindings.rbac.authorization.k8s.io": bindingColumns,
  "clusterrolebindings.rbac.authorization.k8s.io": bindingColumns,
  "leases.coordination.k8s.io": [
    name,
    text("Holder", (lease) => stringAt(lease, "spec", "holderIdentity") ?? ""),
    ageColumn,
  ],
  "networkpolicies.networking.k8s.io": [
    name,
    text("Pod-Selector", (policy) => orNone(selectorText(objectAt(policy, "spec", "podSelector")))),
    ageColumn,
  ],
  "poddisruptionbudgets.policy": [
    name,
    text("Min Available", (budget) => String(at(budget, "spec", "minAvailable") ?? "N/A")),
    text("Max Unavailable", (budget) => String(at(budget, "spec", "maxUnavailable") ?? "N/A")),
    count("Allowed Disruptions", "status", "disruptionsAllowed"),
    ageColumn,
  ],
};
