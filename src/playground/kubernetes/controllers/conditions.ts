import type { JsonObject } from "../json.ts";
import { objectsAt, stringAt } from "../json.ts";

export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
}

export function findCondition(object: JsonObject, type: string): JsonObject | undefined {
  return objectsAt(object, "status", "conditions").find((condition) => stringAt(condition, "type") === type);
}

/**
 * The list with one condition replaced or added. `lastTransitionTime` changes only with the status;
 * `lastUpdateTime`, where the kind has one, changes with reason or status too.
 */
export function withCondition(conditions: readonly JsonObject[], next: Condition, now: string): JsonObject[] {
  const before = conditions.find((condition) => stringAt(condition, "type") === next.type);
  if (before !== undefined && before["status"] === next.status && before["reason"] === next.reason)
    return [...conditions];
  const since = before?.["status"] === next.status ? (stringAt(before, "lastTransitionTime") ?? now) : now;
  const made: JsonObject = { ...next, lastUpdateTime: now, lastTransitionTime: since };
  return [...conditions.filter((condition) => condition !== before), made];
}

/** The same for kinds whose conditions have no `lastUpdateTime`. */
export function withPlainCondition(conditions: readonly JsonObject[], next: Condition, now: string): JsonObject[] {
  const before = conditions.find((condition) => stringAt(condition, "type") === next.type);
  if (
    before !== undefined &&
    before["status"] === next.status &&
    before["reason"] === next.reason &&
    before["message"] === next.message
  )
    return [...conditions];
  const since = before?.["status"] === next.status ? (stringAt(before, "lastTransitionTime") ?? now) : now;
  const made: JsonObject = { ...next, lastTransitionTime: since };
  return conditions.some((condition) => condition === before)
    ? conditions.map((condition) => (condition === before ? made : condition))
    : [...conditions, made];
}
