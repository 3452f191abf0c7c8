import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { RouterName } from "../../../src/mesh/registry.ts";
import { eventually } from "../../support/eventually.ts";
import { RoutedShop } from "./routed-shop.ts";

const MESHES: readonly RouterName[] = ["istio", "gatewayapi:v1"];
const NO_WEIGHTS = { stepWeight: undefined, iterations: 5 };
/** What an HTTPRoute without host names would leave to others. */
const SERVICE = { hosts: ["shop.demo", "shop.demo.svc.cluster.local"] };

for (const name of MESHES) {
  describe(`requests that the ${name} router routes`, () => {
    const shop = new RoutedShop(name);
    beforeEach(() => shop.start());
    afterEach(() => shop.stop());
    const canaryWith = (analysis: object, service: object = {}) =>
      shop.stage.canaryWith({ timeout: "5s", ...SERVICE, ...service }, analysis);

    it("are shared as the weights say", async () => {
      const canary = canaryWith({});

      await shop.route(canary, 0);
      assert.equal(await shop.canaryOf(20), 0);
      await shop.route(canary, 25);
      assert.equal(await shop.canaryOf(40), 10);
      await shop.route(canary, 100);
      assert.equal(await shop.canaryOf(20), 20);
    });

    it("go to the canary when an A/B test's conditions match them, and to primary otherwise", async () => {
      const match = [
        { headers: { "x-user": { exact: "ana" } } },
        { headers: { cookie: { regex: "^(.*;\\s*)?beta=always(;.*)?$" } } },
        { queryParams: { version: { exact: "next" } } },
        { headers: { "x-tenant": { prefix: "inner-" } } },
        { headers: { "x-mail": { suffix: ".example.com" } } },
        { headers: { "x-a": { exact: "1" }, "x-b": { exact: "2" } } },
      ];
      const canary = canaryWith({ ...NO_WEIGHTS, match });
      await shop.route(canary, 0);
      assert.equal(await shop.isCanary("/", { "x-user": "ana" }), false);

      await shop.route(canary, 100, { audience: "matched" });

      assert.equal(await shop.isCanary("/"), false);
      assert.equal(await shop.isCanary("/", { "x-user": "ana" }), true);
      assert.equal(await shop.isCanary("/", { "x-user": "anabel" }), false);
      assert.equal(await shop.isCanary("/", { cookie: "a=b; beta=always; c=d" }), true);
      assert.equal(await shop.isCanary("/", { cookie: "beta=never" }), false);
      assert.equal(await shop.isCanary("/?version=next"), true);
      assert.equal(await shop.isCanary("/?version=next2"), false);
      assert.equal(await shop.isCanary("/", { "x-tenant": "inner-7" }), true);
      assert.equal(await shop.isCanary("/", { "x-tenant": "outer" }), false);
      assert.equal(await shop.isCanary("/", { "x-mail": "a@shop.example.com" }), true);
      assert.equal(await shop.isCanary("/", { "x-mail": "a@example.org" }), false);
      assert.equal(await shop.isCanary("/", { "x-a": "1" }), false, "all conditions of one entry");
      assert.equal(await shop.isCanary("/", { "x-a": "1", "x-b": "2" }), true);
    });

    it("must match the manifest's own conditions as well to take part in an A/B test", async () => {
      const match = [{ queryParams: { beta: { exact: "1" } } }];
      const service = { match: [{ uri: { prefix: "/version" }, headers: { "x-api": { exact: "2" } } }] };
      const canary = canaryWith({ ...NO_WEIGHTS, match }, service);

      await shop.route(canary, 100, { audience: "matched" });

      assert.equal(await shop.isCanary("/version?beta=1", { "x-api": "2" }), true);
      assert.equal(await shop.isCanary("/version", { "x-api": "2" }), false);
      assert.equal((await shop.ask("/?beta=1", { headers: { "x-api": "2" } })).status, 404);
      assert.equal((await shop.ask("/version?beta=1")).status, 404);
    });

    it("are copied to the canary while primary answers them", async () => {
      const canary = canaryWith({ ...NO_WEIGHTS, mirror: true });
      await shop.route(canary, 0, { mirrored: true });
      const before = await shop.seenBy("shop");

      assert.equal(await shop.canaryOf(12), 0);

      await eventually(async () => assert.equal(await shop.seenBy("shop"), before + 12));
      assert.equal(await shop.seenBy("shop", "source"), await shop.seenBy("shop", "source"));
      await shop.route(canary, 0);
      await shop.canaryOf(5);
      assert.equal(await shop.seenBy("shop"), before + 12, "no copy after mirroring has stopped");
    });

    it("are copied by the share that the manifest names", async () => {
      const canary = canaryWith({ ...NO_WEIGHTS, mirror: true, mirrorWeight: 25 });
      await shop.route(canary, 0, { mirrored: true });
      const before = await shop.seenBy("shop");

      await shop.canaryOf(20);

      await eventually(async () => assert.equal(await shop.seenBy("shop"), before + 5));
    });
  });
}

describe("requests from workloads in the mesh", () => {
  const shop = new RoutedShop("istio");
  beforeEach(() => shop.start());
  afterEach(() => shop.stop());

  it("take part in an A/B test by the labels of the workload that sends them", async () => {
    const match = [{ sourceLabels: { team: "qa" }, headers: { "x-beta": { exact: "1" } } }];
    const canary = shop.stage.canaryWith(SERVICE, { ...NO_WEIGHTS, match });
    await shop.route(canary, 100, { audience: "matched" });
    const from = (labels: Record<string, string>) =>
      shop.sidecar({ workload: "front", namespace: "demo", labels: { app: "front", ...labels } });
    const [tester, other] = [await from({ team: "qa" }), await from({ team: "web" })];

    assert.equal(await shop.isCanary("/", { "x-beta": "1" }, tester), true);
    assert.equal(await shop.isCanary("/", {}, tester), false);
    assert.equal(await shop.isCanary("/", { "x-beta": "1" }, other), false);
    assert.equal(await shop.isCanary("/", { "x-beta": "1" }), false, "from outside");
  });
});

describe("requests without a mesh", () => {
  const shop = new RoutedShop("kubernetes");
  beforeEach(() => shop.start());
  afterEach(() => shop.stop());

  it("follow the apex Service: all to primary, or all to the canary", async () => {
    const canary = shop.stage.canaryWith({ targetPort: 8080 });

    await shop.route(canary, 0);
    assert.equal(await shop.canaryOf(10), 0);
    await shop.route(canary, 100);
    assert.equal(await shop.canaryOf(10), 10);
    await shop.route(canary, 0);
    assert.equal(await shop.canaryOf(10), 0);
  });
});
