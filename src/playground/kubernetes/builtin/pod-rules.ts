import type { Cause } from "../api-error.ts";
import { forbiddenField, invalidValue, required, unsupportedValue } from "../api-error.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { cloneObject, ensureObject, numberAt, objectAt, objectsAt, sameJson, stringAt } from "../json.ts";

const CONTAINER_LISTS = ["initContainers", "containers", "ephemeralContainers"] as const;

/** Sets a member unless it is there. */
export function fill(object: JsonObject, defaults: JsonObject): void {
  for (const [key, value] of Object.entries(defaults)) if (object[key] === undefined) object[key] = value;
}

/** `repo:5000/app` has no tag; `app:1.0` has. */
function pullPolicyFor(image: string): string {
  const last = image.slice(image.lastIndexOf("/") + 1);
  if (image.includes("@")) return "IfNotPresent";
  return !last.includes(":") || last.endsWith(":latest") ? "Always" : "IfNotPresent";
}

function probeDefaults(probe: JsonObject): void {
  fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  const http = objectAt(probe, "httpGet");
  if (http !== undefined) fill(http, { path: "/", scheme: "HTTP" });
  const grpc = objectAt(probe, "grpc");
  if (grpc !== undefined) fill(grpc, { service: "" });
}

function containerDefaults(container: JsonObject): void {
  fill(container, {
    imagePullPolicy: pullPolicyFor(stringAt(container, "image") ?? ""),
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
  });
  for (const port of objectsAt(container, "ports")) fill(port, { protocol: "TCP" });
  for (const probe of ["livenessProbe", "readinessProbe", "startupProbe"]) {
    const found = objectAt(container, probe);
    if (found !== undefined) probeDefaults(found);
  }
  for (const variable of objectsAt(container, "env")) {
    const field = objectAt(variable, "valueFrom", "fieldRef");
    if (field !== undefined) fill(field, { apiVersion: "v1" });
  }
  for (const hook of ["preStop", "postStart"]) {
    const http = objectAt(container, "lifecycle", hook, "httpGet");
    if (http !== undefined) fill(http, { path: "/", scheme: "HTTP" });
  }
  for (const kind of ["limits", "requests"]) stringQuantities(objectAt(container, "resources", kind));
}

/** A quantity may be written as a number, and is shown as text. */
function stringQuantities(quantities: JsonObject | undefined): void {
  for (const [key, value] of Object.entries(quantities ?? {})) {
    if (typeof value === "number" && quantities !== undefined) quantities[key] = String(value);
  }
}

/** What the API server fills into a pod's spec. */
export function podSpecDefaults(spec: JsonObject): void {
  fill(spec, {
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    schedulerName: "default-scheduler",
    securityContext: {},
  });
  for (const flag of ["hostNetwork", "hostPID", "hostIPC"]) if (spec[flag] === false) delete spec[flag];
  if (spec["hostNetwork"] === true)
    for (const container of objectsAt(spec, "containers"))
      for (const port of objectsAt(container, "ports")) fill(port, { hostPort: port["containerPort"] ?? 0 });
  const account = stringAt(spec, "serviceAccountName") ?? stringAt(spec, "serviceAccount");
  if (account !== undefined) fill(spec, { serviceAccountName: account, serviceAccount: account });
  for (const list of CONTAINER_LISTS) for (const container of objectsAt(spec, list)) containerDefaults(container);
  for (const volume of objectsAt(spec, "volumes")) {
    const sources: [string, JsonObject][] = [
      ["configMap", { defaultMode: 420 }],
      ["secret", { defaultMode: 420 }],
      ["projected", { defaultMode: 420 }],
      ["downwardAPI", { defaultMode: 420 }],
      ["hostPath", { type: "" }],
    ];
    if (Object.keys(volume).length === 1) volume["emptyDir"] = {};
    for (const [source, defaults] of sources) {
      const found = objectAt(volume, source);
      if (found !== undefined) fill(found, defaults);
    }
    for (const source of objectsAt(volume, "projected", "sources")) {
      const token = objectAt(source, "serviceAccountToken");
      if (token !== undefined) fill(token, { expirationSeconds: 3600 });
    }
    for (const item of objectsAt(volume, "downwardAPI", "items")) {
      const field = objectAt(item, "fieldRef");
      if (field !== undefined) fill(field, { apiVersion: "v1" });
    }
  }
}

