import type { JsonObject, JsonValue } from "../json.ts";
import { isObject } from "../json.ts";
import type { Schema } from "./schema.ts";

/** Drops, in place, lists and maps with nothing in them: Go writes only those that a kind must have. */
export function dropEmpty(value: JsonValue, schema: Schema): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) for (const item of value) dropEmpty(item, items);
  } else if (isObject(value)) dropMembers(value, schema);
}

function dropMembers(value: JsonObject, schema: Schema): void {
  for (const [key, member] of Object.entries(value)) {
    const known = schema.properties.get(key) ?? schema.additional;
    if (known === undefined || known === true) continue;
    if (isDroppable(member, known) && schema.properties.has(key) && !schema.required.includes(key)) delete value[key];
    else dropEmpty(member, known);
  }
}

function isDroppable(value: JsonValue, schema: Schema): boolean {
  if (Array.isArray(value)) return value.length === 0;
  const isMap = schema.additional !== undefined && schema.properties.size === 0;
  return isMap && isObject(value) && Object.keys(value).length === 0;
}
