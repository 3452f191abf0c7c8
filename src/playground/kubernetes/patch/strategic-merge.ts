import type { JsonObject, JsonValue } from "../json.ts";
import { cloneObject, cloneValue, isObject, sameJson, stringAt } from "../json.ts";
import type { Schema } from "../schema/schema.ts";

const DIRECTIVE = "$patch";
const RETAIN = "$retainKeys";
const DELETE_VALUES = "$deleteFromPrimitiveList/";
const ORDER = "$setElementOrder/";

/** A directive that makes no sense: the API server answers 500. */
export class InvalidDirective extends Error {}

/**
 * Kubernetes' own patch: like a merge patch, but lists with a merge key are merged item by item.
 * Directives: `$patch: replace|delete|merge`, `$retainKeys`, `$deleteFromPrimitiveList/x`, `$setElementOrder/x`.
 */
export function applyStrategicMerge(target: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  return mergeObject(target, patch, schema) ?? {};
}

/** Undefined when the patch deletes the object. */
function mergeObject(target: JsonObject, patch: JsonObject, schema: Schema | undefined): JsonObject | undefined {
  const directive = stringAt(patch, DIRECTIVE);
  if (directive === "delete") return undefined;
  if (directive === "replace") return withoutDirectives(patch);
  if (directive !== undefined && directive !== "merge")
    throw new InvalidDirective(`unknown patch type: ${directive} in map: ${goText(patch)}`);
  const result = retainKeys(cloneObject(target), patch[RETAIN]);
  applyListDirectives(result, patch);
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith("$")) continue;
    const merged = mergeMember(result[key], { value, order: patch[ORDER + key] }, memberSchema(schema, key));
    if (merged === undefined) delete result[key];
    else result[key] = merged;
  }
  return result;
}

function memberSchema(schema: Schema | undefined, key: string): Schema | undefined {
  const known = schema?.properties.get(key) ?? schema?.additional;
  return known === true ? undefined : known;
}

interface MemberPatch {
  readonly value: JsonValue;
  readonly order: JsonValue | undefined;
}

function mergeMember(
  current: JsonValue | undefined,
  patch: MemberPatch,
  schema: Schema | undefined,
): JsonValue | undefined {
  const { value, order } = patch;
  if (value === null) return undefined;
  if (isObject(value)) return mergeObject(isObject(current) ? current : {}, value, schema);
  const rule = schema?.mergeRule;
  if (!Array.isArray(value) || rule?.merges !== true) return withoutDirectivesIn(value);
  const list = Array.isArray(current) ? current : [];
  return rule.key === undefined
    ? mergeValues(list, value, order)
    : mergeItems(list, { items: value, order, key: rule.key }, schema?.items);
}

function retainKeys(target: JsonObject, keys: JsonValue | undefined): JsonObject {
  if (!Array.isArray(keys)) return target;
  return Object.fromEntries(Object.entries(target).filter(([key]) => keys.includes(key)));
}

/** Deletions from plain lists, and orders that come without new items. */
function applyListDirectives(result: JsonObject, patch: JsonObject): void {
  for (const [name, list] of Object.entries(patch)) {
    if (!name.startsWith(DELETE_VALUES) || !Array.isArray(list)) continue;
    const key = name.slice(DELETE_VALUES.length);
    const current = result[key];
    if (Array.isArray(current)) result[key] = current.filter((item) => !list.some((gone) => sameJson(gone, item)));
  }
}

function mergeValues(
  current: readonly JsonValue[],
  added: readonly JsonValue[],
  order: JsonValue | undefined,
): JsonValue[] {
  const merged = [...current, ...added.filter((item) => !current.some((known) => sameJson(known, item)))];
  return inOrder(merged, { patch: Array.isArray(order) ? order : added, server: current, identity: (item) => item });
}

interface ItemsPatch {
  readonly items: readonly JsonValue[];
  readonly order: JsonValue | undefined;
  readonly key: string;
}

