import type { JsonValue } from "../json.ts";
import { cloneValue, defineMember, isObject } from "../json.ts";

/** RFC 7386: members of the patch replace, null removes, objects go deeper. Neither argument is changed. */
export function applyMergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return cloneValue(patch);
  const base = isObject(target) ? cloneValue(target) : {};
  const result = isObject(base) ? base : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else defineMember(result, key, applyMergePatch(Object.hasOwn(result, key) ? result[key] : undefined, value));
  }
  return result;
}
