import type { Cause } from "../api-error.ts";
import { forbiddenField, invalidValue, required, unsupportedValue } from "../api-error.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { at, ensureObject, isObject, listAt, numberAt, objectAt, objectsAt, sameJson, stringAt } from "../json.ts";
import { annotationsOf, labelsOf } from "../objects.ts";
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
  fill(object, { status: {} });
  const strategy = ensureObject(spec, "strategy");
  fill(strategy, { type: "RollingUpdate" });
  if (strategy["type"] === "RollingUpdate")
    fill(ensureObject(strategy, "rollingUpdate"), { maxUnavailable: "25%", maxSurge: "25%" });
}

/** Counts the changes of a DaemonSet's template; an old field that lives on as an annotation. */
const TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

function countTemplates(object: JsonObject, stored: JsonObject): Cause[] {
  const known = Number(annotationsOf(stored)[TEMPLATE_GENERATION] ?? 0);
  const isSame = sameJson(at(object, "spec", "template"), at(stored, "spec", "template"));
  ensureObject(ensureObject(object, "metadata"), "annotations")[TEMPLATE_GENERATION] = String(
    isSame ? known : known + 1,
  );
  return immutableSelector(object, stored);
}

function daemonSetDefaults(object: JsonObject): void {
  const spec = templateDefaults(object);
  fill(spec, { revisionHistoryLimit: 10 });
  fill(ensureObject(ensureObject(object, "metadata"), "annotations"), { [TEMPLATE_GENERATION]: "1" });
  fill(ensureObject(object, "status"), {
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  });
  const strategy = ensureObject(spec, "updateStrategy");
  fill(strategy, { type: "RollingUpdate" });
  if (strategy["type"] === "RollingUpdate")
    fill(ensureObject(strategy, "rollingUpdate"), { maxUnavailable: 1, maxSurge: 0 });
}

