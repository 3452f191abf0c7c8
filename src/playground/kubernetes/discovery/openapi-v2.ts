import { createHash } from "node:crypto";
import { parseAccept } from "../http/negotiate.ts";
import type { Document } from "./discovery.ts";

const PROTOBUF_ACCEPTED = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
const PROTOBUF_SENT = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
const INFO = { title: "Kubernetes", version: "v1.32.4" };

/** A protobuf field that holds text or a message; all of ours are shorter than 128 bytes. */
function field(number: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
}

/**
 * A document without definitions. kubectl still fetches it for kinds that version 3 does not know; without an answer
 * it would complain about validation instead of saying that there is no such kind.
 */
export function emptyOpenapiV2(accept: string | undefined): Document {
  const wantsProtobuf = parseAccept(accept ?? "").some((range) => range.type === PROTOBUF_ACCEPTED);
  const body = wantsProtobuf
    ? Buffer.concat([field(1, "2.0"), field(2, Buffer.concat([field(1, INFO.title), field(2, INFO.version)]))])
    : JSON.stringify({ swagger: "2.0", info: INFO, paths: {}, definitions: {} });
  const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 32).toUpperCase()}"`;
  return { kind: "bytes", body, contentType: wantsProtobuf ? PROTOBUF_SENT : "application/json", etag };
}
