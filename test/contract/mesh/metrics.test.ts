import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startLoad } from "../../../src/playground/mesh/load.ts";
import type { Load } from "../../../src/playground/mesh/load.ts";
import { silentLog } from "../../../src/playground/services/log.ts";
import type { PrivatePrometheus } from "../../../src/playground/services/prometheus.ts";
import { startPrometheus } from "../../../src/playground/services/prometheus.ts";
import { eventually } from "../../support/eventually.ts";
import { PODS, VIRTUAL_SERVICES } from "./kubernetes-stub.ts";
import type { MeshUnderTest } from "./mesh-under-test.ts";
import { startMeshUnderTest } from "./mesh-under-test.ts";
import { pod, split, virtualService } from "./sample-objects.ts";

describe("the mesh's metrics", () => {
  let under: MeshUnderTest;
  before(async () => {
    under = await startMeshUnderTest();
  });
  after(() => under.stop());

  it("bear Istio's names and labels", async () => {
    const labels = { "app.kubernetes.io/name": "podinfo", version: "v2" };
    under.kubernetes.set(PODS, pod({ name: "canary-1", workload: "podinfo-canary", version: "6.1.0", labels }));
    await eventually(async () => {
      await under.ask("/", { host: "podinfo-canary" });
      assert.ok((await under.metric("istio_requests_total", { destination_version: "v2" })) > 0);
    });

    const text = await (await fetch(under.mesh.metricsUrl)).text();
    const line = text.split("\n").find((one) => one.includes('reporter="destination"') && one.includes('version="v2"'));

    for (const pair of [
      'source_workload="istio-ingressgateway"',
      'source_workload_namespace="istio-system"',
      'destination_workload="podinfo-canary"',
      'destination_workload_namespace="demo"',
      'destination_service="podinfo-canary.demo.svc.cluster.local"',
      'destination_service_name="podinfo-canary"',
      'destination_service_namespace="demo"',
      'destination_app="podinfo-canary"',
      'destination_canonical_service="podinfo"',
      'destination_canonical_revision="v2"',
      'response_code="200"',
      'response_flags="-"',
      'request_protocol="http"',
      'connection_security_policy="none"',
    ]) {
      assert.ok(line?.includes(pair), `${pair} in ${line}`);
    }
  });

  it("count a request once at its source and once at its destination, with its duration", async () => {
    const at = { destination_workload: "podinfo-primary" };
    await under.tally(7, { host: "podinfo-primary" });

    for (const reporter of ["source", "destination"]) {
      assert.equal(await under.metric("istio_requests_total", { ...at, reporter }), 7);
      assert.equal(await under.metric("istio_request_duration_milliseconds_count", { ...at, reporter }), 7);
      assert.equal(
        await under.metric("istio_request_duration_milliseconds_bucket", { ...at, reporter, le: "1000" }),
        7,
      );
    }
  });

  it("tell what each version did lately", async () => {
    under.catalog.override("6.0.0", { errorShare: 1 });
    await under.tally(7, { host: "podinfo-primary" });
    under.catalog.override("6.0.0", { errorShare: 0 });

    const row = under.mesh.traffic().find(({ service }) => service === "podinfo-primary");

    assert.equal(row?.version, "6.0.0");
    assert.equal(row?.failedPercent, 50);
    assert.ok(row!.perSecond > 0 && row!.p99Ms > 0 && row!.p99Ms < 1_000);
  });
});

describe("the mesh's metrics in a real Prometheus", () => {
  let under: MeshUnderTest;
  let load: Load;
  let prometheus: PrivatePrometheus;
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "coalmine-mesh-"));
    under = await startMeshUnderTest();
    under.kubernetes.set(VIRTUAL_SERVICES, virtualService([{ route: split(100, 0) }]));
    load = startLoad({ meshUrl: under.mesh.url, host: "podinfo.demo", perSecond: 50, log: silentLog });
    const targets = [under.mesh.metricsUrl];
    prometheus = await startPrometheus({ directory, targets, scrapeEveryMs: 250, log: silentLog });
  });
  after(async () => {
    await load.stop();
    await prometheus.stop();
    await under.stop();
    await rm(directory, { recursive: true });
  });

  async function ask(query: string): Promise<number | undefined> {
    const response = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
    const value = data.result[0]?.value[1];
    return value === undefined ? undefined : Number(value);
  }
  const requests = (workload: string, more = "") =>
    `sum(rate(istio_requests_total{reporter="destination",destination_workload_namespace="demo",destination_workload="${workload}"${more}}[2s]))`;

  it("follow a shift of weight", async () => {
    await eventually(async () => assert.ok(Math.abs((await ask(requests("podinfo-primary")))! - 50) < 8));
    assert.equal(await ask(requests("podinfo-canary")), undefined, "nothing was sent to the canary yet");

    under.kubernetes.set(VIRTUAL_SERVICES, virtualService([{ route: split(60, 40) }]));

    await eventually(async () => {
      assert.ok(Math.abs((await ask(requests("podinfo-primary")))! - 30) < 5);
      assert.ok(Math.abs((await ask(requests("podinfo-canary")))! - 20) < 5);
    });
  });

  it("show which version fails and how slow it is", async () => {
    under.catalog.override("6.1.0", { errorShare: 1, medianMs: 60, p99Ms: 60 });

    await eventually(async () => {
      const all = (await ask(requests("podinfo-canary")))!;
      const bad = (await ask(requests("podinfo-canary", ',response_code=~"5.."')))!;
      assert.ok(all > 0 && bad / all > 0.95, `${bad} of ${all}`);
      const buckets = `istio_request_duration_milliseconds_bucket{reporter="destination",destination_workload="podinfo-canary"}`;
      const p99 = (await ask(`histogram_quantile(0.99, sum(rate(${buckets}[2s])) by (le))`))!;
      assert.ok(p99 > 50 && p99 <= 100, `p99 ${p99}`);
      assert.equal(await ask(requests("podinfo-primary", ',response_code=~"5.."')), undefined);
    });
  });
});
