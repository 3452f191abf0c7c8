import type { Cause } from "../api-error.ts";
import { forbiddenField, invalidValue, required } from "../api-error.ts";
import type { JsonObject } from "../json.ts";
import { ensureObject, numberAt, objectAt, objectsAt, sameJson, stringAt } from "../json.ts";
import { nameOf, namespaceOf, stringMap } from "../objects.ts";
import type { Behaviour } from "../registry.ts";
import { fill, podDefaults, podSpecCauses, podUpdateCauses } from "./pod-rules.ts";

const MAX_DATA_BYTES = 1_048_576;
const DATA_KEY = /^[-._a-zA-Z0-9]{1,253}$/;

function dataCauses(object: JsonObject): Cause[] {
  const causes: Cause[] = [];
  let size = 0;
  for (const field of ["data", "binaryData"]) {
    for (const [key, value] of Object.entries(stringMap(objectAt(object, field)))) {
      size += Buffer.byteLength(value);
      if (!DATA_KEY.test(key)) {
        causes.push(
          invalidValue(
            `${field}[${key}]`,
            key,
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
          ),
        );
      }
    }
  }
  if (size > MAX_DATA_BYTES)
    causes.push({
      reason: "FieldValueTooLong",
      field: "data",
      message: `Too long: may not be more than ${MAX_DATA_BYTES} bytes`,
    });
  return causes;
}

function immutableData(object: JsonObject, stored: JsonObject): Cause[] {
  if (stored["immutable"] !== true) return [];
  const changed = ["data", "binaryData"].filter((field) => !sameJson(object[field], stored[field]));
  const causes = changed.map((field) => forbiddenField(field, "field is immutable when `immutable` is set"));
  if (object["immutable"] !== true)
    causes.push(forbiddenField("immutable", "field is immutable when `immutable` is set"));
  return causes;
}

/** `stringData` is only ever written: it ends up, encoded, in `data`. */
function secretDefaults(secret: JsonObject): void {
  fill(secret, { type: "Opaque" });
  const plain = objectAt(secret, "stringData");
  if (plain === undefined) return;
  const data = ensureObject(secret, "data");
  for (const [key, value] of Object.entries(stringMap(plain))) data[key] = Buffer.from(value).toString("base64");
  delete secret["stringData"];
}

function secretTypeCauses(secret: JsonObject, stored: JsonObject): Cause[] {
  return secret["type"] === stored["type"] ? [] : [invalidValue("type", secret["type"] ?? "", "field is immutable")];
}

function namespaceDefaults(namespace: JsonObject): void {
  fill(ensureObject(namespace, "spec"), { finalizers: ["kubernetes"] });
  fill(ensureObject(namespace, "status"), { phase: "Active" });
  const metadata = ensureObject(namespace, "metadata");
  const name = stringAt(metadata, "name");
  if (name !== undefined) ensureObject(metadata, "labels")["kubernetes.io/metadata.name"] = name;
}

function autoscalerDefaults(autoscaler: JsonObject): void {
  const spec = ensureObject(autoscaler, "spec");
  fill(spec, { minReplicas: 1 });
  if (objectsAt(spec, "metrics").length === 0) {
    spec["metrics"] = [
      { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } },
    ];
  }
}

function autoscalerCauses(autoscaler: JsonObject): Cause[] {
  const least = numberAt(autoscaler, "spec", "minReplicas") ?? 1;
  const most = numberAt(autoscaler, "spec", "maxReplicas") ?? 0;
  const causes: Cause[] = [];
  if (least < 1) causes.push(invalidValue("spec.minReplicas", least, "must be greater than or equal to 1"));
  if (most < 1) causes.push(invalidValue("spec.maxReplicas", most, "must be greater than 0"));
  else if (most < least)
    causes.push(invalidValue("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`"));
  for (const member of ["kind", "name"]) {
    if ((stringAt(autoscaler, "spec", "scaleTargetRef", member) ?? "") === "")
      causes.push(required(`spec.scaleTargetRef.${member}`));
  }
  return causes;
}

function eventCauses(event: JsonObject): Cause[] {
  const namespace = stringAt(event, "involvedObject", "namespace") ?? "";
  const own = namespaceOf(event);
  if (namespace === own || (namespace === "" && own === "default")) return [];
  return [invalidValue("involvedObject.namespace", namespace, "does not match event.namespace")];
}

function revisionCauses(revision: JsonObject, stored: JsonObject): Cause[] {
  if (sameJson(revision["data"], stored["data"])) return [];
  return [invalidValue("data", nameOf(revision), "field is immutable")];
}

function roleRefCauses(binding: JsonObject, stored: JsonObject): Cause[] {
  return sameJson(binding["roleRef"], stored["roleRef"])
    ? []
    : [invalidValue("roleRef", binding["roleRef"] ?? {}, "cannot change roleRef")];
}

function bindingDefaults(binding: JsonObject): void {
  for (const subject of objectsAt(binding, "subjects"))
    fill(subject, subject["kind"] === "ServiceAccount" ? {} : { apiGroup: "rbac.authorization.k8s.io" });
  const role = objectAt(binding, "roleRef");
  if (role !== undefined) fill(role, { apiGroup: "rbac.authorization.k8s.io" });
}

/** Rules of kinds that need only a few lines, by storage id. */
export const SIMPLE_BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  namespaces: { defaults: namespaceDefaults },
  pods: {
    defaults: podDefaults,
    validate: (pod) => podSpecCauses(objectAt(pod, "spec") ?? {}, "spec"),
    validateUpdate: podUpdateCauses,
  },
  configmaps: { validate: dataCauses, validateUpdate: immutableData },
  secrets: {
    defaults: secretDefaults,
    validate: dataCauses,
    validateUpdate: (secret, stored) => [...secretTypeCauses(secret, stored), ...immutableData(secret, stored)],
  },
  events: { validate: eventCauses },
  "horizontalpodautoscalers.autoscaling": { defaults: autoscalerDefaults, validate: autoscalerCauses },
  "controllerrevisions.apps": { validateUpdate: revisionCauses },
  "rolebindings.rbac.authorization.k8s.io": { defaults: bindingDefaults, validateUpdate: roleRefCauses },
  "clusterrolebindings.rbac.authorization.k8s.io": { defaults: bindingDefaults, validateUpdate: roleRefCauses },
};
