import type { Mesh, RefusedShape, Shape } from "./shapes.ts";

const GATEWAY = { name: "public", namespace: "ingress" };
const MIRROR = { backendRef: { name: "audit", port: 80 } };

/** Everything that reaches an HTTPRoute. A new value is a row. */
export const GATEWAY_API: Mesh = {
  definitions: "gateway-api",
  always: { gatewayRefs: [GATEWAY] },
  shapes: {
    gatewayRefs: {
      "one in the same namespace": [{ name: "public" }],
      "two listeners of one": [
        { ...GATEWAY, sectionName: "http" },
        { ...GATEWAY, sectionName: "https" },
      ],
      "a port of one": [{ ...GATEWAY, port: 8080 }],
      "a Service of a mesh": [{ group: "", kind: "Service", name: "shop", port: 80 }, GATEWAY],
    },
    hosts: {
      "one host": ["shop.example.com"],
      "several hosts": ["shop.example.com", "*.example.com"],
      "all hosts": ["*"],
    },
    timeout: { seconds: "15s", "mixed units": "1m30s", "no limit": "0s" },
    backendTimeout: { milliseconds: "500ms", seconds: "1s" },
    match: {
      "a prefix": [{ uri: { prefix: "/api" } }],
      "a pattern": [{ uri: { regex: "/v[0-9]+/.*" }, method: { exact: "GET" } }],
      "every condition": [
        {
          name: "all",
          uri: { exact: "/" },
          method: { exact: "POST" },
          headers: {
            "X-Team": { exact: "a" },
            "x-empty": { exact: "" },
            "x-begin": { prefix: "a.b" },
            cookie: { regex: "^(.*?;)?(user=test)(;.*)?$" },
            "x-any": {},
          },
          queryParams: { version: { exact: "2" }, Begin: { prefix: "x" } },
        },
      ],
      "one of two": [{ uri: { prefix: "/a" } }, { headers: { "x-b": { exact: "1" } } }],
      "any of many": Array.from({ length: 32 }, (_, index) => ({ uri: { prefix: `/${index}` } })),
      "an empty entry": [{}],
    },
    rewrite: {
      "the path": { uri: "/" },
      "the prefix": { uri: "/v1", type: "ReplacePrefixMatch" },
      "the host": { authority: "shop.demo" },
      both: { uri: "/v1", authority: "shop", type: "ReplaceFullPath" },
      nothing: {},
    },
    headers: {
      "of requests": { request: { add: { "x-a": "1" }, set: { "X-B": "2" }, remove: ["x-c"] } },
      "of answers": { response: { add: { "x-a": "1", "Set-Cookie": "a=b" }, remove: ["x-c"] } },
      none: { request: {}, response: {} },
    },
    corsPolicy: {
      "all of it": {
        allowOrigins: [{ exact: "https://example.com" }, { exact: "http://*.example.com:8080" }],
        allowMethods: ["GET", "OPTIONS"],
        allowHeaders: ["x-a"],
        exposeHeaders: ["x-b"],
        allowCredentials: true,
        maxAge: "24h",
      },
      "the older list of origins": { allowOrigin: ["*"] },
      "every method": { allowOrigin: ["https://example.com"], allowMethods: ["*"], allowHeaders: ["*"] },
    },
    mirror: {
      "to a Service": [MIRROR],
      "to two places": [MIRROR, { backendRef: { name: "audit", namespace: "other", port: 8080 } }],
      "to another kind": [{ backendRef: { group: "example.com", kind: "Sink", name: "audit" } }],
    },
    apex: { "labels and annotations": { labels: { team: "a" }, annotations: { "example.com/b": "c" } } },
  },
  clash: isPrefixLess,
  refused: [
    refused("a time limit that is none", { timeout: "soon" }, "timeout", /timeouts\.request/),
    refused("one parent twice", { gatewayRefs: [GATEWAY, GATEWAY] }, "gatewayRefs[1]", /sectionName must be/),
    refused("a method in small letters", { match: [{ method: { exact: "get" } }] }, "match[0].method", /method/),
    refused("a path with an empty part", { match: [{ uri: { prefix: "/a//b" } }] }, "match[0].uri", /must not contain/),
    refused("a path with a space", { match: [{ uri: { exact: "/a b" } }] }, "match[0].uri", /valid characters/),
    refused("a host with a port", { rewrite: { authority: "shop:80" } }, "rewrite.authority", /hostname/),
    refused(
      "a header without a value",
      { headers: { request: { set: { "x-a": "" } } } },
      "headers.request.set.x-a",
      /value/,
    ),
    refused("a mirror to nowhere", { mirror: [{}] }, "mirror[0].backendRef", /backendRef/),
    refused(
      "a method that is none",
      { corsPolicy: { allowMethods: ["FETCH"] } },
      "corsPolicy.allowMethods[0]",
      /allowMethods/,
    ),
  ],
};

/** A prefix is replaced where a rule takes just one. */
function isPrefixLess({ rewrite, match }: Shape["service"], conditions = 0): boolean {
  const { type } = (rewrite ?? {}) as { type?: string };
  const [first, ...more] = (match ?? []) as readonly { uri?: { prefix?: string } }[];
  if (type !== "ReplacePrefixMatch") return false;
  if (first === undefined) return conditions > 1;
  return more.length > 0 || (first.uri !== undefined && first.uri.prefix === undefined);
}

/** What both know: reading by this field of `spec.service`, the server by this reason. */
function refused(name: string, service: Shape["service"], field: string, reason: RegExp): RefusedShape {
  return { name, service, problem: `spec.service.${field}`, reason };
}
