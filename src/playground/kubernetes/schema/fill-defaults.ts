import type { JsonValue } from "../json.ts";
import { cloneValue, isObject } from "../json.ts";
import type { Schema } from "./schema.ts";

/** Adds the schema's defaults, in place. A null where null is not allowed counts as missing. */
export function fillDefaults(value: JsonValue, schema: Schema): void {
  if (Array.isArray(value)) {
    const items = schema.items;
    if (items !== undefined) for (const item of value) fillDefaults(item, items);
    return;
  }
  if (!isObject(value)) return;
  for (const [key, member] of schema.properties) {
    const missing = !Object.hasOwn(value, key) || (value[key] === null && !member.nullable);
    if (missing && member.fallback !== undefined) value[key] = cloneValue(member.fallback);
  }
  for (const [key, member] of Object.entries(value)) {
    const known = schema.properties.get(key) ?? schema.additional;
    if (known !== undefined && known !== true) fillDefaults(member, known);
  }
}
