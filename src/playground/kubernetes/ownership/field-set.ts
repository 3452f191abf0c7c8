import type { JsonObject, JsonValue } from "../json.ts";
import { isObject } from "../json.ts";
import { parseJson } from "../json-boundary.ts";

/**
 * Fields of an object, as `fieldsV1` of managedFields writes them: a tree whose steps are `f:name` for a member, `k:{…}` for an item
 * of a list by its keys, and `v:…` for a value of a set. A place can be in the set itself, and so can places below it.
 */
export class FieldSet {
  readonly below: Map<string, FieldSet>;
  has: boolean;

  constructor(has = false, below: Map<string, FieldSet> = new Map<string, FieldSet>()) {
    this.has = has;
    this.below = below;
  }

  get isEmpty(): boolean {
    return !this.has && this.below.size === 0;
  }

  insert(path: readonly string[]): void {
    const [step, ...rest] = path;
    if (step === undefined) {
      this.has = true;
      return;
    }
    const next = this.below.get(step) ?? new FieldSet();
    this.below.set(step, next);
    next.insert(rest);
  }

  union(other: FieldSet): FieldSet {
    const below = new Map(this.below);
    for (const [step, part] of other.below) below.set(step, below.get(step)?.union(part) ?? part);
    return new FieldSet(this.has || other.has, below);
  }

  without(other: FieldSet): FieldSet {
    return this.#combine(other, (mine, theirs) => mine && !theirs, true);
  }

  intersection(other: FieldSet): FieldSet {
    return this.#combine(other, (mine, theirs) => mine && theirs, false);
  }

  /** Paths of everything in the set, in order. */
  paths(above: readonly string[] = []): string[][] {
    const here = this.has ? [[...above]] : [];
    const steps = [...this.below].toSorted(([left], [right]) => (left < right ? -1 : 1));
    return [...here, ...steps.flatMap(([step, part]) => part.paths([...above, step]))];
  }

  #combine(other: FieldSet, keeps: (mine: boolean, theirs: boolean) => boolean, keepsUnmatched: boolean): FieldSet {
    const below = new Map<string, FieldSet>();
    for (const [step, part] of this.below) {
      const theirs = other.below.get(step);
      const combined =
        theirs === undefined ? (keepsUnmatched ? part : undefined) : part.#combine(theirs, keeps, keepsUnmatched);
      if (combined !== undefined && !combined.isEmpty) below.set(step, combined);
    }
    return new FieldSet(keeps(this.has, other.has), below);
  }
}

/** `{"f:data": {".": {}, "f:a": {}}}` for the whole of `data` and its member `a`. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const fields: JsonObject = set.has && set.below.size > 0 ? { ".": {} } : {};
  for (const [step, part] of set.below) fields[step] = toFieldsV1(part);
  return fields;
}

/** Undefined for what no server has written. */
export function fromFieldsV1(fields: JsonValue | undefined): FieldSet | undefined {
  const set = parsed(fields, true);
  if (set !== undefined) set.has = false;
  return set;
}

function parsed(fields: JsonValue | undefined, isRoot: boolean): FieldSet | undefined {
  if (!isObject(fields)) return undefined;
  const below = new Map<string, FieldSet>();
  let has = !isRoot && Object.keys(fields).length === 0;
  for (const [step, value] of Object.entries(fields)) {
    const part = step === "." ? undefined : parsed(value, false);
    if (step === ".") has = true;
    else if (part === undefined || !/^[fkvi]:/.test(step)) return undefined;
    else below.set(step, part);
  }
  return new FieldSet(has, below);
}

/** `.spec.containers[name="app"].image`, as conflicts and refusals name a place. */
export function pathText(path: readonly string[]): string {
  return path.map(stepText).join("");
}

function stepText(step: string): string {
  const rest = step.slice(2);
  if (step.startsWith("f:")) return `.${rest}`;
  if (step.startsWith("v:")) return `[=${rest}]`;
  const keys = parseJson(rest);
  const pairs = Object.entries(isObject(keys) ? keys : {}).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `[${pairs.join(",")}]`;
}
