import type { IncomingMessage, ServerResponse } from "node:http";
import { forwardable } from "./header-changes.ts";
import { parseAuthority } from "./hosts.ts";
import type { RequestSource } from "./matching.ts";
import type { IncomingRequest } from "./proxy.ts";
import type { Service } from "./services.ts";

const MAX_BODY_BYTES = 1024 * 1024;

/** What a request asks of the ingress. */
export type Arrival =
  | { readonly kind: "request"; readonly request: IncomingRequest }
  | { readonly kind: "redirect"; readonly location: string }
  /** A browser that named no service. */
  | { readonly kind: "directory" }
  | { readonly kind: "body-too-large" };

/**
 * Reads a request. The Host header says which service is meant, or the path does: `/s/<namespace>/<service>/…` stands
 * for the host `<service>.<namespace>` and the rest of the path, so that a browser can choose.
 */
export async function readArrival(message: IncomingMessage, source: RequestSource): Promise<Arrival> {
  const url = message.url ?? "/";
  const authority = message.headers.host ?? "";
  const [, namespace, service, rest] = /^\/s\/([a-z0-9-]+)\/([a-z0-9-]+)(.*)$/.exec(url) ?? [];
  const isByPath = namespace !== undefined && service !== undefined;
  // Relative links of the service's page need the slash.
  if (isByPath && !rest?.startsWith("/"))
    return { kind: "redirect", location: `/s/${namespace}/${service}/${rest ?? ""}` };
  if (!isByPath && isOurOwn(authority) && url === "/") return { kind: "directory" };

  const body = await readBody(message);
  if (body === undefined) return { kind: "body-too-large" };
  const headers = forwardable(message.headersDistinct);
  headers.delete("expect");
  const host = isByPath ? `${service}.${namespace}` : authority;
  headers.set("host", [host]);
  const target = isByPath ? (rest ?? "/") : url;
  const method = message.method ?? "GET";
  return { kind: "request", request: { method, target, authority: host, source, headers, body } };
}

/** Answers what is no request for a service. */
export function answerArrival(arrival: Exclude<Arrival, { kind: "request" }>, { response, services }: Answering): void {
  switch (arrival.kind) {
    case "redirect":
      response.writeHead(308, { location: arrival.location }).end();
      return;
    case "directory":
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(directoryPage(services));
      return;
    case "body-too-large":
      response.writeHead(413, { connection: "close" }).end(`at most ${MAX_BODY_BYTES} bytes\n`);
      return;
  }
}

interface Answering {
  readonly response: ServerResponse;
  /** What the directory lists. */
  readonly services: readonly Service[];
}

function isOurOwn(authority: string): boolean {
  const { host } = parseAuthority(authority);
  return host === "localhost" || /^[\d.]+$/.test(host);
}

/** The whole body, because a retry or a mirror sends it again. Undefined when it is too large. */
async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    // Read to its end all the same: a client that is still sending would not hear our refusal.
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

function directoryPage(services: readonly Service[]): string {
  const links = services
    .toSorted((a, b) => `${a.namespace}/${a.name}`.localeCompare(`${b.namespace}/${b.name}`))
    .map(({ name, namespace }) => `<li><a href="/s/${namespace}/${name}/">${name}</a> in ${namespace}</li>`)
    .join("\n");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Services</title>
<style>
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f4f5f7; color: #1d1c1d;
         font: 16px/1.7 system-ui, sans-serif }
  main { width: min(34rem, 92vw); padding: 2rem 2.5rem; background: #fff; border-radius: 16px;
         box-shadow: 0 8px 30px rgb(0 0 0 / 10%) }
  h1 { margin: 0; font-size: 1.5rem } ul { padding-left: 1.2rem } a { color: #2563eb }
</style>
<main>
  <h1>Services behind this mesh</h1>
  <ul>${links === "" ? "<li>None has a ready pod yet.</li>" : links}</ul>
</main>
</html>
`;
}