function containerCauses(container: JsonObject, path: string): Cause[] {
  const causes: Cause[] = [];
  const name = stringAt(container, "name") ?? "";
  if (name === "") causes.push(required(`${path}.name`));
  else if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
    causes.push(invalidValue(`${path}.name`, name, LABEL_TEXT));
  const image = stringAt(container, "image") ?? "";
  if (image === "") causes.push(required(`${path}.image`));
  for (const [i, port] of objectsAt(container, "ports").entries())
    causes.push(...portCauses(port, `${path}.ports[${i}]`));
  for (const [i, variable] of objectsAt(container, "env").entries())
    causes.push(...variableCauses(variable, `${path}.env[${i}].name`));
  const policies = [
    ["terminationMessagePolicy", ["File", "FallbackToLogsOnError"]],
    ["imagePullPolicy", ["Always", "IfNotPresent", "Never"]],
  ] as const;
  for (const [member, allowed] of policies) {
    const given = stringAt(container, member) ?? "";
    if (!allowed.some((known) => known === given)) causes.push(unsupportedValue(`${path}.${member}`, given, allowed));
  }
  return [...causes, ...requestCauses(container, `${path}.resources.requests`)];
}

const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const PORT_NAME_TEXT = "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
const VARIABLE_TEXT =
  "a valid environment variable name must consist only of printable ASCII characters other than '='";
const DNS_POLICIES = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
export const PROTOCOLS = ["SCTP", "TCP", "UDP"];

/** What is wrong with the name of a port: at most 15 letters, digits and hyphens. */
export function portNameCauses(name: string, path: string): Cause[] {
  return /^[-a-z0-9]*$/.test(name) ? [] : [invalidValue(path, name, PORT_NAME_TEXT)];
}

function portCauses(port: JsonObject, path: string): Cause[] {
  const number = numberAt(port, "containerPort") ?? 0;
  const causes = portNameCauses(stringAt(port, "name") ?? "", `${path}.name`);
  if (number === 0) causes.push(required(`${path}.containerPort`));
  else if (number < 1 || number > 65_535)
    causes.push(invalidValue(`${path}.containerPort`, number, "must be between 1 and 65535, inclusive"));
  const protocol = stringAt(port, "protocol") ?? "";
  if (!PROTOCOLS.includes(protocol)) causes.push(unsupportedValue(`${path}.protocol`, protocol, PROTOCOLS));
  return causes;
}

function variableCauses(variable: JsonObject, path: string): Cause[] {
  const name = stringAt(variable, "name") ?? "";
  if (name === "") return [required(path)];
  return /^[ -<>-~]+$/.test(name) ? [] : [invalidValue(path, name, VARIABLE_TEXT)];
}

function requestCauses(container: JsonObject, path: string): Cause[] {
  const limits = objectAt(container, "resources", "limits") ?? {};
  return Object.entries(objectAt(container, "resources", "requests") ?? {}).flatMap(([name, request]) => {
    const limit = limits[name];
    if (limit === undefined || quantityOf(request) <= quantityOf(limit)) return [];
    return [invalidValue(path, String(request), `must be less than or equal to ${name} limit of ${String(limit)}`)];
  });
}

