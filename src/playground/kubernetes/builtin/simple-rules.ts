import type { Cause } from "../api-error.ts";
import { invalidValue, required } from "../api-error.ts";
import type { JsonObject } from "../json.ts";
import { ensureObject, numberAt, objectAt, sameJson, stringAt } from "../json.ts";
import { isTerminating, namespaceOf } from "../objects.ts";
import type { Behaviour } from "../registry.ts";
import { autoscalerBehaviour } from "./autoscaler-rules.ts";
import { configMapBehaviour, secretBehaviour } from "./data-rules.ts";
import { fill, podDefaults, podSpecCauses, podUpdateCauses } from "./pod-rules.ts";
import { POLICY_BEHAVIOURS } from "./policy-rules.ts";

function namespaceDefaults(namespace: JsonObject): void {
  fill(ensureObject(namespace, "spec"), { finalizers: ["kubernetes"] });
  fill(ensureObject(namespace, "status"), { phase: "Active" });
  const metadata = ensureObject(namespace, "metadata");
  const name = stringAt(metadata, "name");
  if (name !== undefined) ensureObject(metadata, "labels")["kubernetes.io/metadata.name"] = name;
}

function eventCauses(event: JsonObject): Cause[] {
  const namespace = stringAt(event, "involvedObject", "namespace") ?? "";
  const own = namespaceOf(event);
  if (namespace === own || (namespace === "" && own === "default")) return [];
  return [invalidValue("involvedObject.namespace", namespace, "does not match event.namespace")];
}

/** Fields that Go always writes. */
function eventDefaults(event: JsonObject): void {
  fill(event, { source: {}, firstTimestamp: null, lastTimestamp: null, eventTime: null });
  fill(event, { reportingComponent: "", reportingInstance: "" });
}

function revisionCauses(revision: JsonObject): Cause[] {
  const causes = revision["data"] === undefined ? [required("data", "data is mandatory")] : [];
  const number = numberAt(revision, "revision") ?? 0;
  return number < 0 ? [...causes, invalidValue("revision", number, NOT_BELOW)] : causes;
}

function revisionDataCauses(revision: JsonObject, stored: JsonObject): Cause[] {
  if (sameJson(revision["data"], stored["data"])) return [];
  return [invalidValue("data", revision["data"] ?? null, "field is immutable")];
}

const NOT_BELOW = "must be greater than or equal to 0";

function leaseCauses(lease: JsonObject): Cause[] {
  const seconds = numberAt(lease, "spec", "leaseDurationSeconds");
  const moves = numberAt(lease, "spec", "leaseTransitions") ?? 0;
  const causes: Cause[] = [];
  if (seconds !== undefined && seconds <= 0)
    causes.push(invalidValue("spec.leaseDurationSeconds", seconds, "must be greater than 0"));
  if (moves < 0) causes.push(invalidValue("spec.leaseTransitions", moves, NOT_BELOW));
  return causes;
}

function namespaceCauses(namespace: JsonObject): Cause[] {
  const phase = stringAt(namespace, "status", "phase") ?? "";
  if (isTerminating(namespace) || phase === "Active" || phase === "") return [];
  return [invalidValue("status.Phase", phase, "may only be 'Active' if `deletionTimestamp` is empty")];
}

/** Rules of kinds that need only a few lines, by storage id. */
export const SIMPLE_BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  namespaces: { defaults: namespaceDefaults, validate: namespaceCauses },
  pods: {
    defaults: podDefaults,
    validate: (pod) => podSpecCauses(objectAt(pod, "spec") ?? {}, "spec"),
    validateUpdate: podUpdateCauses,
  },
  configmaps: configMapBehaviour,
  secrets: secretBehaviour,
  events: { defaults: eventDefaults, validate: eventCauses },
  "leases.coordination.k8s.io": { validate: leaseCauses },
  "horizontalpodautoscalers.autoscaling": autoscalerBehaviour,
  "controllerrevisions.apps": { validate: revisionCauses, validateUpdate: revisionDataCauses },
  ...POLICY_BEHAVIOURS,
};
