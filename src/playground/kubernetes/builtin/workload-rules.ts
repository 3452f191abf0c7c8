import type { Cause } from "../api-error.ts";
import { forbiddenField, invalidValue, required, unsupportedValue } from "../api-error.ts";
import type { JsonObject } from "../json.ts";
import { at, ensureObject, isObject, numberAt, objectAt, sameJson, stringAt } from "../json.ts";
import { labelsOf } from "../objects.ts";
import type { Behaviour } from "../registry.ts";
import { labelSelectorOf } from "../storage/selectors.ts";
import { labelCauses } from "../writing/metadata-rules.ts";
import { fill, podSpecCauses, podSpecDefaults } from "./pod-rules.ts";

function templateDefaults(object: JsonObject): JsonObject {
  const spec = ensureObject(object, "spec");
  const template = ensureObject(spec, "template");
  podSpecDefaults(ensureObject(template, "spec"));
  ensureObject(template, "metadata");
  return spec;
}

function deploymentDefaults(object: JsonObject): void {
  const spec = templateDefaults(object);
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  const strategy = ensureObject(spec, "strategy");
  fill(strategy, { type: "RollingUpdate" });
  if (strategy["type"] === "RollingUpdate")
    fill(ensureObject(strategy, "rollingUpdate"), { maxUnavailable: "25%", maxSurge: "25%" });
}

function daemonSetDefaults(object: JsonObject): void {
  const spec = templateDefaults(object);
  fill(spec, { revisionHistoryLimit: 10 });
  const strategy = ensureObject(spec, "updateStrategy");
  fill(strategy, { type: "RollingUpdate" });
  if (strategy["type"] === "RollingUpdate")
    fill(ensureObject(strategy, "rollingUpdate"), { maxUnavailable: 1, maxSurge: 0 });
}

function selectorCauses(object: JsonObject): Cause[] {
  const selector = objectAt(object, "spec", "selector");
  if (selector === undefined) return [required("spec.selector")];
  if (Object.keys(selector).length === 0)
    return [invalidValue("spec.selector", {}, "empty selector is invalid for deployment")];
  const template = objectAt(object, "spec", "template") ?? {};
  if (labelSelectorOf(selector)(labelsOf(template))) return [];
  const labels = objectAt(template, "metadata", "labels") ?? {};
  return [invalidValue("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")];
}

function countCauses(object: JsonObject, fields: readonly string[]): Cause[] {
  return fields.flatMap((field) => {
    const value = numberAt(object, "spec", field);
    return value === undefined || value >= 0
      ? []
      : [invalidValue(`spec.${field}`, value, "must be greater than or equal to 0")];
  });
}

function templateCauses(object: JsonObject): Cause[] {
  const template = objectAt(object, "spec", "template") ?? {};
  const spec = objectAt(template, "spec") ?? {};
  const causes = [
    ...labelCauses(labelsOf(template), "spec.template.labels"),
    ...podSpecCauses(spec, "spec.template.spec"),
  ];
  const policy = stringAt(spec, "restartPolicy");
  if (policy === "OnFailure" || policy === "Never")
    causes.push(unsupportedValue("spec.template.spec.restartPolicy", policy, ["Always"]));
  return causes;
}

function isPercentOrCount(value: unknown): boolean {
  return (typeof value === "number" && value >= 0) || (typeof value === "string" && /^\d+%$/.test(value));
}

function strategyCauses(object: JsonObject): Cause[] {
  const path = "spec.strategy.rollingUpdate";
  const type = stringAt(object, "spec", "strategy", "type") ?? "";
  const rolling = at(object, "spec", "strategy", "rollingUpdate");
  if (type === "Recreate") {
    return isObject(rolling) ? [forbiddenField(path, "may not be specified when strategy `type` is 'Recreate'")] : [];
  }
  if (type !== "RollingUpdate") return [unsupportedValue("spec.strategy.type", type, ["Recreate", "RollingUpdate"])];
  const causes: Cause[] = [];
  for (const member of ["maxUnavailable", "maxSurge"]) {
    const value = at(rolling, member);
    if (value !== undefined && !isPercentOrCount(value))
      causes.push(
        invalidValue(
          `${path}.${member}`,
          value,
          "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
        ),
      );
  }
  const zero = (member: string): boolean => ["0", "0%"].includes(String(at(rolling, member)));
  if (zero("maxUnavailable") && zero("maxSurge")) {
    causes.push(
      invalidValue(`${path}.maxUnavailable`, at(rolling, "maxUnavailable") ?? 0, "may not be 0 when `maxSurge` is 0"),
    );
  }
  return causes;
}

function deadlineCauses(object: JsonObject): Cause[] {
  const deadline = numberAt(object, "spec", "progressDeadlineSeconds");
  const least = numberAt(object, "spec", "minReadySeconds") ?? 0;
  if (deadline === undefined || deadline > least) return [];
  return [invalidValue("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")];
}

function immutableSelector(object: JsonObject, stored: JsonObject): Cause[] {
  const selector = objectAt(object, "spec", "selector");
  return sameJson(selector, objectAt(stored, "spec", "selector"))
    ? []
    : [invalidValue("spec.selector", selector ?? null, "field is immutable")];
}

export const deploymentBehaviour: Behaviour = {
  defaults: deploymentDefaults,
  validate: (object) => [
    ...selectorCauses(object),
    ...countCauses(object, ["replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"]),
    ...strategyCauses(object),
    ...deadlineCauses(object),
    ...templateCauses(object),
  ],
  validateUpdate: immutableSelector,
};

export const replicaSetBehaviour: Behaviour = {
  defaults: (object) => fill(templateDefaults(object), { replicas: 1 }),
  validate: (object) => [
    ...selectorCauses(object),
    ...countCauses(object, ["replicas", "minReadySeconds"]),
    ...templateCauses(object),
  ],
  validateUpdate: immutableSelector,
};

export const daemonSetBehaviour: Behaviour = {
  defaults: daemonSetDefaults,
  validate: (object) => [
    ...selectorCauses(object),
    ...countCauses(object, ["minReadySeconds", "revisionHistoryLimit"]),
    ...templateCauses(object),
  ],
  validateUpdate: immutableSelector,
};
