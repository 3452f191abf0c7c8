import type { IncomingMessage, ServerResponse } from "node:http";

const maxBody = 64 * 1024 * 1024;

/** Reads a whole request body. Throws when it is larger than 64 MiB. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBody) throw new Error(`while reading ${request.url ?? ""}: the body is larger than ${maxBody} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly type: string;
}

export function reply(response: ServerResponse, { status = 200, headers = {}, body, type }: Reply): void {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body), ...headers });
  response.end(body);
}

export function replyJson(
  response: ServerResponse,
  body: object,
  more: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): void {
  reply(response, { ...more, body: JSON.stringify(body), type: "application/json; charset=utf-8" });
}

export function replyText(response: ServerResponse, status: number, body: string): void {
  reply(response, { status, body, type: "text/plain; charset=utf-8" });
}
