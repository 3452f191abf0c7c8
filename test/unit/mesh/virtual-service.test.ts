import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildVirtualService, editVirtualService, observeRoute } from "../../../src/mesh/istio/virtual-service.ts";
import { readVirtualService } from "../../../src/mesh/istio/virtual-service-record.ts";
import { applyJsonPatch } from "../../../src/playground/kubernetes/patch/json-patch.ts";
import type { Canary } from "../../../src/rollout/canary.ts";
import { asked } from "../../support/subjects.ts";
import { canaryWith, destination, foreignService, type Shape } from "./samples.ts";

const wanted = (percent: number, stamp = "a-1/2") => asked(percent, stamp, null);
const stored = (object: object, version = "41"): Shape => {
  const copy = structuredClone(object) as Shape;
  copy.metadata.resourceVersion = version;
  return copy;
};
const observe = (canary: Canary, object: object) => observeRoute(canary, readVirtualService(object));
const edit = (canary: Canary, object: object, percent: number): Shape =>
  applyJsonPatch(
    object as never,
    editVirtualService(canary, readVirtualService(object), wanted(percent)) as never,
  ) as unknown as Shape;
const ours = (primary: number, canary: number) => ({
  route: [destination("shop-primary", primary), destination("shop-canary", canary)],
});

describe("a VirtualService of ours", () => {
  for (const percent of [0, 1, 50, 100]) {
    it(`says ${percent} % as it was told, with every weight written out`, () => {
      const canary = canaryWith();

      const built = stored(buildVirtualService(canary, wanted(percent)));

      assert.deepEqual(built.spec.http[0]?.route, ours(100 - percent, percent).route);
      assert.deepEqual(observe(canary, built), {
        kind: "present",
        weight: percent,
        mirrored: false,
        audience: "everyone",
        stamp: "a-1/2",
        intact: true,
        resourceVersion: "41",
      });
    });
  }

  it("carries hosts, gateways, metadata and every part that the manifest gives the route", () => {
    const service = {
      hosts: ["shop.example.com"],
      gateways: ["public", "mesh"],
      timeout: "5s",
      retries: { attempts: 3 },
      match: [{ uri: { prefix: "/" } }],
      rewrite: { uri: "/v2" },
      headers: { request: { add: { "x-a": "1" } } },
      corsPolicy: { allowOrigin: ["*"] },
      apex: { labels: { team: "shop" }, annotations: { "example.com/a": "b" } },
    };

    const built = stored(buildVirtualService(canaryWith(service), wanted(0)));

    const { timeout, retries, match, rewrite, headers, corsPolicy } = service;
    assert.deepEqual(built.spec.hosts, ["shop.example.com", "shop"]);
    assert.deepEqual(built.spec.gateways, ["public", "mesh"]);
    assert.deepEqual(built.spec.http, [{ ...ours(100, 0), timeout, retries, match, rewrite, headers, corsPolicy }]);
    assert.deepEqual(built.metadata.labels, { team: "shop" });
    assert.deepEqual(built.metadata.annotations, {
      "example.com/a": "b",
      "kustomize.toolkit.fluxcd.io/reconcile": "disabled",
      "helm.toolkit.fluxcd.io/driftDetection": "disabled",
      "coalmine.dev/stamp": "a-1/2",
    });
    assert.equal(built.metadata.ownerReferences[0]?.controller, true);
  });

  it("is edited in nothing but weights and stamp when only those differ", () => {
    const canary = canaryWith();
    const before = stored(buildVirtualService(canary, wanted(0)));

    const operations = editVirtualService(canary, readVirtualService(before), wanted(30, "a-1/3"));

    assert.deepEqual(operations, [
      { op: "replace", path: "/metadata/resourceVersion", value: "41" },
      { op: "replace", path: "/metadata/annotations/coalmine.dev~1stamp", value: "a-1/3" },
      { op: "replace", path: "/spec/http/0/route/0/weight", value: 70 },
      { op: "replace", path: "/spec/http/0/route/1/weight", value: 30 },
    ]);
  });

  it("is not intact, and is repaired without touching the weight's meaning, when the manifest changed", () => {
    const before = stored(buildVirtualService(canaryWith({ timeout: "5s", match: [{ port: 80 }] }), wanted(40)));
    const canary = canaryWith({ hosts: ["new.example.com"], timeout: "9s", apex: { labels: { a: "b" } } });
    const seen = observe(canary, before);
    assert.ok(seen.kind === "present" && !seen.intact && seen.weight === 40);

    const after = edit(canary, before, 40);

    const again = observe(canary, stored(after, "42"));
    assert.ok(again.kind === "present" && again.intact && again.weight === 40);
    assert.equal(after.spec.http[0]?.["timeout"], "9s");
    assert.equal("match" in (after.spec.http[0] ?? {}), false);
  });

  it("stays intact when others add annotations, labels or fields that are not ours", () => {
    const canary = canaryWith();
    const object = stored(buildVirtualService(canary, wanted(20)));
    object.metadata.annotations["argocd/tracking"] = "x";
    object.metadata.labels = { extra: "1" };
    Object.assign(object.spec.http[0] ?? {}, { mirror: { host: "shadow" } });

    const seen = observe(canary, object);

    assert.ok(seen.kind === "present" && seen.intact);
    assert.deepEqual(edit(canary, object, 30).spec.http[0]?.["mirror"], { host: "shadow" });
  });
});

