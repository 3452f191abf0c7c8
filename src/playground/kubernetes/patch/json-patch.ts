import type { JsonValue } from "../json.ts";
import { cloneValue, defineMember, isObject, sameJson } from "../json.ts";

/** A patch that is no list of operations: the API server answers 400. */
export class MalformedPatch extends Error {}

/** An operation that does not fit the object, or a failed test: the API server answers 422. */
export class PatchRefused extends Error {}

interface Operation {
  readonly op: string;
  readonly path: readonly string[];
  readonly from: readonly string[] | undefined;
  readonly value: JsonValue | undefined;
  readonly text: string;
}

const OPERATIONS = new Set(["add", "remove", "replace", "move", "copy", "test"]);
const MAX_OPERATIONS = 10_000;

/** RFC 6902. The target is not changed. Throws MalformedPatch or PatchRefused. */
export function applyJsonPatch(target: JsonValue, patch: JsonValue): JsonValue {
  if (!Array.isArray(patch))
    throw new MalformedPatch("json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp");
  if (patch.length > MAX_OPERATIONS)
    throw new MalformedPatch(
      `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`,
    );
  const operations = patch.map(parseOperation);
  return operations.reduce<JsonValue>(applyOperation, cloneValue(target));
}

function parseOperation(value: JsonValue): Operation {
  if (!isObject(value)) throw new MalformedPatch("each operation of a JSON patch must be an object");
  const { op, path, from } = value;
  if (typeof op !== "string" || !OPERATIONS.has(op)) throw new PatchRefused(`Unexpected kind: ${String(op)}`);
  if (typeof path !== "string") throw new PatchRefused(`operation ${op} has no path`);
  if ((op === "move" || op === "copy") && typeof from !== "string")
    throw new PatchRefused(`operation ${op} has no from`);
  return {
    op,
    path: parsePointer(path),
    from: typeof from === "string" ? parsePointer(from) : undefined,
    value: value["value"],
    text: path,
  };
}

function parsePointer(pointer: string): string[] {
  if (pointer === "") return [];
  if (!pointer.startsWith("/"))
    throw new PatchRefused(`invalid JSON pointer ${JSON.stringify(pointer)}: it must start with /`);
  return pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function applyOperation(root: JsonValue, operation: Operation): JsonValue {
  const { op, path, from, text } = operation;
  const value = operation.value === undefined ? null : cloneValue(operation.value);
  switch (op) {
    case "add":
      return insert(root, path, value);
    case "remove":
      return remove(root, path);
    case "replace":
      return path.length === 0 ? value : insert(remove(root, path), path, value);
    case "test":
      if (!sameJson(read(root, path) ?? null, value))
        throw new PatchRefused(`testing value ${text} failed: test failed`);
      return root;
    default: {
      const moved = read(root, from ?? []) ?? (op === "copy" && hasParent(root, from ?? []) ? null : undefined);
      if (moved === undefined)
        throw new PatchRefused(`${op} operation does not apply: doc is missing from path: ${text}: missing value`);
      const copy = cloneValue(moved);
      return insert(op === "move" ? remove(root, from ?? []) : root, path, copy);
    }
  }
}

function read(root: JsonValue, path: readonly string[]): JsonValue | undefined {
  let here: JsonValue | undefined = root;
  for (const step of path) {
    if (Array.isArray(here)) here = here[listIndex(step, here.length - 1) ?? -1];
    else if (isObject(here) && Object.hasOwn(here, step)) here = here[step];
    else return undefined;
  }
  return here;
}

function hasParent(root: JsonValue, path: readonly string[]): boolean {
  return isObject(read(root, path.slice(0, -1)));
}

function listIndex(step: string, last: number): number | undefined {
  if (!/^(0|[1-9]\d*)$/.test(step)) return undefined;
  const index = Number(step);
  return index <= last ? index : undefined;
}

function parentOf(root: JsonValue, path: readonly string[], op: string): { parent: JsonValue; last: string } {
  const last = path.at(-1);
  const parent = read(root, path.slice(0, -1));
  if (last === undefined || parent === undefined || parent === null || typeof parent !== "object") {
    throw new PatchRefused(`${op} operation does not apply: doc is missing path: "/${path.join("/")}": missing value`);
  }
  return { parent, last };
}

function insert(root: JsonValue, path: readonly string[], value: JsonValue): JsonValue {
  if (path.length === 0) return value;
  const { parent, last } = parentOf(root, path, "add");
  if (Array.isArray(parent)) {
    const index = last === "-" ? parent.length : listIndex(last, parent.length);
    if (index === undefined)
      throw new PatchRefused(
        `add operation does not apply: Unable to access invalid index: ${last}: invalid index referenced`,
      );
    parent.splice(index, 0, value);
  } else if (isObject(parent)) defineMember(parent, last, value);
  return root;
}

function remove(root: JsonValue, path: readonly string[]): JsonValue {
  if (path.length === 0) return null;
  const { parent, last } = parentOf(root, path, "remove");
  if (Array.isArray(parent)) {
    const index = listIndex(last, parent.length - 1);
    if (index === undefined)
      throw new PatchRefused(
        `remove operation does not apply: Unable to access invalid index: ${last}: invalid index referenced`,
      );
    parent.splice(index, 1);
  } else if (isObject(parent)) {
    // A member that is not there is as good as removed: so does the API server, whatever RFC 6902 says.
    delete parent[last];
  }
  return root;
}
