import { isDeepStrictEqual } from "node:util";
import type { Operation } from "../kubernetes/json-patch.ts";

/** Any part of an object that has members. */
export type Part = Readonly<Record<string, unknown>>;

export const isPart = (value: unknown): value is Part =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A key as JSON pointers want it. */
export const escapeKey = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");

/** The operations that make `before`, which stands at `path`, into `after`; none when they are equal. */
export function diffJson(before: unknown, after: unknown, path: string): readonly Operation[] {
  if (before === after) return [];
  if (isPart(before) && isPart(after)) return diffParts(before, after, path);
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return after.flatMap((item, index) => diffJson(before[index], item, `${path}/${index}`));
  }
  return isDeepStrictEqual(before, after) ? [] : [{ op: "replace", path, value: after }];
}

/** A member that is `undefined` counts as absent. */
function diffParts(before: Part, after: Part, path: string): readonly Operation[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key): readonly Operation[] => {
    const place = `${path}/${escapeKey(key)}`;
    if (after[key] === undefined) return before[key] === undefined ? [] : [{ op: "remove", path: place }];
    if (before[key] === undefined) return [{ op: "add", path: place, value: after[key] }];
    return diffJson(before[key], after[key], place);
  });
}

/** A copy without the members that are `undefined`. */
export function withoutUndefined(part: Part): Part {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined));
}