describe("a VirtualService that somebody else made", () => {
  const foreignRules = [
    {
      match: [{ uri: { prefix: "/admin" } }],
      route: [destination("admin")],
      timeout: "1s",
      unknownField: { deep: [1, null] },
    },
    { name: "static", match: [{ uri: { prefix: "/static" } }], redirect: { uri: "/x" } },
  ];

  it("keeps foreign rules byte for byte and in order, with hosts and gateways", () => {
    const [first, second] = foreignRules;
    const before = foreignService([first ?? {}, { ...ours(90, 10), timeout: "3s" }, second ?? {}]);

    const after = edit(canaryWith(), before, 55);

    assert.equal(JSON.stringify(after.spec.http[0]), JSON.stringify(first));
    assert.equal(JSON.stringify(after.spec.http[2]), JSON.stringify(second));
    assert.deepEqual(after.spec.http[1], { ...ours(45, 55), timeout: "3s" });
    assert.deepEqual(after.spec.hosts, ["shop.example.com"]);
    assert.deepEqual(after.spec.gateways, ["public"]);
    assert.equal(after.metadata.annotations["coalmine.dev/stamp"], "a-1/2");
  });

  it("is read wherever our rule and its destinations stand, and however the hosts are written", () => {
    const route = [destination("shop-canary.demo.svc.cluster.local", 35), destination("shop-primary.demo", 65)];
    const object = foreignService([...foreignRules, { route }]);

    const seen = observe(canaryWith(), object);

    assert.equal(seen.kind === "present" ? seen.weight : null, 35);
    const after = edit(canaryWith(), object, 5);
    assert.deepEqual(
      after.spec.http[2]?.route.map((one) => one.weight),
      [5, 95],
    );
  });

  it("takes a missing weight for zero", () => {
    const object = foreignService([{ route: [destination("shop-primary", 100), destination("shop-canary")] }]);

    const seen = observe(canaryWith(), object);

    assert.equal(seen.kind === "present" ? seen.weight : null, 0);
    assert.equal(seen.kind === "present" && edit(canaryWith(), object, 5).spec.http[0]?.route[1]?.weight, 5);
  });

  const unusable: Readonly<Record<string, readonly object[] | undefined>> = {
    "no HTTP rules at all": undefined,
    "no rule of ours": foreignRules,
    "weights that do not add up": [ours(50, 30)],
    "no weights": [{ route: [destination("shop-primary"), destination("shop-canary")] }],
    "a third destination": [{ route: [...ours(50, 30).route, destination("shop-next", 20)] }],
    "negative weights": [ours(-10, 110)],
    "two rules that disagree": [{ ...ours(90, 10), match: [{ port: 1 }] }, ours(50, 50)],
  };
  for (const [what, http] of Object.entries(unusable)) {
    it(`is unusable with ${what}, says so, and is mended by the next write`, () => {
      const object = foreignService(http);

      const seen = observe(canaryWith(), object);

      assert.ok(seen.kind === "unusable");
      assert.match(seen.problem, /./);
      const mended = observe(canaryWith(), stored(edit(canaryWith(), object, 25), "42"));
      assert.ok(mended.kind === "present" && mended.weight === 25 && mended.intact);
    });
  }

  it("gets its rule to the apex Service turned into ours, with its own fields", () => {
    const rule = { match: [{ uri: { prefix: "/" } }], timeout: "7s", route: [destination("shop", 100)] };
    const object = foreignService([foreignRules[0] ?? {}, rule]);

    const after = edit(canaryWith(), object, 0);

    assert.deepEqual(after.spec.http, [foreignRules[0], { ...rule, ...ours(100, 0) }]);
  });

  it("is edited in all rules of ours at once", () => {
    const object = foreignService([{ ...ours(90, 10), match: [{ port: 1 }] }, ours(90, 10)]);

    const after = edit(canaryWith(), object, 60);

    assert.deepEqual(
      after.spec.http.map((rule) => rule.route[1]?.weight),
      [60, 60],
    );
  });
});
