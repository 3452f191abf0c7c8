import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { VIRTUAL_SERVICES } from "./kubernetes-stub.ts";
import type { MeshUnderTest } from "./mesh-under-test.ts";
import { startMeshUnderTest } from "./mesh-under-test.ts";
import { split, virtualService } from "./sample-objects.ts";

describe("mirroring", () => {
  let under: MeshUnderTest;
  before(async () => {
    under = await startMeshUnderTest();
  });
  after(() => under.stop());

  async function mirrored(): Promise<number> {
    return under.metric("istio_requests_total", { reporter: "destination", destination_workload: "podinfo-canary" });
  }

  async function mirror(rule: object): Promise<void> {
    const path = `/marker-${Math.random()}`;
    const marker = { match: [{ uri: { exact: path } }], route: [{ destination: { host: "podinfo-primary" } }] };
    const rules = [
      { ...marker, rewrite: { uri: "/version" } },
      { route: split(100, 0), ...rule },
    ];
    under.kubernetes.set(VIRTUAL_SERVICES, virtualService(rules));
    await eventually(async () => assert.equal((await under.ask(path)).status, 200));
  }

  it("sends a copy of every request, and only the first answer to the client", async () => {
    await mirror({ mirror: { host: "podinfo-canary" } });
    const before = await mirrored();

    const tally = await under.tally(20);

    assert.deepEqual(tally, { "6.0.0": 20 });
    await eventually(async () => assert.equal(await mirrored(), before + 20));
    assert.ok(
      under.mesh.traffic().every(({ version }) => version !== "6.1.0"),
      "a copy is not traffic",
    );
  });

  it("copies the stated percentage", async () => {
    await mirror({ mirror: { host: "podinfo-canary" }, mirrorPercentage: { value: 25 } });
    const before = await mirrored();

    await under.tally(40);

    await eventually(async () => assert.equal(await mirrored(), before + 10));
  });

  it("does not let a failing copy reach the client", async () => {
    under.catalog.override("6.1.0", { errorShare: 1 });
    await mirror({ mirror: { host: "podinfo-canary" } });
    assert.deepEqual(await under.tally(5), { "6.0.0": 5 });

    await mirror({ mirror: { host: "nobody" } });
    assert.deepEqual(await under.tally(5), { "6.0.0": 5 });
  });
});
