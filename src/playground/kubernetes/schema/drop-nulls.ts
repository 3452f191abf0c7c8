import type { JsonValue } from "../json.ts";
import { isObject } from "../json.ts";
import type { Schema } from "./schema.ts";

/** Drops, in place, nulls of members that may not be null. */
export function dropNulls(value: JsonValue, schema: Schema): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) for (const item of value) dropNulls(item, items);
    return;
  }
  if (!isObject(value)) return;
  for (const [key, member] of Object.entries(value)) {
    const known = schema.properties.get(key) ?? schema.additional;
    if (known === undefined || known === true) continue;
    const isTyped = known.type !== undefined || known.intOrString;
    if (member === null && !known.nullable && isTyped) delete value[key];
    else dropNulls(member, known);
  }
}
