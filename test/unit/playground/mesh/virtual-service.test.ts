import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GATEWAY } from "../../../../src/playground/mesh/matching.ts";
import type { RequestFacts } from "../../../../src/playground/mesh/matching.ts";
import { compileVirtualService, rewrittenPath } from "../../../../src/playground/mesh/virtual-service.ts";

function facts(given: Partial<RequestFacts> = {}): RequestFacts {
  const query = new URLSearchParams();
  return { method: "GET", path: "/", query, authority: "podinfo", source: GATEWAY, headers: new Map(), ...given };
}

/** Whether one `match` entry takes a request. */
function takes(match: object, request: Partial<RequestFacts>): boolean {
  const route = [{ destination: { host: "podinfo" } }];
  const { rules } = compileVirtualService({ hosts: ["podinfo"], http: [{ match: [match], route }] }, "demo");
  return rules[0]!.matchedPrefix(facts(request)) !== undefined;
}

describe("a match", () => {
  it("compares a path exactly, by prefix or by an expression for the whole of it", () => {
    assert.ok(takes({ uri: { exact: "/a" } }, { path: "/a" }));
    assert.ok(!takes({ uri: { exact: "/a" } }, { path: "/a/" }));
    assert.ok(takes({ uri: { prefix: "/a" } }, { path: "/abc" }));
    assert.ok(takes({ uri: { regex: "/v[12]" } }, { path: "/v2" }));
    assert.ok(!takes({ uri: { regex: "/v[12]" } }, { path: "/v2/more" }));
    assert.ok(takes({ uri: { prefix: "/API" }, ignoreUriCase: true }, { path: "/api/x" }));
    assert.ok(takes({ uri: { regex: "(?i)/api" } }, { path: "/API" }));
  });

  it("looks at headers without regard to the case of their names", () => {
    const headers = new Map([["x-user", ["ana"]]]);

    assert.ok(takes({ headers: { "X-User": { exact: "ana" } } }, { headers }));
    assert.ok(!takes({ headers: { "x-user": { exact: "Ana" } } }, { headers }));
    assert.ok(takes({ headers: { "x-user": {} } }, { headers }), "asks only that it is there");
    assert.ok(!takes({ headers: { "x-other": {} } }, { headers }));
    assert.ok(!takes({ withoutHeaders: { "x-user": {} } }, { headers }));
    assert.ok(takes({ withoutHeaders: { "x-user": { exact: "lee" } } }, { headers }));
  });

  it("joins several cookies before it looks for one", () => {
    const headers = new Map([["cookie", ["a=b", "canary=abc"]]]);

    assert.ok(takes({ headers: { Cookie: { regex: ".*canary.*abc.*" } } }, { headers }));
  });

  it("asks for all conditions of an entry and any entry of a list", () => {
    const both = { method: { exact: "POST" }, authority: { prefix: "pod" } };

    assert.ok(takes(both, { method: "POST" }));
    assert.ok(!takes(both, { method: "GET" }));
    assert.ok(!takes(both, { method: "POST", authority: "checkout" }));
  });

  it("sees that requests come from the gateway", () => {
    assert.ok(takes({ sourceNamespace: "istio-system", sourceLabels: { istio: "ingressgateway" } }, {}));
    assert.ok(!takes({ sourceLabels: { app: "frontend" } }, {}));
    assert.ok(!takes({ sourceNamespace: "demo" }, {}));
  });

  it("does not hang the rule on gateways and ports", () => {
    assert.ok(takes({ gateways: ["istio-system/public"], port: 80 }, {}));
  });
});

describe("a spec", () => {
  const compile = (spec: object) => compileVirtualService(spec, "demo");

  it("takes whole weights from 0 to 100, a missing one as 0", () => {
    const route = (weights: readonly (number | undefined)[]) => ({
      hosts: ["podinfo"],
      http: [{ route: weights.map((weight, index) => ({ destination: { host: `v${index}` }, weight })) }],
    });
    const choose = compile(route([100, undefined])).rules[0]!.chooseDestination;

    assert.deepEqual(new Set([choose().host, choose().host]), new Set(["v0.demo.svc.cluster.local"]));
    assert.throws(() => compile(route([undefined, undefined])), /http\[0\]/);
    assert.throws(() => compile(route([0, 0])), /http\[0\]/);
    assert.throws(() => compile(route([-1, 101])), /weight/);
    assert.throws(() => compile(route([99.5, 0.5])), /weight/);
  });

  it("is refused for what this mesh does not do, by name", () => {
    const route = [{ destination: { host: "podinfo" } }];
    for (const field of ["fault", "redirect", "directResponse"]) {
      assert.throws(() => compile({ hosts: ["podinfo"], http: [{ route, [field]: {} }] }), new RegExp(field));
    }
    assert.deepEqual(compile({ hosts: [], http: [{ route }] }).hosts, [], "another VirtualService may delegate to it");
    assert.throws(() => compile({ hosts: ["podinfo"], http: [{ route: [] }] }), /route/);
  });

  it("waits without limit for a timeout of 0", () => {
    const http = [{ timeout: "0s", route: [{ destination: { host: "podinfo" } }] }];

    assert.equal(compile({ hosts: ["podinfo"], http }).rules[0]!.timeoutMs, undefined);
  });

  it("retries twice what certainly did nothing, unless it says otherwise", () => {
    const policy = (retries?: object) =>
      compile({ hosts: ["podinfo"], http: [{ retries, route: [{ destination: { host: "podinfo" } }] }] }).rules[0]!
        .retries;

    assert.equal(policy().attempts, 2);
    assert.ok(policy().retriesFailure("connect-failure") && policy().retriesFailure("reset-before-request"));
    assert.ok(!policy().retriesFailure("reset") && !policy().retriesStatus(503));
    assert.equal(policy({ attempts: 0 }).attempts, 0);
    assert.ok(policy({ attempts: 1, retryOn: "gateway-error" }).retriesStatus(503));
    assert.ok(!policy({ attempts: 1, retryOn: "gateway-error" }).retriesStatus(500));
    assert.ok(policy({ attempts: 1, retryOn: "connect-failure,429" }).retriesStatus(429));
    assert.throws(() => policy({ attempts: 1, perTryTimeout: "soon" }), /http\[0\]/);
  });
});

describe("a rewritten path", () => {
  it("has its matched prefix replaced, or all of it", () => {
    assert.equal(rewrittenPath("/api/v1/x", { uri: "/", prefix: "/api/" }), "/v1/x");
    assert.equal(rewrittenPath("/old", { uri: "/new", prefix: "" }), "/new");
    assert.equal(rewrittenPath("/same", { uri: undefined, prefix: "/" }), "/same");
  });
});
