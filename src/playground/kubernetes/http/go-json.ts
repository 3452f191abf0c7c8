import type { JsonValue } from "../json.ts";
import { parseJson } from "../json-boundary.ts";

/** Why Go's decoder cannot read a text, in its words. Parses as `parseJson` does. */
export class GoJsonError extends Error {}

/** Throws GoJsonError. */
export function parseGoJson(bytes: Buffer): JsonValue {
  try {
    return parseJson(bytes.toString("utf8"));
  } catch (error) {
    throw new GoJsonError(inGosWords(bytes.toString("latin1")), { cause: error });
  }
}

/** Byte by byte, as Go reads. */
function inGosWords(text: string): string {
  const problem = problemOf(text);
  const position = /at position (\d+)/.exec(problem)?.[1];
  const at = position === undefined ? undefined : Number(position);
  if (text.trim() === "" || problem.startsWith("Unexpected end") || (at !== undefined && at >= text.trimEnd().length))
    return "unexpected end of JSON input";
  const literal = brokenLiteral(text.trimStart());
  if (literal !== undefined) return literal;
  const found = /Unexpected token '(.)'/su.exec(problem)?.[1];
  const character = goCharacter((at === undefined ? found : text[at]) ?? "");
  if (problem.includes("after JSON")) return `invalid character ${character} after top-level value`;
  return `invalid character ${character} looking for beginning of value`;
}

/** A text that begins as `true`, `false` or `null` and goes on otherwise. */
function brokenLiteral(text: string): string | undefined {
  const literal = ["true", "false", "null"].find((word) => word[0] === text[0]);
  const at = [...(literal ?? "")].findIndex((letter, i) => text[i] !== letter);
  if (literal === undefined || at < 1 || at >= text.length) return undefined;
  return `invalid character ${goCharacter(text[at] ?? "")} in literal ${literal} (expecting ${goCharacter(literal[at] ?? "")})`;
}

function problemOf(text: string): string {
  try {
    parseJson(text);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function goCharacter(character: string): string {
  if (character === "'") return String.raw`'\''`;
  const code = character.charCodeAt(0);
  const isPrintable = code >= 0x20 && (code < 0x7f || code > 0xa0);
  return isPrintable ? `'${character}'` : `'\\u${code.toString(16).padStart(4, "0")}'`;
}

const SHOWN_BYTES = 30;

/** The beginning of a body, as refusals show it: as hexadecimal digits when it is no object. */
export function bodySummary(body: Buffer): string {
  if (body.length === 0) return "<empty>";
  const shown = body.subarray(0, SHOWN_BYTES).toString(body[0] === 0x7b ? "utf8" : "hex");
  return body.length > SHOWN_BYTES ? `${shown} ...` : shown;
}

/** How Go names the type of a JSON value. */
export function goTypeName(value: JsonValue): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number" && !Number.isInteger(value)) return `number ${value}`;
  return value === null ? "null" : typeof value;
}
