import type { JsonValue } from "../json.ts";
import { isObject, stringAt } from "../json.ts";
import type { Schema } from "../schema/schema.ts";
import { pathText } from "./field-set.ts";
import { divisionOf, partsOf } from "./parts.ts";

/** Why this cannot be applied by its schema, each with its place; empty when it can. */
export function typeProblems(value: JsonValue, schema: Schema | undefined, path: readonly string[] = []): string[] {
  if (schema === undefined || value === null) return [];
  const wrong = wrongType(value, schema);
  if (wrong !== undefined) return [`${pathText(path)}: ${wrong}`];
  return [...doubledProblems(value, schema, path), ...partProblems(value, schema, path)];
}

function partProblems(value: JsonValue, schema: Schema, path: readonly string[]): string[] {
  const isOpen = schema.preserveUnknown || schema.additional !== undefined || schema.embedded;
  return partsOf(value, schema).flatMap((part) => {
    const here = [...path, part.step];
    if (isObject(value) && !part.isNamed && !isOpen) return [`${pathText(here)}: field not declared in schema`];
    return typeProblems(part.value, part.schema, here);
  });
}

function doubledProblems(value: JsonValue, schema: Schema, path: readonly string[]): string[] {
  if (!Array.isArray(value) || divisionOf(value, schema) === "whole") return [];
  const steps = partsOf(value, schema).map(({ step }) => step);
  const doubled = new Set(steps.filter((step, i) => steps.indexOf(step) < i));
  return [...doubled].map((step) => `${pathText(path)}: duplicate entries for key ${pathText([step])}`);
}

function wrongType(value: JsonValue, schema: Schema): string | undefined {
  if (schema.intOrString) return typeof value === "object" ? `expected scalar, got ${shown(value)}` : undefined;
  switch (schema.type) {
    case undefined:
      return undefined;
    case "object":
      return isObject(value) ? undefined : `expected map, got ${shown(value)}`;
    case "array":
      return Array.isArray(value) ? undefined : `expected list, got ${shown(value)}`;
    case "integer":
    case "number":
      return typeof value === "number" ? undefined : `expected numeric (int or float), got ${typeof value}`;
    case "string":
    case "boolean":
      return typeof value === schema.type ? undefined : `expected ${schema.type}, got ${shown(value)}`;
  }
}

function shown(value: JsonValue): string {
  return `&value.valueUnstructured{Value:${JSON.stringify(value)}}`;
}

/** `/v1, Kind=ConfigMap` */
export function kindText(object: JsonValue): string {
  const apiVersion = stringAt(object, "apiVersion") ?? "";
  return `${apiVersion.includes("/") ? apiVersion : `/${apiVersion}`}, Kind=${stringAt(object, "kind") ?? ""}`;
}
