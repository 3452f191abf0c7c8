import type { JsonValue } from "../../../src/playground/kubernetes/json.ts";
import { isObject, sameJson } from "../../../src/playground/kubernetes/json.ts";
import type { Recorded } from "./script.ts";

/**
 * Where two answers differ: `status`, `body.spec.replicas`; a list of another length is one place. Answers of different status have
 * nothing else in common that would be worth naming.
 */
export function differingPlaces(wanted: Recorded | undefined, answered: Recorded | undefined): string[] {
  if (wanted?.status !== answered?.status) return ["status"];
  return placesBetween(asJson(wanted), asJson(answered), []);
}

function asJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value ?? null)) as JsonValue;
}

function placesBetween(left: JsonValue | undefined, right: JsonValue | undefined, path: readonly string[]): string[] {
  if (left !== undefined && right !== undefined && sameJson(left, right)) return [];
  const areLists = Array.isArray(left) && Array.isArray(right) && left.length === right.length;
  if (!areLists && !(isObject(left) && isObject(right))) return [path.join(".")];
  const [before, after] = [new Map(Object.entries(left)), new Map(Object.entries(right))];
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].toSorted().flatMap((key) => placesBetween(before.get(key), after.get(key), [...path, key]));
}
