import type { JsonObject, JsonValue } from "../json.ts";
import { cloneValue, defineMember, isObject } from "../json.ts";
import type { Schema } from "../schema/schema.ts";
import type { FieldSet } from "./field-set.ts";
import type { Part } from "./parts.ts";
import { divisionOf, isNothing, memberSchema, partsOf } from "./parts.ts";

/** The object with everything that is applied to it. Neither argument is changed. */
export function mergeApplied(
  live: JsonValue | undefined,
  applied: JsonValue | undefined,
  schema: Schema | undefined,
): JsonValue {
  if (applied === undefined) return cloneValue(live ?? null);
  if (live === undefined || (isNothing(live) && isNothing(applied))) return cloneValue(applied);
  const division = divisionOf(applied === null ? live : applied, schema);
  if (division === "whole" || divisionOf(live, schema) !== division)
    return cloneValue(live === null || applied !== null ? applied : live);
  if (division === "members") return mergeMembers(live, applied, schema);
  return mergeItems(partsOf(live, schema), partsOf(applied, schema));
}

function mergeMembers(live: JsonValue, applied: JsonValue, schema: Schema | undefined): JsonObject {
  const merged: JsonObject = {};
  const [before, after] = [isObject(live) ? live : {}, isObject(applied) ? applied : {}];
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
    defineMember(merged, key, mergeApplied(before[key], after[key], memberSchema(schema, key)));
  return merged;
}

/**
 * Items of both, in the order of what is applied; those that only the live list has keep their place before the next one that
 * both have.
 */
function mergeItems(live: readonly Part[], applied: readonly Part[]): JsonValue[] {
  const inLive = new Map(live.map((part) => [part.step, part]));
  const inApplied = new Map(applied.map((part) => [part.step, part]));
  const shared = applied.filter(({ step }) => inLive.has(step)).map(({ step }) => step);
  const merged: JsonValue[] = [];
  const done = new Set<string>();
  const take = ({ step, value, schema }: Part): void => {
    done.add(step);
    merged.push(mergeApplied(inLive.get(step)?.value, inApplied.get(step)?.value ?? value, schema));
  };
  for (let l = 0, a = 0, next = shared.shift(); l < live.length || a < applied.length;) {
    const [left, right] = [live[l], applied[a]];
    if (left !== undefined && left.step === right?.step) {
      take(right);
      [l, a, next] = [l + 1, a + 1, shared.shift()];
    } else if (
      left !== undefined &&
      right !== undefined &&
      inApplied.has(left.step) &&
      next !== undefined &&
      next !== left.step
    ) {
      l += 1;
    } else if (left !== undefined && !inApplied.has(left.step)) {
      merged.push(cloneValue(left.value));
      l += 1;
    } else {
      if (left !== undefined && done.has(left.step)) l += 1;
      if (right === undefined) continue;
      take(right);
      a += 1;
      if (next === right.step) next = shared.shift();
    }
  }
  return merged;
}

/** The value without these fields; undefined when nothing is left of it. */
export function withoutFields(value: JsonValue, gone: FieldSet, schema: Schema | undefined): JsonValue | undefined {
  if (divisionOf(value, schema) === "whole") return value;
  const kept = partsOf(value, schema).flatMap((part) => {
    const here = gone.below.get(part.step);
    if (here === undefined) return [part];
    if (here.has) return [];
    const left = withoutFields(part.value, here, part.schema);
    return left === undefined ? [] : [{ ...part, value: left }];
  });
  if (kept.length === 0) return undefined;
  if (Array.isArray(value)) return kept.map((part) => part.value);
  const result: JsonObject = {};
  for (const part of kept) defineMember(result, part.step.slice(2), part.value);
  return result;
}
