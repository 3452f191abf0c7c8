import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readHttpRoute } from "../../../src/mesh/gateway-api/http-route-record.ts";
import { buildHttpRoute, findLost, type Wanted } from "../../../src/mesh/gateway-api/http-route.ts";
import { asked } from "../../support/subjects.ts";
import { canaryWith } from "./samples.ts";

/** As an API server hands an object out: every name in its alphabetical place. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

describe("an HTTPRoute with rules that are derived from conditions", () => {
  it("is known again however the API server orders its fields", () => {
    const match = [{ uri: { prefix: "/a" }, method: { exact: "GET" }, headers: { "x-a": { exact: "1" } } }];
    const canary = canaryWith(
      { gatewayRefs: [{ name: "public" }], match },
      { provider: "gatewayapi:v1", analysis: { sessionAffinity: { cookieName: "canary" } } },
    );
    const affinity = { cookie: "canary=abc", primaryCookie: "", previousCookie: "" };
    const wanted: Wanted = { ...asked(20, "r-1/1", null), affinity };
    const built = JSON.parse(JSON.stringify(buildHttpRoute(canary, wanted))) as { metadata: object };

    const stored = sorted({ ...built, metadata: { ...built.metadata, resourceVersion: "1" } });

    assert.equal(findLost(canary, readHttpRoute(stored), wanted), null);
  });
});