const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** `500m` is 0.5. NaN for text that is no quantity. */
function quantityOf(value: JsonValue): number {
  const [, number = "", suffix = ""] = /^([+-]?[0-9.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(String(value)) ?? [];
  return Number(number === "" ? Number.NaN : number) * (SUFFIXES[suffix] ?? Number.NaN);
}

/** What is wrong with a pod's spec that lies at `path`. */
export function podSpecCauses(spec: JsonObject, path: string): Cause[] {
  const causes: Cause[] = [];
  if (objectsAt(spec, "containers").length === 0) causes.push(required(`${path}.containers`));
  const seen = new Set<string>();
  for (const list of CONTAINER_LISTS) {
    for (const [i, container] of objectsAt(spec, list).entries()) {
      causes.push(...containerCauses(container, `${path}.${list}[${i}]`));
      const name = stringAt(container, "name") ?? "";
      if (seen.has(name) && name !== "")
        causes.push({
          reason: "FieldValueDuplicate",
          field: `${path}.${list}[${i}].name`,
          message: `Duplicate value: ${JSON.stringify(name)}`,
        });
      seen.add(name);
    }
  }
  const volumes = new Set(objectsAt(spec, "volumes").map((volume) => stringAt(volume, "name")));
  for (const [i, container] of objectsAt(spec, "containers").entries()) {
    for (const [j, mount] of objectsAt(container, "volumeMounts").entries()) {
      const name = stringAt(mount, "name") ?? "";
      if (!volumes.has(name)) {
        causes.push({
          reason: "FieldValueNotFound",
          field: `${path}.containers[${i}].volumeMounts[${j}].name`,
          message: `Not found: ${JSON.stringify(name)}`,
        });
      }
    }
  }
  if (spec["hostNetwork"] === true) causes.push(...hostPortCauses(spec, path));
  const policy = stringAt(spec, "restartPolicy") ?? "";
  if (!["Always", "OnFailure", "Never"].includes(policy))
    causes.push(unsupportedValue(`${path}.restartPolicy`, policy, ["Always", "OnFailure", "Never"]));
  const dns = stringAt(spec, "dnsPolicy") ?? "";
  if (!DNS_POLICIES.includes(dns)) causes.push(unsupportedValue(`${path}.dnsPolicy`, dns, DNS_POLICIES));
  return causes;
}

function hostPortCauses(spec: JsonObject, path: string): Cause[] {
  const why = "must match `containerPort` when `hostNetwork` is true";
  return objectsAt(spec, "containers").flatMap((container, i) =>
    objectsAt(container, "ports").flatMap((port, j) => {
      const host = port["hostPort"];
      const field = `${path}.containers[${i}].ports[${j}].hostPort`;
      return host === undefined || host === port["containerPort"] ? [] : [invalidValue(field, host, why)];
    }),
  );
}

export function podDefaults(pod: JsonObject): void {
  const spec = ensureObject(pod, "spec");
  podSpecDefaults(spec);
  fill(spec, {
    serviceAccountName: "default",
    serviceAccount: "default",
    enableServiceLinks: true,
    priority: 0,
    preemptionPolicy: "PreemptLowerPriority",
  });
  fill(ensureObject(pod, "status"), { phase: "Pending", qosClass: qosClass(spec) });
}

function qosClass(spec: JsonObject): string {
  const containers = objectsAt(spec, "containers");
  const sizes = (container: JsonObject, kind: string): number =>
    Object.keys(objectAt(container, "resources", kind) ?? {}).length;
  if (containers.every((container) => sizes(container, "limits") === 0 && sizes(container, "requests") === 0))
    return "BestEffort";
  const guaranteed = containers.every((container) => {
    const limits = objectAt(container, "resources", "limits");
    const requests = objectAt(container, "resources", "requests");
    return (
      limits?.["cpu"] !== undefined &&
      limits["memory"] !== undefined &&
      (requests === undefined || sameJson(requests, limits))
    );
  });
  return guaranteed ? "Guaranteed" : "Burstable";
}

/** A running pod's spec is fixed, except for images and a few others. */
export function podUpdateCauses(pod: JsonObject, stored: JsonObject): Cause[] {
  const frozen = (object: JsonObject): JsonObject => {
    const spec = cloneObject(objectAt(object, "spec") ?? {});
    for (const list of CONTAINER_LISTS) for (const container of objectsAt(spec, list)) delete container["image"];
    for (const key of ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName"])
      delete spec[key];
    return spec;
  };
  if (sameJson(frozen(pod), frozen(stored))) return [];
  return [
    forbiddenField(
      "spec",
      "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
    ),
  ];
}
