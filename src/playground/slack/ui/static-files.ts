import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { extname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { reply, replyText } from "../http.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

/** Packages that the page may import, and nothing else from node_modules. */
export const modules: ReadonlySet<string> = new Set([
  "preact",
  "preact/hooks",
  "@preact/signals",
  "@preact/signals-core",
  "htm",
]);

async function read(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch {
    return undefined;
  }
}

// Message content must never run: only our own files and the page's inline scripts, by their hash.
function policy(html: Buffer): string {
  const inline = [...html.toString().matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)];
  const hashes = inline.map(
    (match) =>
      `'sha256-${createHash("sha256")
        .update(match[1] ?? "")
        .digest("base64")}'`,
  );
  const script = ["script-src 'self'", ...hashes].join(" ");
  return `default-src 'self'; ${script}; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; frame-src http://127.0.0.1:* http://localhost:*; base-uri 'none'; object-src 'none'`;
}

/** Serves one file of the page; `path` is the decoded path of the request. */
export async function serveStatic(response: ServerResponse, root: string, path: string): Promise<void> {
  const wanted = path === "/" || path.startsWith("/archives/") ? "/index.html" : path;
  const file = resolve(join(root, wanted));
  const type = types[extname(file)];
  const body = file.startsWith(resolve(root) + sep) && type !== undefined ? await read(file) : undefined;
  if (body === undefined || type === undefined) return replyText(response, 404, "not found");
  const html = extname(file) === ".html";
  reply(response, {
    body,
    type,
    headers: {
      "Cache-Control": "no-cache",
      "X-Content-Type-Options": "nosniff",
      ...(html && { "Content-Security-Policy": policy(body) }),
    },
  });
}

/** Serves one of the allowed packages as an ES module. */
export async function serveModule(response: ServerResponse, name: string): Promise<void> {
  const body = modules.has(name) ? await read(fileURLToPath(import.meta.resolve(name))) : undefined;
  if (body === undefined) return replyText(response, 404, "not found");
  reply(response, {
    body,
    type: "text/javascript; charset=utf-8",
    headers: { "Cache-Control": "max-age=3600", "X-Content-Type-Options": "nosniff" },
  });
}
