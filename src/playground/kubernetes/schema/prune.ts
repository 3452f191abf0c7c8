import type { JsonObject, JsonValue } from "../json.ts";
import { isObject } from "../json.ts";
import type { Schema } from "./schema.ts";

const TYPE_META = new Set(["apiVersion", "kind", "metadata"]);

/** Removes, in place, what the schema does not know, and returns the paths of what was removed. */
export function pruneUnknown(value: JsonValue, schema: Schema, path = ""): string[] {
  if (Array.isArray(value)) {
    const items = schema.items;
    return items === undefined ? [] : value.flatMap((item, i) => pruneUnknown(item, items, `${path}[${i}]`));
  }
  return isObject(value) ? pruneObject(value, schema, path) : [];
}

function pruneObject(value: JsonObject, schema: Schema, path: string): string[] {
  const removed: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    if ((path === "" || schema.embedded) && TYPE_META.has(key)) continue;
    const here = path === "" ? key : `${path}.${key}`;
    const known = schema.properties.get(key) ?? schema.additional;
    if (known === true) continue;
    if (known !== undefined) removed.push(...pruneUnknown(member, known, here));
    else if (!schema.preserveUnknown) {
      delete value[key];
      removed.push(here);
    }
  }
  return removed;
}
