import type { JsonObject, JsonValue } from "../json.ts";
import { canonicalText, isObject, sameJson } from "../json.ts";
import type { Schema } from "../schema/schema.ts";
import { FieldSet } from "./field-set.ts";

/** How far ownership goes: to the whole value, to each member, to each item by its keys, or to each value of a set. */
export type Division = "whole" | "members" | "items" | "values";

/** One part of a value that can be owned by itself. */
export interface Part {
  /** As in a `FieldSet`. */
  readonly step: string;
  readonly value: JsonValue;
  readonly schema: Schema | undefined;
  /** Whether the schema names this member, so that it is there or not as a whole. */
  readonly isNamed: boolean;
}

export function divisionOf(value: JsonValue | undefined, schema: Schema | undefined): Division {
  if (Array.isArray(value)) {
    if (schema?.listSet === true) return "values";
    return schema !== undefined && schema.listMapKeys.length > 0 ? "items" : "whole";
  }
  return isObject(value) && schema?.atomic !== true ? "members" : "whole";
}

export function memberSchema(schema: Schema | undefined, key: string): Schema | undefined {
  const known = schema?.properties.get(key) ?? schema?.additional;
  return known === true ? undefined : known;
}

export function partsOf(value: JsonValue | undefined, schema: Schema | undefined): Part[] {
  if (Array.isArray(value)) return value.map((item) => itemPart(item, schema));
  if (!isObject(value)) return [];
  return Object.entries(value).map(([key, member]) => ({
    step: `f:${key}`,
    value: member,
    schema: memberSchema(schema, key),
    isNamed: schema?.properties.has(key) === true,
  }));
}

function itemPart(item: JsonValue, list: Schema | undefined): Part {
  const step = list?.listSet === true ? `v:${JSON.stringify(item)}` : `k:${canonicalText(keysOf(item, list))}`;
  return { step, value: item, schema: list?.items, isNamed: false };
}

/** What identifies an item: keys that it leaves out have their default, or count for nothing. */
function keysOf(item: JsonValue, list: Schema | undefined): JsonObject {
  const keys: JsonObject = {};
  for (const key of list?.listMapKeys ?? []) {
    const value = (isObject(item) ? item[key] : undefined) ?? memberSchema(list?.items, key)?.fallback;
    if (value !== undefined) keys[key] = value;
  }
  return keys;
}

export function isNothing(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** Everything that whoever writes this value has a say in. */
export function fieldsOf(value: JsonValue, schema: Schema | undefined): FieldSet {
  const division = divisionOf(value, schema);
  if (division === "whole") return new FieldSet(true);
  const set = new FieldSet();
  for (const part of partsOf(value, schema)) {
    const below = fieldsOf(part.value, part.schema);
    const isListed = division !== "members";
    if (isListed || isNothing(part.value) || !part.isNamed) below.has = true;
    if (!below.isEmpty) set.below.set(part.step, below);
  }
  return set;
}

/** The set, and every member on the way to it that the schema names. */
export function withNamedFields(set: FieldSet, schema: Schema | undefined): FieldSet {
  const below = new Map<string, FieldSet>();
  for (const [step, part] of set.below) {
    const isMember = step.startsWith("f:");
    const name = step.slice(2);
    const inner = withNamedFields(part, isMember ? memberSchema(schema, name) : schema?.items);
    if (isMember && schema?.properties.has(name) === true) inner.has = true;
    below.set(step, inner);
  }
  return new FieldSet(set.has, below);
}

/** What came, went and changed between two states of an object. */
export class Changes {
  readonly added = new FieldSet();
  readonly removed = new FieldSet();
  readonly modified = new FieldSet();

  static between(before: JsonValue, after: JsonValue, schema: Schema): Changes {
    const changes = new Changes();
    changes.#compare({ before, after, schema, path: [] });
    return changes;
  }

  get isEmpty(): boolean {
    return this.added.isEmpty && this.removed.isEmpty && this.modified.isEmpty;
  }

  #compare(place: Place): void {
    const { before, after, schema, path } = place;
    if (before !== undefined && after !== undefined && sameJson(before, after)) return;
    if (isNothing(before) && isNothing(after)) {
      this.#record(place);
      return;
    }
    const divisions = [before, after].filter((value) => !isNothing(value)).map((value) => divisionOf(value, schema));
    const [division = "whole", other = division] = divisions;
    if (division === "whole" || division !== other) {
      this.#record(place);
      return;
    }
    const parts = new Map<string, { before?: Part; after?: Part }>();
    for (const part of partsOf(before, schema)) parts.set(part.step, { before: part });
    for (const part of partsOf(after, schema)) parts.set(part.step, { ...parts.get(part.step), after: part });
    for (const [step, pair] of parts) {
      const inner = (pair.after ?? pair.before)?.schema;
      this.#compare({ before: pair.before?.value, after: pair.after?.value, schema: inner, path: [...path, step] });
    }
    if (isByValue(schema) && path.at(-1)?.startsWith("f:") === true) return;
    if (before === undefined) this.added.insert(path);
    else if (after === undefined) this.removed.insert(path);
  }

  #record({ before, after, path }: Place): void {
    if (before === undefined) this.added.insert(path);
    else if (after === undefined) this.removed.insert(path);
    else this.modified.insert(path);
  }
}

/** Go holds these by value: they are always there, so nobody owns them as such. */
const BY_VALUE = /^V\d\w*(Spec|Status|DeploymentStrategy|UpdateStrategy|ResourceRequirements|ObjectMeta)$/;

function isByValue(schema: Schema | undefined): boolean {
  return schema?.model !== undefined && BY_VALUE.test(schema.model);
}

interface Place {
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
  readonly schema: Schema | undefined;
  readonly path: readonly string[];
}
