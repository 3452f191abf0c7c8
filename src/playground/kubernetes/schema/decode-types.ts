import type { JsonObject, JsonValue } from "../json.ts";
import { isObject } from "../json.ts";
import { formatProblem } from "./formats.ts";
import type { Schema } from "./schema.ts";

/**
 * The first place where a built-in object cannot be read into its Go type, as `path: message`, or undefined.
 * Nulls are dropped in place, because Go's decoder leaves such a field at its zero value.
 */
export function decodeProblem(value: JsonValue, schema: Schema, path = ""): string | undefined {
  if (schema.preserveUnknown && schema.type === undefined) return undefined;
  if (!fits(value, schema))
    return `json: cannot unmarshal ${jsonTypeName(value)} into Go struct field ${path} of type ${goType(schema)}`;
  if (Array.isArray(value) && schema.items !== undefined) {
    for (const [i, item] of value.entries()) {
      const problem = decodeProblem(item, schema.items, `${path}[${i}]`);
      if (problem !== undefined) return problem;
    }
  }
  return isObject(value) ? objectProblem(value, schema, path) : textProblem(value, schema, path);
}

function textProblem(value: JsonValue, schema: Schema, path: string): string | undefined {
  if (typeof value !== "string" || schema.format === undefined) return undefined;
  if (schema.format === "date-time" && formatProblem("date-time", value) !== undefined) {
    return `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00" at ${path}: cannot parse`;
  }
  return schema.format === "byte" && formatProblem("byte", value) !== undefined
    ? `illegal base64 data at ${path}`
    : undefined;
}

function objectProblem(value: JsonObject, schema: Schema, path: string): string | undefined {
  for (const [key, member] of Object.entries(value)) {
    const known = schema.properties.get(key) ?? schema.additional;
    if (known === undefined || known === true) continue;
    if (member === null && !known.preserveUnknown) {
      delete value[key];
      continue;
    }
    const problem = decodeProblem(member, known, path === "" ? key : `${path}.${key}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function fits(value: JsonValue, schema: Schema): boolean {
  if (schema.intOrString) return typeof value === "string" || typeof value === "number";
  switch (schema.type) {
    case undefined:
      return true;
    case "object":
      return isObject(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "string":
    case "number":
    case "boolean":
      return typeof value === schema.type;
  }
}

function jsonTypeName(value: JsonValue): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  return value === null ? "null" : typeof value;
}

function goType(schema: Schema): string {
  if (schema.type === "integer") return schema.format ?? "int64";
  if (schema.type === "boolean") return "bool";
  if (schema.type === "array") return "[]slice";
  return schema.model ?? (schema.type === "object" ? "map[string]" : "string");
}
