import type { Cause } from "../api-error.ts";
import { forbiddenField, invalidValue, required, unsupportedValue } from "../api-error.ts";
import type { JsonObject } from "../json.ts";
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
  }
}

function containerCauses(container: JsonObject, path: string): Cause[] {
  const causes: Cause[] = [];
  const name = stringAt(container, "name") ?? "";
  if (name === "") causes.push(required(`${path}.name`));
  else if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
    causes.push(
      invalidValue(
        `${path}.name`,
        name,
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
      ),
    );
  const image = stringAt(container, "image") ?? "";
  if (image === "") causes.push(required(`${path}.image`));
  else if (image !== image.trim())
    causes.push(invalidValue(`${path}.image`, image, "must not have leading or trailing whitespace"));
  for (const [i, port] of objectsAt(container, "ports").entries()) {
    const number = numberAt(port, "containerPort") ?? 0;
    if (number < 1 || number > 65_535)
      causes.push(invalidValue(`${path}.ports[${i}].containerPort`, number, "must be between 1 and 65535, inclusive"));
  }
  return causes;
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
          reason: "FieldValueInvalid",
          field: `${path}.containers[${i}].volumeMounts[${j}].name`,
          message: `Not found: ${JSON.stringify(name)}`,
        });
      }
    }
  }
  const policy = stringAt(spec, "restartPolicy") ?? "";
  if (!["Always", "OnFailure", "Never"].includes(policy))
    causes.push(unsupportedValue(`${path}.restartPolicy`, policy, ["Always", "OnFailure", "Never"]));
  return causes;
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
