import type { JsonValue } from "../json.ts";
import { parseJson } from "../json-boundary.ts";

/** Why Go's decoder cannot read a text, in its words. Parses as `parseJson` does. */
export class GoJsonError extends Error {}

/** Throws GoJsonError. */
export function parseGoJson(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    throw new GoJsonError(inGosWords(text, error instanceof Error ? error.message : String(error)), { cause: error });
  }
}

function inGosWords(text: string, problem: string): string {
  const position = /at position (\d+)/.exec(problem)?.[1];
  const at = position === undefined ? undefined : Number(position);
  if (text.trim() === "" || problem.startsWith("Unexpected end") || (at !== undefined && at >= text.trimEnd().length))
    return "unexpected end of JSON input";
  const found = /Unexpected token '(.)'/u.exec(problem)?.[1];
  const character = goCharacter((at === undefined ? found : text[at]) ?? "");
  if (problem.includes("after JSON")) return `invalid character ${character} after top-level value`;
  return `invalid character ${character} looking for beginning of value`;
}

function goCharacter(character: string): string {
  return character === "'" ? String.raw`'\''` : `'${character}'`;
}

const SHOWN_BYTES = 30;

/** The beginning of a body, as refusals show it: as hexadecimal digits when it is no text. */
export function bodySummary(body: Buffer): string {
  if (body.length === 0) return "<empty>";
  const text = body.toString("utf8");
  const isText = !/[\u0000-\u0008\u000e-\u001f\ufffd]/u.test(text);
  const shown = isText ? body.subarray(0, SHOWN_BYTES).toString("utf8") : body.subarray(0, SHOWN_BYTES).toString("hex");
  return body.length > SHOWN_BYTES ? `${shown} ...` : shown;
}

/** How Go names the type of a JSON value. */
export function goTypeName(value: JsonValue): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number" && !Number.isInteger(value)) return `number ${value}`;
  return value === null ? "null" : typeof value;
}
