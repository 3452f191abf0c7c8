import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCanary } from "../../../src/rollout/manifest/read-canary.ts";
import { CONTEXT, manifest } from "./sample-manifest.ts";

const GATEWAY = { name: "public", namespace: "ingress" };
const problemOf = (service: Record<string, unknown>) =>
  readCanary(manifest({ service: { gatewayRefs: [GATEWAY], ...service }, spec: {} }), {
    ...CONTEXT,
    defaultProvider: "gatewayapi:v1",
  }).problem;

/** By the field of `spec.service` that must be named. */
const WRONG: Readonly<Record<string, Record<string, unknown>>> = {
  "gatewayRefs[1]": { gatewayRefs: [GATEWAY, { ...GATEWAY, sectionName: "http" }] },
  "match[0].method": { match: [{ method: { exact: "get" } }] },
  "match[0].uri": { match: [{ uri: { prefix: "/a/../b" } }] },
  "rewrite.authority": { rewrite: { authority: "shop:80" } },
  "headers.request.set.x-a": { headers: { request: { set: { "x-a": "" } } } },
  "headers.response.add.x a": { headers: { response: { add: { "x a": "1" } } } },
  "mirror[0].backendRef": { mirror: [{}] },
  "corsPolicy.maxAge": { corsPolicy: { maxAge: "soon" } },
  "corsPolicy.allowMethods[0]": { corsPolicy: { allowMethods: ["FETCH"] } },
};

describe("a value that no HTTPRoute can have", () => {
  for (const [field, service] of Object.entries(WRONG)) {
    it(`is a problem at ${field}, not left to the server and not lost`, () =>
      assert.equal(problemOf(service)?.path, `spec.service.${field}`));
  }

  it("is told from those that look like one", () => {
    const listeners = [
      { ...GATEWAY, sectionName: "http" },
      { ...GATEWAY, sectionName: "https" },
    ];
    const ports = [
      { ...GATEWAY, port: 80 },
      { ...GATEWAY, port: 443 },
    ];
    const match = [{ uri: { prefix: "/a/..b/%20" }, method: { exact: "GET" } }];
    const corsPolicy = { allowMethods: ["*"], maxAge: "1m0.5s" };

    assert.equal(problemOf({ gatewayRefs: listeners, match, corsPolicy, rewrite: { uri: "/" } }), null);
    assert.equal(problemOf({ gatewayRefs: ports }), null);
  });
});
