import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, describe, it } from "node:test";
import { startLoad } from "../../../src/playground/mesh/load.ts";
import { silentLog } from "../../../src/playground/services/log.ts";
import { eventually } from "../../support/eventually.ts";
import { PODS, SERVICES, VIRTUAL_SERVICES } from "./kubernetes-stub.ts";
import type { MeshUnderTest } from "./mesh-under-test.ts";
import { startMeshUnderTest } from "./mesh-under-test.ts";
import { pod, service, virtualService } from "./sample-objects.ts";

describe("when a pod or its answer fails", () => {
  let under: MeshUnderTest;
  before(async () => {
    // Slow enough that requests reach a pod that is gone before the mesh has heard of it.
    under = await startMeshUnderTest({ propagationMs: 150 });
  });
  after(() => under.stop());

  async function withService(name: string, pods: readonly string[]): Promise<void> {
    under.kubernetes.set(SERVICES, service(name));
    for (const one of pods) under.kubernetes.set(PODS, pod({ name: one, workload: name, version: "6.0.0" }));
    await eventually(async () => assert.equal((await under.ask("/", { host: name })).status, 200));
  }

  async function withRule(name: string, rule: object): Promise<void> {
    await withService(`${name}-pods`, [`${name}-1`, `${name}-2`]);
    const spec = virtualService([{ route: [{ destination: { host: `${name}-pods` } }], ...rule }], [name]);
    under.kubernetes.set(VIRTUAL_SERVICES, { ...spec, metadata: { ...spec.metadata, name } });
    await eventually(async () => assert.equal((await under.ask("/healthz", { host: name })).status, 200));
  }

  it("hides from clients that a pod went away while another is ready", async () => {
    await withService("steady", ["steady-1", "steady-2"]);
    const countedBy = (reporter: string) =>
      under.metric("istio_requests_total", { destination_service_name: "steady", reporter });
    const [source, destination] = [await countedBy("source"), await countedBy("destination")];
    const load = startLoad({ meshUrl: under.mesh.url, host: "steady.demo", perSecond: 200, log: silentLog });
    await eventually(() => assert.ok(load.counts().succeeded > 40));

    const before = load.counts().sent;
    under.kubernetes.delete(PODS, "steady-1");
    await eventually(() => assert.ok(load.counts().sent > before + 100));
    await load.stop();

    const { sent, succeeded, failed } = load.counts();
    assert.equal(failed, 0);
    assert.equal(succeeded, sent);
    await eventually(async () => {
      assert.equal(await countedBy("source"), source + sent);
      assert.equal(await countedBy("destination"), destination + sent);
    });
  });

  it("says 503 with the flags UF and URX when every attempt is refused", async () => {
    await withService("alone", ["alone-1"]);

    under.kubernetes.delete(PODS, "alone-1");
    const statuses = new Set<number>();
    await eventually(async () => {
      statuses.add((await under.ask("/", { host: "alone" })).status);
      assert.ok((await under.metric("istio_requests_total", { response_flags: "UF,URX" })) > 0);
    });

    assert.ok(statuses.has(503));
    const refusedAtPod = { reporter: "destination", destination_service_name: "alone", response_code: "503" };
    assert.equal(await under.metric("istio_requests_total", refusedAtPod), 0);
  });

  it("passes an ordinary 503 on without asking again", async () => {
    await withRule("plain", {});

    const answer = await under.ask("/status/503", { host: "plain" });

    assert.equal(answer.status, 503);
    const at = { destination_workload: "plain-pods", response_code: "503", reporter: "destination" };
    assert.equal(await under.metric("istio_requests_total", at), 1);
  });

  it("repeats an answer as often as the rule's retries say", async () => {
    await withRule("again", { retries: { attempts: 3, retryOn: "5xx" } });

    const answer = await under.ask("/status/500", { host: "again" });

    assert.equal(answer.status, 500);
    const labels = { destination_workload: "again-pods", response_code: "500" };
    await eventually(async () => {
      assert.equal(await under.metric("istio_requests_total", { ...labels, reporter: "destination" }), 4);
      assert.equal(await under.metric("istio_requests_total", { ...labels, reporter: "source" }), 1);
    });
  });

  it("gives up at the rule's timeout with 504", async () => {
    await withRule("hasty", { timeout: "80ms" });

    const answer = await under.ask("/delay/2", { host: "hasty" });

    assert.equal(answer.status, 504);
    assert.equal(answer.text, "upstream request timeout");
    const labels = { destination_workload: "hasty-pods", response_code: "504", response_flags: "UT" };
    assert.equal(await under.metric("istio_requests_total", labels), 1);
  });

  it("counts a client that went away as DC and code 0", async () => {
    await withRule("impatient", {});

    const outgoing = request(`${under.mesh.url}/delay/3`, { headers: { host: "impatient" } });
    outgoing.on("error", () => {});
    outgoing.end();
    setTimeout(() => outgoing.destroy(), 50);

    await eventually(async () => {
      const labels = { destination_workload: "impatient-pods", response_code: "0", response_flags: "DC" };
      assert.equal(await under.metric("istio_requests_total", { ...labels, reporter: "source" }), 1);
      assert.equal(await under.metric("istio_requests_total", { ...labels, reporter: "destination" }), 1);
    });
  });

  it("makes a version fail or slow while it runs", async () => {
    await withService("scenario", ["scenario-1"]);

    under.catalog.override("6.0.0", { errorShare: 1 });
    const failing = await under.tally(10, { host: "scenario" });
    under.catalog.override("6.0.0", { errorShare: 0, medianMs: 60, p99Ms: 60 });
    const startedAt = performance.now();
    const slow = await under.tally(1, { host: "scenario" });

    assert.deepEqual(failing, { "500": 10 });
    assert.deepEqual(slow, { "6.0.0": 1 });
    assert.ok(performance.now() - startedAt >= 55);
    under.catalog.override("6.0.0", { errorShare: 0, medianMs: 0, p99Ms: 0 });
  });
});
