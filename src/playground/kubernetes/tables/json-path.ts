import type { JsonValue } from "../json.ts";
import { at, isObject } from "../json.ts";

type Step =
  | { readonly kind: "member"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "all" }
  | { readonly kind: "filter"; readonly path: string; readonly equals: string };

const TOKEN =
  /\.?\['((?:[^'\\]|\\.)*)'\]|\[(-?\d+)\]|\[\*\]|\[\?\(@\.([\w.]+)\s*==\s*["']([^"']*)["']\)\]|\.((?:[^.[\]\\]|\\.)+)/gy;

function parse(path: string): Step[] {
  const text = path.startsWith(".") || path.startsWith("[") ? path : `.${path}`;
  const steps: Step[] = [];
  for (const [token, quoted, index, filterPath, filterValue, name] of text.matchAll(TOKEN)) {
    const member = quoted ?? name;
    if (member !== undefined) steps.push({ kind: "member", name: member.replaceAll(/\\(.)/g, "$1") });
    else if (index !== undefined) steps.push({ kind: "index", index: Number(index) });
    else if (filterPath !== undefined) steps.push({ kind: "filter", path: filterPath, equals: filterValue ?? "" });
    else if (token === "[*]") steps.push({ kind: "all" });
  }
  return steps;
}

function walk(value: JsonValue, step: Step): JsonValue[] {
  switch (step.kind) {
    case "member": {
      const found = at(value, step.name);
      return found === undefined ? [] : [found];
    }
    case "index": {
      const found = Array.isArray(value) ? value.at(step.index) : undefined;
      return found === undefined ? [] : [found];
    }
    case "all":
      return Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
    case "filter":
      return Array.isArray(value)
        ? value.filter((item) => String(at(item, ...step.path.split("."))) === step.equals)
        : [];
  }
}

/** Values at a printer column's JSONPath: members, indexes, `[*]` and `[?(@.x=="y")]` are understood. */
export function jsonPathValues(object: JsonValue, path: string): JsonValue[] {
  return parse(path).reduce<JsonValue[]>((values, step) => values.flatMap((value) => walk(value, step)), [object]);
}
