import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { PODS, SERVICES, VIRTUAL_SERVICES } from "./kubernetes-stub.ts";
import type { MeshUnderTest } from "./mesh-under-test.ts";
import { startMeshUnderTest } from "./mesh-under-test.ts";
import { pod, service, split, virtualService } from "./sample-objects.ts";

describe("a change of configuration", () => {
  let under: MeshUnderTest;
  afterEach(() => under.stop());

  const routeTo = (primary: number, canary: number) =>
    under.kubernetes.set(VIRTUAL_SERVICES, virtualService([{ route: split(primary, canary) }]));
  const versionNow = async () => (await under.ask()).version;
  const seesOnly = (version: string) => eventually(async () => assert.equal(await versionNow(), version));

  it("takes effect only after it has propagated", async () => {
    under = await startMeshUnderTest({ propagationMs: 300 });
    under.kubernetes.set(SERVICES, service("late"));
    await eventually(async () => assert.equal((await under.ask("/", { host: "late" })).status, 503));
    routeTo(100, 0);
    await seesOnly("6.0.0");

    const changedAt = performance.now();
    routeTo(0, 100);
    const atOnce = await versionNow();
    await seesOnly("6.1.0");

    assert.equal(atOnce, "6.0.0");
    assert.ok(performance.now() - changedAt >= 295);
  });

  it("is refused when the weights add up to 0 or a field is not known, and the previous one holds", async () => {
    under = await startMeshUnderTest();
    routeTo(0, 100);
    await seesOnly("6.1.0");

    for (const [broken, reason] of [
      [[{ route: split(0, 0) }], /http\[0\].*add up to 0/],
      [[{ route: split(101, -1) }], /weight/],
      [[{ route: [{ destination: { host: "podinfo-primary", subset: "v2" } }] }], /subset/],
      [[{ redirect: { uri: "/" } }], /redirect/],
      [[{ match: [{ uri: { regex: "(" } }], route: split(100, 0) }], /expression/],
      [[{ timeout: "soon", route: split(100, 0) }], /"soon" is not a duration/],
    ] as const) {
      under.kubernetes.set(VIRTUAL_SERVICES, virtualService(broken));
      await eventually(() => assert.match(under.mesh.refused().get("demo/podinfo") ?? "", reason));
      assert.deepEqual(await under.tally(5), { "6.1.0": 5 });
    }

    assert.equal(await under.metric("mesh_refused_configurations_total", { resource: "demo/podinfo" }), 6);
    routeTo(100, 0);
    await seesOnly("6.0.0");
    assert.equal(under.mesh.refused().size, 0);
  });

  it("gives a host to the older of two VirtualServices", async () => {
    under = await startMeshUnderTest();
    const older = virtualService([{ route: split(100, 0) }]);
    const younger = virtualService([{ route: split(0, 100) }]);
    under.kubernetes.set(VIRTUAL_SERVICES, {
      ...younger,
      metadata: { ...younger.metadata, name: "a-younger", creationTimestamp: "2026-02-01T00:00:00Z" },
    });
    await seesOnly("6.1.0");

    under.kubernetes.set(VIRTUAL_SERVICES, older);

    await seesOnly("6.0.0");
  });

  it("routes hosts outside the cluster and wildcards, the more exact one first", async () => {
    under = await startMeshUnderTest();
    under.kubernetes.set(VIRTUAL_SERVICES, virtualService([{ route: split(100, 0) }], ["shop.example.com", "podinfo"]));
    const wide = virtualService([{ route: split(0, 100) }], ["*.example.com"]);
    under.kubernetes.set(VIRTUAL_SERVICES, { ...wide, metadata: { ...wide.metadata, name: "wide" } });

    await eventually(async () => {
      assert.equal((await under.ask("/", { host: "shop.example.com" })).version, "6.0.0");
      assert.equal((await under.ask("/", { host: "a.b.example.com" })).version, "6.1.0");
      assert.equal((await under.ask("/", { host: "example.com" })).status, 404);
    });
  });

  for (const how of ["close", "reset", "gone"] as const) {
    it(`is not missed when the watch ends (${how})`, async () => {
      under = await startMeshUnderTest();
      routeTo(100, 0);
      await seesOnly("6.0.0");

      under.kubernetes.endWatches(how);
      routeTo(0, 100);

      await seesOnly("6.1.0");
    });
  }

  it("is noticed as a deletion even when it happened while nobody watched", async () => {
    under = await startMeshUnderTest();
    routeTo(100, 0);
    await seesOnly("6.0.0");

    under.kubernetes.endWatches("gone");
    under.kubernetes.delete(VIRTUAL_SERVICES, "podinfo");

    await eventually(async () => assert.equal((await under.ask()).status, 404));
  });

  it("is seen in version v1 as well, even when its CRD is applied only later", async () => {
    under = await startMeshUnderTest({}, [PODS, SERVICES]);
    assert.equal((await under.ask()).status, 404);

    const path = "/apis/networking.istio.io/v1/virtualservices";
    under.kubernetes.set(path, virtualService([{ route: split(0, 100) }]));

    await seesOnly("6.1.0");
  });

  it("sends requests to a pod as soon as it is ready, and not before", async () => {
    under = await startMeshUnderTest();
    routeTo(0, 100);
    await seesOnly("6.1.0");
    const second = { name: "canary-2", workload: "podinfo-canary", version: "6.2.0" };

    under.kubernetes.set(PODS, pod({ ...second, ready: false }));
    under.kubernetes.set(SERVICES, service("after"));
    under.kubernetes.set(PODS, pod({ name: "after-1", workload: "after" }));
    await eventually(async () => assert.equal((await under.ask("/", { host: "after" })).status, 200));
    assert.deepEqual(await under.tally(10), { "6.1.0": 10 });
    under.kubernetes.set(PODS, pod(second));

    await seesOnly("6.2.0");
    assert.deepEqual(await under.tally(10), { "6.1.0": 5, "6.2.0": 5 });
  });
});
