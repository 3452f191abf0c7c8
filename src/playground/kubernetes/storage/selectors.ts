import { badRequest } from "../api-error.ts";
import type { LabelTest } from "./label-selector-text.ts";
import { LabelSelectorText } from "./label-selector-text.ts";
import type { JsonObject } from "../json.ts";
import { at, listAt, objectAt, objectsAt, stringAt } from "../json.ts";
import { labelsOf, stringMap } from "../objects.ts";

export type ObjectTest = (object: JsonObject) => boolean;

const everything: LabelTest = () => true;

/** Parses a `labelSelector` parameter. Throws 400 for text that is none. */
export function parseLabelSelector(text: string): LabelTest {
  if (text.trim() === "") return everything;
  const tests = new LabelSelectorText(text).parse();
  return (labels) => tests.every((test) => test(labels));
}

/** A `LabelSelector` object, as in a Deployment. An empty one matches everything, a missing one nothing. */
export function labelSelectorOf(selector: JsonObject | undefined): LabelTest {
  if (selector === undefined) return () => false;
  const exact = Object.entries(stringMap(objectAt(selector, "matchLabels")));
  const tests: LabelTest[] = exact.map(
    ([key, value]) =>
      (labels) =>
        labels[key] === value,
  );
  for (const expression of objectsAt(selector, "matchExpressions")) tests.push(expressionTest(expression));
  return (labels) => tests.every((test) => test(labels));
}

function expressionTest(expression: JsonObject): LabelTest {
  const key = stringAt(expression, "key") ?? "";
  const values = new Set(listAt(expression, "values"));
  switch (stringAt(expression, "operator")) {
    case "In":
      return (labels) => labels[key] !== undefined && values.has(labels[key]);
    case "NotIn":
      return (labels) => labels[key] === undefined || !values.has(labels[key]);
    case "Exists":
      return (labels) => labels[key] !== undefined;
    case "DoesNotExist":
      return (labels) => labels[key] === undefined;
    default:
      return () => false;
  }
}

/** The text form of a `LabelSelector`, as the scale subresource shows it. */
export function selectorText(selector: JsonObject | undefined): string {
  const exact = Object.entries(stringMap(objectAt(selector, "matchLabels"))).map(([key, value]) => `${key}=${value}`);
  const sets = objectsAt(selector, "matchExpressions").map((expression) => {
    const key = stringAt(expression, "key") ?? "";
    const values = listAt(expression, "values").join(",");
    const operator = stringAt(expression, "operator");
    if (operator === "Exists") return key;
    return operator === "DoesNotExist" ? `!${key}` : `${key} ${operator === "NotIn" ? "notin" : "in"} (${values})`;
  });
  return [...exact, ...sets].join(",");
}

const COMMON_FIELDS = ["metadata.name", "metadata.namespace"];

/** Fields that a `fieldSelector` may name, beside name and namespace. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  pods: [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.podIPs",
    "status.nominatedNodeName",
  ],
  events: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
  secrets: ["type"],
  namespaces: ["status.phase"],
  services: ["spec.clusterIP", "spec.type"],
  nodes: ["spec.unschedulable"],
};

/** Parses a `fieldSelector` parameter. Throws 400 for a field that this resource has no index for. */
export function parseFieldSelector(text: string, id: string, isCustom = false): ObjectTest {
  if (text.trim() === "") return () => true;
  const tests = text.split(",").map((term) => {
    const parts = /^([^=!]+)(==|=|!=)(.*)$/.exec(term.trim());
    if (parts === null) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
    const [, field = "", operator = "", value = ""] = parts;
    if (!COMMON_FIELDS.includes(field) && !(FIELDS[id] ?? []).includes(field)) {
      throw badRequest(
        FIELDS[id] === undefined && !isCustom
          ? `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
          : `field label not supported: ${field}`,
      );
    }
    const equals: ObjectTest = (object) => fieldText(object, field) === value;
    return operator === "!=" ? (object: JsonObject) => !equals(object) : equals;
  });
  return (object) => tests.every((test) => test(object));
}

function fieldText(object: JsonObject, field: string): string {
  const path = field === "source" ? ["source", "component"] : field.split(".");
  const value = at(object, ...path);
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}

export function matchesLabels(object: JsonObject, test: LabelTest): boolean {
  return test(labelsOf(object));
}
