import { parse, parseAllDocuments } from "yaml";
import type { JsonValue } from "./json.ts";

// JSON.parse and the YAML library answer with `any`; this is the one place where that becomes a type.

/** Throws a SyntaxError for text that is not JSON. */
export function parseJson(text: string): JsonValue {
  const value: JsonValue = JSON.parse(text);
  return value;
}

/** Throws a YAMLParseError for text that is not YAML. Dates stay strings, as in Kubernetes. */
export function parseYaml(text: string): JsonValue {
  const value: JsonValue = parse(text, { schema: "core", merge: true });
  return value;
}

/** Every document of a YAML stream, empty ones left out. Throws the first parse error. */
export function parseYamlStream(text: string): JsonValue[] {
  return parseAllDocuments(text, { schema: "core", merge: true }).flatMap((document) => {
    const problem = document.errors[0];
    if (problem !== undefined) throw problem;
    const value: JsonValue = document.toJS();
    return value === null ? [] : [value];
  });
}
