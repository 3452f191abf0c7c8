import type { JsonObject, JsonValue } from "../../../src/playground/kubernetes/json.ts";
import { isObject, listAt, objectAt, objectsAt, stringAt } from "../../../src/playground/kubernetes/json.ts";

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z/g;
const SERVICE_IP = /\b10\.96\.\d{1,3}\.\d{1,3}\b/g;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g;
const AGE = /^(\d+[smhdy]){1,2}$/;
const AGES = ["Age", "Last Seen", "First Seen", "Created At", "Since"];
/** A longer prefix is cut, so that a name stays within 63 characters. */
const LONGEST_PREFIX = 58;
const ENTRY_KEYS = ["operation", "manager", "subresource", "apiVersion"];

/**
 * Takes out of answers what two servers cannot have in common, and nothing else:
 * - UUIDs become `uid-1`, `uid-2`, … and resourceVersions of objects `rv-1`, `rv-2`, … in the order of their first appearance, so
 *   that it stays visible what is the same and what changed; the resourceVersion of a list becomes `<revision>`.
 * - Certificates become `<certificate>`.
 * - Times become `<time>`, ages in tables `<age>`, continue tokens `<continue>`, node ports `<port>`, Service addresses `ip-1`, ….
 * - A whole object that a message quotes becomes `<object>`.
 * - Of a refusal for several reasons the reasons are sorted.
 * - What a table's columns are for is left out: that is documentation.
 * - The play's own namespace and API group become `<ns>` and `<group>`, the random end of a generated name `<random>`.
 * - `metadata.managedFields` are left out, or sorted where a chapter wants them: servers sort them by time.
 */
export class Normaliser {
  readonly #texts: readonly [string, string][];
  readonly #generated: [RegExp, string][] = [];
  readonly #numbers = { uid: new Map<string, string>(), rv: new Map<string, string>(), ip: new Map<string, string>() };
  readonly #showsManagedFields: boolean;

  constructor(names: Readonly<Record<string, string>>, showsManagedFields: boolean) {
    this.#texts = Object.entries(names).map(([name, value]) => [value, `<${name}>`]);
    this.#showsManagedFields = showsManagedFields;
  }

  body(value: JsonValue): JsonValue {
    return this.#value(value, []);
  }

  /** Names that a server makes from this prefix end in five letters that nobody can foresee. */
  expectGenerated(prefix: string): void {
    const kept = prefix.slice(0, LONGEST_PREFIX);
    this.#generated.push([new RegExp(`${kept.replaceAll(".", "\\.")}[a-z0-9]{5}`, "g"), `${kept}<random>`]);
  }

  text(text: string): string {
    let result = text;
    for (const [found, shown] of [...this.#texts, ...this.#generated]) result = result.replaceAll(found, shown);
    return result
      .replace(CERTIFICATE, "<certificate>")
      .replace(UUID, (uuid) => this.#numbered("uid", uuid))
      .replace(SERVICE_IP, (ip) => this.#numbered("ip", ip))
      .replace(TIME, "<time>");
  }

  #numbered(kind: "uid" | "rv" | "ip", value: string): string {
    const known = this.#numbers[kind].get(value);
    const name = known ?? `${kind}-${this.#numbers[kind].size + 1}`;
    this.#numbers[kind].set(value, name);
    return name;
  }

  #value(value: JsonValue, path: readonly string[]): JsonValue {
    if (typeof value === "string") return path.at(-1) === "message" ? this.#message(value) : this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.#value(item, path));
    return isObject(value) ? this.#object(value, path) : value;
  }

  /** Versions inside of sentences are only recognized when they have been seen as versions. */
  #message(text: string): string {
    let result = this.text(text.replace(/(Invalid value: )"(?:\{|map\[).*(?:\}|\])": /, '$1"<object>": '))
      .replace(/(resource version: )\d+( \(\d+\))?/gi, "$1<revision>")
      .replace(/(, current: )\d+/g, "$1<revision>");
    for (const [found, shown] of this.#numbers.rv) result = result.replaceAll(new RegExp(`\\b${found}\\b`, "g"), shown);
    return result;
  }

  #object(object: JsonObject, path: readonly string[]): JsonObject {
    const shown = stringAt(object, "kind") === "Table" ? withoutAges(object) : withSortedCauses(object);
    const result: JsonObject = {};
    // In the order of names, so that what comes first does not depend on who writes which member first.
    for (const key of Object.keys(shown).toSorted()) {
      const value = shown[key] ?? null;
      const normalised = this.#member(shown, [...path, key], value);
      if (normalised !== undefined) result[this.text(key)] = normalised;
    }
    return result;
  }

  #member(owner: JsonObject, path: readonly string[], value: JsonValue): JsonValue | undefined {
    const key = path.at(-1);
    if (key === "description" && owner["priority"] !== undefined && owner["format"] !== undefined) return undefined;
    if (key === "managedFields" && Array.isArray(value)) return this.#managed(value, path);
    if (key === "continue" && path.at(-2) === "metadata" && value !== "") return "<continue>";
    if (key === "nodePort" && typeof value === "number") return "<port>";
    if (key === "resourceVersion" && typeof value === "string") {
      if (value === "" || !/^\d+$/.test(value)) return value;
      const isList = path.at(-2) === "metadata" && owner["name"] === undefined;
      return isList ? "<revision>" : this.#numbered("rv", value);
    }
    return this.#value(value, path);
  }

  #managed(entries: JsonValue[], path: readonly string[]): JsonValue | undefined {
    if (!this.#showsManagedFields) return undefined;
    const order = (entry: JsonValue): string => ENTRY_KEYS.map((key) => stringAt(entry, key) ?? "").join(" ");
    return entries.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)).map((entry) => this.#value(entry, path));
  }
}

/** A refusal for several reasons: Go walks through maps in whatever order. */
function withSortedCauses(status: JsonObject): JsonObject {
  const causes = objectsAt(status, "details", "causes");
  if (causes.length < 2) return status;
  const line = (cause: JsonObject): string => `${stringAt(cause, "field")}: ${stringAt(cause, "message")}`;
  const sorted = causes.toSorted((left, right) => (line(left) < line(right) ? -1 : 1));
  const lines = [...new Set(sorted.map(line))];
  const message = stringAt(status, "message") ?? "";
  const [beginning = "", list = ""] = message.split(/ is invalid: \[(.*)\]$/s);
  const isSame = list.length === lines.join(", ").length && lines.every((part) => list.includes(part));
  const details = { ...objectAt(status, "details"), causes: sorted };
  return { ...status, details, message: isSame ? `${beginning} is invalid: [${lines.join(", ")}]` : message };
}

/** Tables say how old things are. */
function withoutAges(table: JsonObject): JsonObject {
  const columns = objectsAt(table, "columnDefinitions").map((column) => stringAt(column, "name") ?? "");
  const rows = listAt(table, "rows").map((row): JsonValue => {
    if (!isObject(row)) return row;
    const cells = listAt(row, "cells").map((cell, i) => {
      const isAge = columns.length === 0 || AGES.includes(columns[i] ?? "");
      return isAge && typeof cell === "string" && AGE.test(cell) ? "<age>" : cell;
    });
    return { ...row, cells };
  });
  return { ...table, rows };
}
