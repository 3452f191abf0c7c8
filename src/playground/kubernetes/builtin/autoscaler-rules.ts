import type { Cause } from "../api-error.ts";
import { forbiddenField, invalidValue, required, unsupportedValue } from "../api-error.ts";
import type { JsonObject } from "../json.ts";
import { ensureObject, numberAt, objectAt, objectsAt, stringAt } from "../json.ts";
import type { Behaviour } from "../registry.ts";
import { fill } from "./pod-rules.ts";

/** A metric's type, and the member that says more about it. */
const SOURCES: Readonly<Record<string, string>> = {
  ContainerResource: "containerResource",
  External: "external",
  Object: "object",
  Pods: "pods",
  Resource: "resource",
};
const QUANTITIES = ["averageValue", "value"];
const PERCENT = { type: "Percent", value: 100, periodSeconds: 15 };

function defaults(autoscaler: JsonObject): void {
  const spec = ensureObject(autoscaler, "spec");
  fill(spec, { minReplicas: 1 });
  fill(ensureObject(autoscaler, "status"), { desiredReplicas: 0, currentMetrics: null });
  if (objectsAt(spec, "metrics").length === 0) {
    const target = { type: "Utilization", averageUtilization: 80 };
    spec["metrics"] = [{ type: "Resource", resource: { name: "cpu", target } }];
  }
  for (const metric of objectsAt(spec, "metrics")) canonicalQuantities(metric);
  const behavior = objectAt(spec, "behavior");
  if (behavior === undefined) return;
  const up = ensureObject(behavior, "scaleUp");
  fill(up, { stabilizationWindowSeconds: 0, selectPolicy: "Max" });
  fill(up, { policies: [{ type: "Pods", value: 4, periodSeconds: 15 }, { ...PERCENT }] });
  fill(ensureObject(behavior, "scaleDown"), { selectPolicy: "Max", policies: [{ ...PERCENT }] });
}

/** A quantity may be written as a number, and is shown as text: 1000 as `1k`. */
function canonicalQuantities(metric: JsonObject): void {
  for (const source of Object.values(SOURCES)) {
    const target = objectAt(metric, source, "target");
    for (const member of QUANTITIES) {
      const value = target?.[member];
      if (target === undefined || value === undefined) continue;
      const text = String(value);
      target[member] = /^\d+000$/.test(text) ? `${text.slice(0, -3)}k` : text;
    }
  }
}

function validate(autoscaler: JsonObject): Cause[] {
  const spec = objectAt(autoscaler, "spec") ?? {};
  return [...targetCauses(spec), ...boundCauses(spec), ...metricCauses(spec), ...behaviourCauses(spec)];
}

function targetCauses(spec: JsonObject): Cause[] {
  const path = "spec.scaleTargetRef";
  const member = (name: string): string => stringAt(spec, "scaleTargetRef", name) ?? "";
  const causes = ["kind", "name"].filter((name) => member(name) === "").map((name) => required(`${path}.${name}`));
  if (member("apiVersion") === "" && causes.length === 2)
    causes.push(invalidValue(`${path}.apiVersion`, "", "apiVersion must specify API group"));
  return causes;
}

function boundCauses(spec: JsonObject): Cause[] {
  const least = numberAt(spec, "minReplicas") ?? 1;
  const most = numberAt(spec, "maxReplicas") ?? 0;
  const causes: Cause[] = [];
  if (least < 1) causes.push(invalidValue("spec.minReplicas", least, "must be greater than or equal to 1"));
  if (most < 1) causes.push(required("spec.maxReplicas", "must be set and greater than 0"));
  if (most < least)
    causes.push(invalidValue("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`"));
  return causes;
}

function metricCauses(spec: JsonObject): Cause[] {
  const metrics = objectsAt(spec, "metrics");
  const causes = metrics.flatMap((metric, i) => sourceCauses(metric, `spec.metrics[${i}]`));
  const canSleep = metrics.some(({ type }) => type === "Object" || type === "External");
  if (numberAt(spec, "minReplicas") === 0 && !canSleep) {
    const why = "must specify at least one Object or External metric to support scaling to zero replicas";
    causes.push(forbiddenField("spec.metrics", why));
  }
  return causes;
}

function sourceCauses(metric: JsonObject, path: string): Cause[] {
  const type = stringAt(metric, "type") ?? "";
  const source = SOURCES[type];
  if (source === undefined) {
    const unknown = unsupportedValue(`${path}.type`, type, Object.keys(SOURCES));
    const none = required(`${path}.type`, "must specify a metric source type");
    return type === "" ? [none, unknown, unknown] : [unknown, unknown];
  }
  const described = objectAt(metric, source);
  if (described === undefined)
    return [required(`${path}.${source}`, "must populate information for the given metric source")];
  const target = objectAt(described, "target") ?? {};
  if (!type.endsWith("Resource") || ["averageUtilization", ...QUANTITIES].some((name) => target[name] !== undefined))
    return [];
  const why = "must set either a target raw value or a target utilization";
  return [required(`${path}.${source}.target.averageUtilization`, why)];
}

function behaviourCauses(spec: JsonObject): Cause[] {
  return ["scaleUp", "scaleDown"].flatMap((direction) =>
    objectsAt(spec, "behavior", direction, "policies").flatMap((policy, i) => {
      const path = `spec.behavior.${direction}.policies[${i}]`;
      const type = stringAt(policy, "type") ?? "";
      const causes = ["Percent", "Pods"].includes(type)
        ? []
        : [unsupportedValue(`${path}.type`, type, ["Percent", "Pods"])];
      for (const member of ["value", "periodSeconds"]) {
        const number = numberAt(policy, member) ?? 0;
        if (number <= 0) causes.push(invalidValue(`${path}.${member}`, number, "must be greater than zero"));
      }
      return causes;
    }),
  );
}

export const autoscalerBehaviour: Behaviour = { defaults, validate };