function selectorCauses(object: JsonObject, kind: string): Cause[] {
  const field = "spec.selector";
  const selector = objectAt(object, "spec", "selector");
  const template = objectAt(object, "spec", "template") ?? {};
  const labels = objectAt(template, "metadata", "labels") ?? null;
  const mismatch = invalidValue("spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
  if (selector === undefined) return [required(field), mismatch];
  if (Object.keys(selector).length === 0) return [invalidValue(field, {}, `empty selector is invalid for ${kind}`)];
  const expressions = objectsAt(selector, "matchExpressions").flatMap((expression, i) =>
    expressionCauses(expression, `${field}.matchExpressions[${i}]`),
  );
  if (expressions.length > 0) return [...expressions, invalidValue(field, selector, "invalid label selector")];
  return labelSelectorOf(selector)(labelsOf(template)) ? [] : [mismatch];
}

function expressionCauses(expression: JsonObject, path: string): Cause[] {
  const operator = stringAt(expression, "operator") ?? "";
  const hasValues = listAt(expression, "values").length > 0;
  if (["In", "NotIn"].includes(operator))
    return hasValues ? [] : [required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
  if (!["Exists", "DoesNotExist"].includes(operator))
    return [invalidValue(`${path}.operator`, operator, "not a valid selector operator")];
  const why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
  return hasValues ? [forbiddenField(`${path}.values`, why)] : [];
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
  if (policy !== "Always") causes.push(unsupportedValue("spec.template.spec.restartPolicy", policy, ["Always"]));
  return causes;
}

const PERCENT_TEXT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** What is wrong with a number or a share of pods. */
export function shareCauses(value: JsonValue | undefined, path: string): Cause[] {
  if (typeof value === "number" && value < 0) return [invalidValue(path, value, "must be greater than or equal to 0")];
  if (typeof value === "string" && !/^\d+%$/.test(value)) return [invalidValue(path, value, PERCENT_TEXT)];
  return [];
}

function tooMuchCauses(value: JsonValue | undefined, path: string): Cause[] {
  if (typeof value !== "string" || !/^\d+%$/.test(value) || Number.parseInt(value, 10) <= 100) return [];
  return [invalidValue(path, value, "must not be greater than 100%")];
}

function strategyCauses(object: JsonObject): Cause[] {
  const path = "spec.strategy.rollingUpdate";
  const type = stringAt(object, "spec", "strategy", "type") ?? "";
  const rolling = at(object, "spec", "strategy", "rollingUpdate");
  if (type === "Recreate") {
    return isObject(rolling) ? [forbiddenField(path, "may not be specified when strategy `type` is 'Recreate'")] : [];
  }
  if (type !== "RollingUpdate")
    return [unsupportedValue("spec.strategy", { Type: type, RollingUpdate: null }, ["Recreate", "RollingUpdate"])];
  const [unavailable, surge] = [at(rolling, "maxUnavailable"), at(rolling, "maxSurge")];
  const causes = [...shareCauses(unavailable, `${path}.maxUnavailable`), ...shareCauses(surge, `${path}.maxSurge`)];
  const zero = (member: string): boolean => ["0", "0%"].includes(String(at(rolling, member)));
  if (zero("maxUnavailable") && zero("maxSurge")) {
    causes.push(
      invalidValue(`${path}.maxUnavailable`, at(rolling, "maxUnavailable") ?? 0, "may not be 0 when `maxSurge` is 0"),
    );
  }
  return [...causes, ...tooMuchCauses(unavailable, `${path}.maxUnavailable`)];
}

function templateWarnings(object: JsonObject): string[] {
  const path = "spec.template.spec.topologySpreadConstraints";
  return objectsAt(object, "spec", "template", "spec", "topologySpreadConstraints").flatMap((constraint, i) =>
    objectAt(constraint, "labelSelector") === undefined
      ? [`${path}[${i}].labelSelector: a null labelSelector results in matching no pod`]
      : [],
  );
}

function updateStrategyCauses(object: JsonObject): Cause[] {
  const type = stringAt(object, "spec", "updateStrategy", "type") ?? "";
  if (type === "OnDelete") return [];
  if (type !== "RollingUpdate")
    return [
      unsupportedValue("spec.updateStrategy", { Type: type, RollingUpdate: null }, ["RollingUpdate", "OnDelete"]),
    ];
  const path = "spec.updateStrategy.rollingUpdate";
  const [unavailable = 0, surge = 0] = ["maxUnavailable", "maxSurge"].map((member) =>
    at(object, "spec", "updateStrategy", "rollingUpdate", member),
  );
  const causes = [...shareCauses(unavailable, `${path}.maxUnavailable`), ...shareCauses(surge, `${path}.maxSurge`)];
  const isZero = (value: JsonValue): boolean => ["0", "0%"].includes(String(value));
  if (!isZero(unavailable) && !isZero(surge))
    causes.push(invalidValue(`${path}.maxSurge`, surge, "may not be set when maxUnavailable is non-zero"));
  return causes;
}

/** Numbers of a status that cannot be. */
function statusCauses(object: JsonObject): Cause[] {
  const status = objectAt(object, "status") ?? {};
  const number = (member: string): number => numberAt(status, member) ?? 0;
  const members = [
    "replicas",
    "updatedReplicas",
    "readyReplicas",
    "availableReplicas",
    "unavailableReplicas",
    "collisionCount",
  ];
  const causes = members.flatMap((member) =>
    number(member) >= 0 ? [] : [invalidValue(`status.${member}`, number(member), "must be greater than or equal to 0")],
  );
  const above = (member: string, bound: string): Cause[] =>
    number(member) <= number(bound)
      ? []
      : [
          invalidValue(
            `status.${member}`,
            number(member),
            `cannot be greater than ${bound === "replicas" ? "status.replicas" : bound}`,
          ),
        ];
  return [
    ...causes,
    ...above("updatedReplicas", "replicas"),
    ...above("readyReplicas", "replicas"),
    ...above("availableReplicas", "replicas"),
    ...above("availableReplicas", "readyReplicas"),
  ];
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
    ...selectorCauses(object, "deployment"),
    ...countCauses(object, ["replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"]),
    ...strategyCauses(object),
    ...deadlineCauses(object),
    ...templateCauses(object),
    ...statusCauses(object),
  ],
  warnings: templateWarnings,
  validateUpdate: immutableSelector,
};

export const replicaSetBehaviour: Behaviour = {
  defaults: (object) => {
    fill(templateDefaults(object), { replicas: 1 });
    fill(ensureObject(object, "status"), { replicas: 0 });
  },
  validate: (object) => [
    ...selectorCauses(object, "deployment"),
    ...countCauses(object, ["replicas", "minReadySeconds"]),
    ...templateCauses(object),
  ],
  warnings: templateWarnings,
  validateUpdate: immutableSelector,
};

export const daemonSetBehaviour: Behaviour = {
  defaults: daemonSetDefaults,
  validate: (object) => [
    ...selectorCauses(object, "daemonset"),
    ...updateStrategyCauses(object),
    ...countCauses(object, ["minReadySeconds", "revisionHistoryLimit"]),
    ...templateCauses(object),
  ],
  warnings: templateWarnings,
  validateUpdate: countTemplates,
};
