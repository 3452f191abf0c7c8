import { createHash } from "node:crypto";
import { parseAccept } from "../http/negotiate.ts";
import type { JsonObject } from "../json.ts";
import { isObject, objectAt } from "../json.ts";
import { parseJson } from "../json-boundary.ts";
import type { Registry } from "../registry.ts";
import type { Schema } from "../schema/schema.ts";
import { aggregatedDiscovery, groupList, groupObject, resourceList } from "./groups.ts";
import { emptyOpenapiV2 } from "./openapi-v2.ts";
import { openapiDocument, openapiIndex } from "./openapi.ts";

export type Document =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "bytes"; readonly body: string | Buffer; readonly contentType: string; readonly etag: string };

const VERSION: JsonObject = {
  major: "1",
  minor: "32",
  gitVersion: "v1.32.4",
  gitCommit: "emulated",
  gitTreeState: "clean",
  buildDate: "2025-04-22T16:00:00Z",
  goVersion: "go1.23.6",
  compiler: "gc",
  platform: "linux/amd64",
};

const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
const HEALTH = new Set(["/healthz", "/readyz", "/livez"]);

/** Paths that name no objects: what is served, in which version, and whether it is well. */
export class Discovery {
  readonly #registry: Registry;
  readonly #metadata: Schema;
  readonly #serverAddress: () => string;
  #cache = new Map<string, Document>();
  #cachedEdition = 0;

  constructor(parts: { registry: Registry; metadata: Schema; serverAddress: () => string }) {
    this.#registry = parts.registry;
    this.#metadata = parts.metadata;
    this.#serverAddress = parts.serverAddress;
  }

  /** The document at a path; undefined when the path is none of discovery's. */
  find(method: string, pathname: string, accept: string | undefined): Document | undefined {
    if (method !== "GET" && method !== "HEAD") return undefined;
    if (HEALTH.has(pathname)) return { kind: "text", text: "ok" };
    if (pathname === "/openapi/v2") return emptyOpenapiV2(accept);
    if (this.#cachedEdition !== this.#registry.edition) {
      this.#cache = new Map();
      this.#cachedEdition = this.#registry.edition;
    }
    const path = pathname.replace(/\/$/, "");
    const aggregated = wantsAggregated(accept) && (path === "/api" || path === "/apis");
    const key = aggregated ? `${path} aggregated` : path;
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    const value = aggregated ? aggregatedDiscovery(this.#registry, path === "/api") : this.#document(path);
    if (value === undefined) return undefined;
    const text = JSON.stringify(value);
    const etag = `"${createHash("sha256").update(text).digest("hex").slice(0, 32).toUpperCase()}"`;
    const made: Document = {
      kind: "bytes",
      body: text,
      contentType: aggregated ? AGGREGATED : "application/json",
      etag,
    };
    this.#cache.set(key, made);
    return made;
  }

  #document(path: string): JsonObject | undefined {
    const [, root, group, version, ...rest] = path.split("/");
    if (path === "/version") return VERSION;
    if (path === "/api")
      return {
        kind: "APIVersions",
        versions: ["v1"],
        serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: this.#serverAddress() }],
      };
    if (path === "/apis") return groupList(this.#registry);
    if (path === "/openapi/v3") return openapiIndex(this.#registry);
    if (root === "api" && version === undefined) return resourceList(this.#registry, "", group ?? "");
    if (root === "apis" && version === undefined) return groupObject(this.#registry, group ?? "");
    if (root === "apis" && rest.length === 0) return resourceList(this.#registry, group ?? "", version ?? "");
    const spec = /^\/openapi\/v3\/(?:api\/([^/]+)|apis\/([^/]+)\/([^/]+))$/.exec(path);
    return spec === null
      ? undefined
      : openapiDocument(this.#registry, spec[2] ?? "", spec[1] ?? spec[3] ?? "", this.#metadata);
  }

  /** Access reviews: this cluster allows everything, because it authenticates nobody. */
  review(method: string, pathname: string, body: Buffer): JsonObject | undefined {
    if (method !== "POST" || pathname !== "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews") return undefined;
    // kubectl sends protobuf here; the answer is the same whatever it asks.
    const asked = body.toString("utf8", 0, 1) === "{" ? parseJson(body.toString("utf8")) : {};
    const spec = isObject(asked) ? (objectAt(asked, "spec") ?? {}) : {};
    return {
      kind: "SelfSubjectAccessReview",
      apiVersion: "authorization.k8s.io/v1",
      metadata: { creationTimestamp: null },
      spec,
      status: { allowed: true },
    };
  }
}

function wantsAggregated(accept: string | undefined): boolean {
  return parseAccept(accept ?? "").some(
    (range) =>
      range.type === "application/json" &&
      range.parameters.get("as") === "APIGroupDiscoveryList" &&
      range.parameters.get("v") === "v2",
  );
}
