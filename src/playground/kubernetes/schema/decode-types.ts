import type { JsonObject, JsonValue } from "../json.ts";
import { isObject } from "../json.ts";
import { formatProblem } from "./formats.ts";
import type { Schema } from "./schema.ts";

/** Where a value stands: the Go type that holds the field, and the names of the fields on the way to it. */
export interface Place {
  readonly struct: string;
  readonly path: readonly string[];
}

/**
 * The first place where a built-in object cannot be read into its Go type, or undefined. Nulls are dropped in place, because Go's
 * decoder leaves such a field at its zero value.
 */
export function decodeProblem(value: JsonValue, schema: Schema, place: Place): string | undefined {
  if (schema.preserveUnknown && schema.type === undefined) return undefined;
  if (!fits(value, schema))
    return `json: cannot unmarshal ${jsonTypeName(value, schema)} into Go struct field ${fieldText(place)} of type ${goType(schema)}`;
  if (Array.isArray(value) && schema.items !== undefined) {
    for (const item of value) {
      const problem = decodeProblem(item, schema.items, place);
      if (problem !== undefined) return problem;
    }
  }
  return isObject(value) ? objectProblem(value, schema, place) : textProblem(value, schema, place);
}

const QUANTITY = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/;

function fieldText({ struct, path }: Place): string {
  return [struct, ...path].join(".");
}

function textProblem(value: JsonValue, schema: Schema, place: Place): string | undefined {
  if (typeof value !== "string" || schema.format === undefined) return undefined;
  if (schema.format === "date-time" && formatProblem("date-time", value) !== undefined) {
    return `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00" at ${fieldText(place)}: cannot parse`;
  }
  if (schema.format === "quantity")
    return QUANTITY.test(value) ? undefined : `quantities must match the regular expression '${QUANTITY.source}'`;
  return schema.format === "byte" && formatProblem("byte", value) !== undefined
    ? `illegal base64 data at input byte ${firstBadByte(value)}`
    : undefined;
}

function firstBadByte(text: string): number {
  const at = text.search(/[^A-Za-z0-9+/]/);
  return at < 0 ? text.length - (text.length % 4) : at;
}

function objectProblem(value: JsonObject, schema: Schema, { struct, path }: Place): string | undefined {
  const owner = schema.model?.replace(/^V\d+((alpha|beta)\d+)?/, "") ?? struct;
  for (const [key, member] of Object.entries(value)) {
    const property = schema.properties.get(key);
    const known = property ?? schema.additional;
    if (known === undefined || known === true) continue;
    if (member === null && !known.preserveUnknown) {
      // A null in a map of texts is an empty text to Go.
      if (property === undefined && known.type === "string") value[key] = "";
      else delete value[key];
      continue;
    }
    const below = property === undefined ? { struct, path } : { struct: owner, path: [...path, key] };
    const problem = decodeProblem(member, known, below);
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

function jsonTypeName(value: JsonValue, { type }: Schema): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number" && type === "integer") return `number ${value}`;
  return value === null ? "null" : typeof value;
}

function goType(schema: Schema): string {
  if (schema.type === "integer") return schema.format ?? "int64";
  if (schema.type === "boolean") return "bool";
  if (schema.type === "array") return `[]${schema.items === undefined ? "interface {}" : goType(schema.items)}`;
  if (schema.model !== undefined)
    return schema.model.replace(
      /^(V\d+(?:(?:alpha|beta)\d+)?)(.*)$/,
      (_, version: string, name: string) => `${version.toLowerCase()}.${name}`,
    );
  if (schema.type !== "object") return "string";
  const { additional } = schema;
  return `map[string]${additional === undefined || additional === true ? "interface {}" : goType(additional)}`;
}
