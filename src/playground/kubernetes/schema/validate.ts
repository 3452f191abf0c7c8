import type { Cause } from "../api-error.ts";
import { invalidValue, required, unsupportedValue } from "../api-error.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { canonicalText, isObject, sameJson } from "../json.ts";
import { formatProblem } from "./formats.ts";
import type { Schema } from "./schema.ts";

/** What is wrong with a value, in the words of the API server. An empty list means that it is valid. */
export function validateValue(value: JsonValue, schema: Schema, path: string): Cause[] {
  if (value === null)
    return schema.nullable || (schema.type === undefined && !schema.intOrString)
      ? []
      : [wrongType(value, schema, path)];
  if (!hasType(value, schema)) return [wrongType(value, schema, path)];
  return [
    ...validateEnum(value, schema, path),
    ...validateScalar(value, schema, path),
    ...(Array.isArray(value) ? validateList(value, schema, path) : []),
    ...(isObject(value) ? validateObject(value, schema, path) : []),
    ...validateCombinations(value, schema, path),
  ];
}

function hasType(value: JsonValue, schema: Schema): boolean {
  if (schema.intOrString) return typeof value === "string" || Number.isInteger(value);
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

function typeName(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function wrongType(value: JsonValue, schema: Schema, path: string): Cause {
  const wanted = schema.intOrString ? "integer,string" : schema.type;
  const shown = typeName(value);
  return {
    reason: "FieldValueTypeInvalid",
    field: path,
    message: `Invalid value: "${shown}": ${path} in body must be of type ${wanted}: "${shown}"`,
  };
}

function validateEnum(value: JsonValue, schema: Schema, path: string): Cause[] {
  if (schema.enumeration === undefined || schema.enumeration.some((allowed) => sameJson(allowed, value))) return [];
  return [
    unsupportedValue(
      path,
      value,
      schema.enumeration.map((item) => (typeof item === "string" ? item : canonicalText(item))),
    ),
  ];
}

function validateScalar(value: JsonValue, schema: Schema, path: string): Cause[] {
  if (typeof value === "number") return validateNumber(value, schema, path);
  return typeof value === "string" ? validateText(value, schema, path) : [];
}

function validateNumber(value: number, schema: Schema, path: string): Cause[] {
  const { minimum, maximum, multipleOf, format } = schema;
  const causes: Cause[] = [];
  const refuse = (rule: string): number => causes.push(invalidValue(path, value, `${path} in body should be ${rule}`));
  if (minimum !== undefined) {
    if (schema.exclusiveMinimum && value <= minimum) refuse(`greater than ${minimum}`);
    else if (value < minimum) refuse(`greater than or equal to ${minimum}`);
  }
  if (maximum !== undefined) {
    if (schema.exclusiveMaximum && value >= maximum) refuse(`less than ${maximum}`);
    else if (value > maximum) refuse(`less than or equal to ${maximum}`);
  }
  if (multipleOf !== undefined && Math.abs(value / multipleOf - Math.round(value / multipleOf)) > 1e-9)
    refuse(`a multiple of ${multipleOf}`);
  if (format === "int32" && (value > 2_147_483_647 || value < -2_147_483_648)) refuse("a valid int32");
  return causes;
}

function validateText(value: string, schema: Schema, path: string): Cause[] {
  const causes: Cause[] = [];
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    causes.push({
      reason: "FieldValueTooLong",
      field: path,
      message: `Too long: may not be more than ${schema.maxLength} bytes`,
    });
  }
  if (schema.minLength !== undefined && length < schema.minLength) {
    causes.push(invalidValue(path, value, `${path} in body should be at least ${schema.minLength} chars long`));
  }
  if (schema.pattern !== undefined && !schema.pattern.test(value)) {
    causes.push(
      invalidValue(path, value, `${path} in body should match '${schema.pattern.source.replaceAll("\\/", "/")}'`),
    );
  }
  const problem = schema.format === undefined ? undefined : formatProblem(schema.format, value);
  if (problem !== undefined)
    causes.push({
      ...invalidValue(path, value, `${path} in body must be of type ${problem}: ${JSON.stringify(value)}`),
      reason: "FieldValueTypeInvalid",
    });
  return causes;
}

function validateList(value: readonly JsonValue[], schema: Schema, path: string): Cause[] {
  const causes: Cause[] = [];
  const { minItems, maxItems, items } = schema;
  if (minItems !== undefined && value.length < minItems) {
    causes.push(invalidValue(path, value.length, `${path} in body should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && value.length > maxItems) {
    causes.push({
      reason: "FieldValueTooMany",
      field: path,
      message: `Too many: ${value.length}: must have at most ${maxItems} items`,
    });
  }
  return [
    ...causes,
    ...duplicates(value, schema, path),
    ...(items === undefined ? [] : value.flatMap((item, i) => validateValue(item, items, `${path}[${i}]`))),
  ];
}

function duplicates(value: readonly JsonValue[], schema: Schema, path: string): Cause[] {
  if (!schema.uniqueItems && !schema.listSet && schema.listMapKeys.length === 0) return [];
  const seen = new Set<string>();
  return value.flatMap((item, i) => {
    const identity =
      schema.listMapKeys.length === 0
        ? item
        : schema.listMapKeys.map((key) => (isObject(item) ? (item[key] ?? null) : item));
    const text = canonicalText(identity);
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    return [{ reason: "FieldValueDuplicate" as const, field: `${path}[${i}]`, message: `Duplicate value: ${text}` }];
  });
}

function validateObject(value: JsonObject, schema: Schema, path: string): Cause[] {
  const causes: Cause[] = [];
  const under = (key: string): string => (path === "" ? key : `${path}.${key}`);
  for (const key of schema.required) if (!Object.hasOwn(value, key)) causes.push(required(under(key)));
  const size = Object.keys(value).length;
  if (schema.minProperties !== undefined && size < schema.minProperties) {
    causes.push(invalidValue(path, size, `${path} in body should have at least ${schema.minProperties} properties`));
  }
  if (schema.maxProperties !== undefined && size > schema.maxProperties) {
    const message = `Too many: ${size}: must have at most ${schema.maxProperties} items`;
    causes.push({ reason: "FieldValueTooMany", field: path, message });
  }
  for (const [key, member] of Object.entries(value)) {
    const known = schema.properties.get(key) ?? schema.additional;
    if (known !== undefined && known !== true) causes.push(...validateValue(member, known, under(key)));
  }
  return causes;
}

function validateCombinations(value: JsonValue, schema: Schema, path: string): Cause[] {
  const causes = schema.allOf.flatMap((part) => validateValue(value, part, path));
  const passes = (part: Schema): boolean => validateValue(value, part, path).length === 0;
  const refuse = (rule: string): number =>
    causes.push({
      reason: "FieldValueInvalid",
      field: "<nil>",
      message: `Invalid value: "": "${path}" must ${rule}`,
    });
  if (schema.anyOf.length > 0 && !schema.anyOf.some(passes)) {
    refuse("validate at least one schema (anyOf)");
    causes.push(...schema.anyOf.slice(0, 1).flatMap((part) => validateValue(value, part, path)));
  }
  if (schema.oneOf.length > 0) {
    const hits = schema.oneOf.filter(passes).length;
    // Of several that all fail the API server shows what the first is missing.
    if (hits === 0) causes.push(...schema.oneOf.slice(0, 1).flatMap((part) => validateValue(value, part, path)));
    if (hits !== 1)
      refuse(
        `validate one and only one schema (oneOf). ${hits === 0 ? "Found none valid" : `Found ${hits} valid alternatives`}`,
      );
  }
  if (schema.not !== undefined && passes(schema.not)) refuse("not validate the schema (not)");
  return causes;
}

/**
 * Required fields of a built-in object that are missing; its metadata and status are not looked at. Go has no missing structs: what
 * they must hold is asked for by the rules of the kind.
 */
export function missingFields(value: JsonValue, schema: Schema, path = ""): Cause[] {
  if (Array.isArray(value)) {
    const items = schema.items;
    return items === undefined ? [] : value.flatMap((item, i) => missingFields(item, items, `${path}[${i}]`));
  }
  if (!isObject(value)) return [];
  const under = (key: string): string => (path === "" ? key : `${path}.${key}`);
  const skipped = (key: string): boolean => path === "" && (key === "metadata" || key === "status");
  const causes = schema.required
    .filter((key) => !Object.hasOwn(value, key) && !skipped(key) && schema.properties.get(key)?.model === undefined)
    .map((key) => required(under(key)));
  for (const [key, member] of Object.entries(value)) {
    const known = schema.properties.get(key) ?? schema.additional;
    if (known !== undefined && known !== true && !skipped(key))
      causes.push(...missingFields(member, known, under(key)));
  }
  return causes;
}
