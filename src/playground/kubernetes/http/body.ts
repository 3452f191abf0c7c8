import type { IncomingMessage } from "node:http";
import { badRequest, bodyTooLarge, unsupportedMediaType } from "../api-error.ts";
import type { JsonValue } from "../json.ts";
import { parseJson, parseYaml } from "../json-boundary.ts";
import { decodeProtobuf, UnknownProtobuf } from "./protobuf.ts";

const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** The whole body. Throws 413 beyond 3 MiB. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    // The rest is still read, or the client would meet a reset instead of the answer.
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
  }
  if (size > MAX_BODY_BYTES) throw bodyTooLarge(MAX_BODY_BYTES);
  return Buffer.concat(chunks);
}

/** `application/json; charset=utf-8` → `application/json`. */
export function mediaType(header: string | undefined): string {
  return (header ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

const PROTOBUF = "application/vnd.kubernetes.protobuf";

/** A JSON or YAML body, or the little protobuf that is understood. Throws 415 for others and 400 for text that does not parse. */
export function parseBody(body: Buffer, contentType: string | undefined): JsonValue {
  const type = mediaType(contentType);
  if (type === "application/yaml") return parsed(body, parseYaml);
  if (type === "application/json" || type === "") return parsed(body, parseJson);
  if (type === PROTOBUF) return parsedProtobuf(body);
  throw unsupportedMediaType(["application/json", "application/yaml"]);
}

/** Parses JSON that a patch carries, whatever its media type says. */
export function parsePatch(body: Buffer): JsonValue {
  return parsed(body, parseJson);
}

function parsedProtobuf(body: Buffer): JsonValue {
  try {
    return decodeProtobuf(body);
  } catch (error) {
    if (error instanceof UnknownProtobuf) throw unsupportedMediaType(["application/json", "application/yaml"]);
    throw error;
  }
}

function parsed(body: Buffer, parse: (text: string) => JsonValue): JsonValue {
  try {
    return parse(body.toString("utf8"));
  } catch (error) {
    throw badRequest(`error decoding the request body: ${error instanceof Error ? error.message : String(error)}`);
  }
}