function mergeItems(current: readonly JsonValue[], patch: ItemsPatch, schema: Schema | undefined): JsonValue[] {
  const { items, order, key } = patch;
  checkOrder(items, order, key);
  const replaces = items.some((item) => isObject(item) && item[DIRECTIVE] === "replace");
  const result = replaces ? [] : current.map(cloneValue);
  for (const item of items) {
    if (!isObject(item)) throw new InvalidDirective(`expected a map, but received a ${typeof item}`);
    const identity = item[key];
    if (identity === undefined) {
      if (item[DIRECTIVE] === "replace") continue;
      throw new InvalidDirective(`map: ${goText(item)} does not contain declared merge key: ${key}`);
    }
    const index = result.findIndex((known) => isObject(known) && sameJson(known[key], identity));
    const known = result[index];
    const merged =
      item[DIRECTIVE] === "replace" ? withoutDirectives(item) : mergeObject(isObject(known) ? known : {}, item, schema);
    if (merged === undefined) {
      if (index >= 0) result.splice(index, 1);
    } else if (index >= 0) result[index] = merged;
    else result.push(merged);
  }
  const identity = (item: JsonValue): JsonValue => (isObject(item) ? (item[key] ?? null) : item);
  return inOrder(result, { patch: Array.isArray(order) ? order : items, server: current, identity });
}

/** An order that is given must name whatever else the patch names, in the same order. */
function checkOrder(items: readonly JsonValue[], order: JsonValue | undefined, key: string): void {
  if (!Array.isArray(order)) return;
  const kept = items.filter((item) => !isObject(item) || item[DIRECTIVE] === undefined);
  const identity = (item: JsonValue): JsonValue => (isObject(item) ? (item[key] ?? null) : item);
  let next = 0;
  for (const item of order) {
    const wanted = kept[next];
    if (wanted !== undefined && sameJson(identity(item), identity(wanted))) next += 1;
  }
  if (next < kept.length)
    throw new InvalidDirective(
      `The order in patch list:\n${goText([...items])}\n doesn't match $setElementOrder list:\n${goText(order)}\n`,
    );
}

/** `map[a:1 b:[x y]]` */
function goText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (!isObject(value)) return value === null ? "<nil>" : String(value);
  const members = Object.keys(value).toSorted();
  return `map[${members.map((member) => `${member}:${goText(value[member] ?? null)}`).join(" ")}]`;
}

interface Order {
  readonly patch: readonly JsonValue[];
  readonly server: readonly JsonValue[];
  readonly identity: (item: JsonValue) => JsonValue;
}

/**
 * Items that the patch names come in the patch's order, the others in the server's, and the two are merged by the
 * server's order where it knows both. New items therefore come first, which surprises everybody once.
 */
function inOrder(items: readonly JsonValue[], { patch, server, identity }: Order): JsonValue[] {
  const rankIn = (list: readonly JsonValue[], item: JsonValue): number =>
    list.findIndex((entry) => sameJson(identity(entry), identity(item)));
  const byRank = (list: readonly JsonValue[]) => (left: JsonValue, right: JsonValue) =>
    rankIn(list, left) - rankIn(list, right);
  const named = items.filter((item) => rankIn(patch, item) >= 0).sort(byRank(patch));
  const others = items.filter((item) => rankIn(patch, item) < 0).sort(byRank(server));
  const merged: JsonValue[] = [];
  for (let [other, next] = [others.shift(), named.shift()]; other !== undefined || next !== undefined;) {
    const known = other !== undefined && next !== undefined && rankIn(server, next) >= 0;
    if (next === undefined || (other !== undefined && known && rankIn(server, other) < rankIn(server, next))) {
      if (other !== undefined) merged.push(other);
      other = others.shift();
    } else {
      merged.push(next);
      next = named.shift();
    }
  }
  return merged;
}

function withoutDirectives(object: JsonObject): JsonObject {
  const kept: JsonObject = {};
  for (const [key, value] of Object.entries(object)) {
    if (key.startsWith("$") || value === null) continue;
    kept[key] = withoutDirectivesIn(value);
  }
  return kept;
}

function withoutDirectivesIn(value: JsonValue): JsonValue {
  if (Array.isArray(value))
    return value.filter((item) => !(isObject(item) && item[DIRECTIVE] === "delete")).map(withoutDirectivesIn);
  return isObject(value) ? withoutDirectives(value) : value;
}
