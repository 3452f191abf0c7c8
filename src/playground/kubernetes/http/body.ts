import type { IncomingMessage } from "node:http";
import { badRequest, bodyTooLarge, unsupportedMediaType } from "../api-error.ts";
import type { JsonValue } from "../json.ts";
import { parseJson, parseYaml } from "../json-boundary.ts";

const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** The whole body as text. Throws 413 beyond 3 MiB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    // The rest is still read, or the client would meet a reset instead of the answer.
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
  }
  if (size > MAX_BODY_BYTES) throw bodyTooLarge(MAX_BODY_BYTES);
  return Buffer.concat(chunks).toString("utf8");
}

/** `application/json; charset=utf-8` → `application/json`. */
export function mediaType(header: string | undefined): string {
  return (header ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/** A JSON or YAML body. Throws 415 for other media types and 400 for text that does not parse. */
export function parseBody(text: string, contentType: string | undefined): JsonValue {
  const type = mediaType(contentType);
  if (type === "application/yaml") return parsed(text, parseYaml);
  if (type === "application/json" || type === "") return parsed(text, parseJson);
  throw unsupportedMediaType(["application/json", "application/yaml"]);
}

/** Parses JSON that a patch carries, whatever its media type says. */
export function parsePatch(text: string): JsonValue {
  return parsed(text, parseJson);
}

function parsed(text: string, parse: (text: string) => JsonValue): JsonValue {
  try {
    return parse(text);
  } catch (error) {
    throw badRequest(`error decoding the request body: ${error instanceof Error ? error.message : String(error)}`);
  }
}
