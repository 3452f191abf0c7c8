import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clientHostNames, parseAuthority, resolveConfigHost } from "../../../../src/playground/mesh/hosts.ts";

describe("hosts", () => {
  it("in a VirtualService are short only without dots", () => {
    assert.equal(resolveConfigHost("podinfo", "demo"), "podinfo.demo.svc.cluster.local");
    assert.equal(resolveConfigHost("podinfo.demo", "demo"), "podinfo.demo");
    assert.equal(resolveConfigHost("Shop.Example.com", "demo"), "shop.example.com");
    assert.equal(resolveConfigHost("*", "demo"), "*");
  });

  it("of a client may be any short form of a Service's name", () => {
    for (const host of ["podinfo", "podinfo.demo", "podinfo.demo.svc"]) {
      assert.deepEqual(clientHostNames(host, "demo"), ["podinfo.demo.svc.cluster.local", host]);
    }
    assert.deepEqual(clientHostNames("shop.example.com", "demo"), ["shop.example.com"]);
  });

  it("are split from their port and folded to lower case", () => {
    assert.deepEqual(parseAuthority("PodInfo.demo:9898"), { host: "podinfo.demo", port: 9898 });
    assert.deepEqual(parseAuthority("podinfo"), { host: "podinfo", port: undefined });
    assert.deepEqual(parseAuthority(""), { host: "", port: undefined });
  });
});
