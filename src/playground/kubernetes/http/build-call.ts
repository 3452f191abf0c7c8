import type { IncomingMessage } from "node:http";
import { methodNotAllowed, noSuchResource } from "../api-error.ts";
import type { Registry, Resource } from "../registry.ts";
import type { Call, Verb } from "./call.ts";
import { negotiate } from "./negotiate.ts";
import { parseResourcePath } from "./path.ts";
import type { ResourcePath } from "./path.ts";

interface Incoming {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly body: Buffer;
  readonly registry: Registry;
  readonly warn: (line: string) => void;
}

/** `/api/v1/watch/pods` is the old way to say `/api/v1/pods?watch=true`. */
const OLD_WATCH = /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)\/watch(\/.+)$/;

/** Undefined when the path names nothing that is served. Throws 405 and 406. */
export function buildCall(incoming: Incoming): Call | undefined {
  const { request, url, registry } = incoming;
  const watched = request.method === "GET" ? OLD_WATCH.exec(url.pathname) : null;
  if (watched !== null) url.searchParams.set("watch", "true");
  const path = parseResourcePath(watched === null ? url.pathname : `${watched[1]}${watched[2]}`);
  const resource = path === undefined ? undefined : registry.find(path.group, path.version, path.plural);
  if (path === undefined || resource === undefined || !fitsScope(path, resource)) return undefined;
  checkSubresource(path, resource);
  const verb = verbOf(request.method ?? "GET", path, url.searchParams);
  if (verb === undefined || !allows(resource, path, verb)) throw methodNotAllowed();
  return {
    verb,
    resource,
    namespace: path.namespace,
    name: path.name,
    subresource: path.subresource,
    query: url.searchParams,
    contentType: request.headers["content-type"],
    body: incoming.body,
    wanted: path.subresource === "log" ? { form: "object", encoding: "json" } : negotiate(request.headers.accept),
    userAgent: request.headers["user-agent"] ?? "",
    warn: incoming.warn,
  };
}

function fitsScope(path: ResourcePath, resource: Resource): boolean {
  if (resource.namespaced) return path.namespace !== undefined || path.name === undefined;
  return path.namespace === undefined;
}

function checkSubresource(path: ResourcePath, resource: Resource): void {
  if (path.subresource === undefined) return;
  const offered: Readonly<Record<string, boolean>> = {
    status: resource.hasStatus,
    scale: resource.scale !== undefined,
    log: resource.hasLog,
  };
  if (offered[path.subresource] === true) return;
  throw noSuchResource();
}

function verbOf(method: string, path: ResourcePath, query: URLSearchParams): Verb | undefined {
  const single = path.name !== undefined;
  const watching = ["true", "1"].includes(query.get("watch") ?? "");
  switch (method) {
    case "GET":
      if (watching && !single) return "watch";
      return single ? "get" : "list";
    case "POST":
      return single ? undefined : "create";
    case "PUT":
      return single ? "update" : undefined;
    case "PATCH":
      return single ? "patch" : undefined;
    case "DELETE":
      return single ? "delete" : "deletecollection";
    default:
      return undefined;
  }
}

function allows(resource: Resource, path: ResourcePath, verb: Verb): boolean {
  const reads = verb === "get" || verb === "list" || verb === "watch";
  if (resource.viewOf !== undefined || path.subresource === "log") return reads;
  if (path.subresource !== undefined) return verb === "get" || verb === "update" || verb === "patch";
  const needsNamespace = resource.namespaced && path.namespace === undefined;
  if (needsNamespace) return verb === "list" || verb === "watch";
  return verb !== "deletecollection" || resource.id !== "namespaces";
}
