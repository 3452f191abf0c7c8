import type { IncomingMessage } from "node:http";
import { badRequest, bodyTooLarge, unsupportedMediaType } from "../api-error.ts";
import type { JsonValue } from "../json.ts";
import { isObject } from "../json.ts";
import { parseYaml } from "../json-boundary.ts";
import { bodySummary, goTypeName, GoJsonError, parseGoJson } from "./go-json.ts";
import { ENCODINGS } from "./negotiate.ts";
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
const TYPE_META = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`;

/** A request body with the media type that it says it has. */
interface Sent {
  readonly body: Buffer;
  readonly contentType: string | undefined;
}

/**
 * A JSON or YAML body, or the little protobuf that is understood, as an object of this kind. Throws 415 for others and 400 for what
 * does not parse; without a kind the refusal names none.
 */
export function parseBody({ body, contentType }: Sent, kind?: string): JsonValue {
  const refuse = (why: string): Error =>
    badRequest(
      kind === undefined
        ? why
        : `the object provided is unrecognized (must be of type ${kind}): ${why} (${bodySummary(body)})`,
    );
  const type = mediaType(contentType);
  if (type === PROTOBUF) return parsedProtobuf(body, refuse);
  if (type === "application/yaml") return parsedYaml(body);
  if (type !== "application/json" && type !== "") throw unsupportedMediaType(ENCODINGS);
  const problem = "couldn't get version/kind; json parse error: ";
  const value = parsedJson(body, (why) => refuse(problem + why));
  if (!isObject(value))
    throw refuse(`${problem}json: cannot unmarshal ${goTypeName(value)} into Go value of type ${TYPE_META}`);
  return value;
}

/** Parses JSON that a patch carries, whatever its media type says. Throws 400 that begins with `prefix`. */
export function parsePatch(body: Buffer, prefix: string): JsonValue {
  return parsedJson(body, (why) => badRequest(prefix + why));
}

const MAGIC = "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]";

function parsedProtobuf(body: Buffer, refuse: (why: string) => Error): JsonValue {
  if (!body.subarray(0, 4).equals(Buffer.from([107, 56, 115, 0]))) throw refuse(MAGIC);
  try {
    return decodeProtobuf(body);
  } catch (error) {
    if (error instanceof UnknownProtobuf) throw unsupportedMediaType(["application/json", "application/yaml"]);
    throw error;
  }
}

function parsedYaml(body: Buffer): JsonValue {
  try {
    return parseYaml(body.toString("utf8"));
  } catch (error) {
    throw badRequest(`error decoding the request body: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parsedJson(body: Buffer, refuse: (why: string) => Error): JsonValue {
  try {
    return parseGoJson(body);
  } catch (error) {
    if (error instanceof GoJsonError) throw refuse(error.message);
    throw error;
  }
}
