import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parseAllDocuments } from "yaml";
import type { JsonObject } from "../../../src/playground/kubernetes/json.ts";
import type { KubernetesEmulator } from "../../../src/playground/kubernetes/server.ts";
import { startKubernetes } from "../../../src/playground/kubernetes/server.ts";
import type { Load } from "../../../src/playground/mesh/load.ts";
import { startLoad } from "../../../src/playground/mesh/load.ts";
import type { Mesh } from "../../../src/playground/mesh/mesh.ts";
import { startMesh } from "../../../src/playground/mesh/mesh.ts";
import { silentLog } from "../../../src/playground/services/log.ts";
import type { PrivatePrometheus } from "../../../src/playground/services/prometheus.ts";
import { startPrometheus } from "../../../src/playground/services/prometheus.ts";
import { createCatalog } from "../../../src/playground/workloads/catalog.ts";
import { eventually } from "../../support/eventually.ts";
import { service, split, virtualService } from "./sample-objects.ts";

const CRDS = new URL("../../../src/playground/stage/mesh-crds.yaml", import.meta.url);
const VIRTUAL_SERVICE = "/apis/networking.istio.io/v1beta1/namespaces/demo/virtualservices/podinfo";

function deployment(name: string, version: string): JsonObject {
  const labels = { app: name };
  const image = `ghcr.io/stefanprodan/podinfo:${version}`;
  const containers = [{ name: "podinfo", image, ports: [{ name: "http", containerPort: 9898 }] }];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "demo" },
    spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
}

describe("the mesh on the Kubernetes emulator", () => {
  let kubernetes: KubernetesEmulator;
  let mesh: Mesh;
  let load: Load;
  let prometheus: PrivatePrometheus;
  let directory: string;
  const catalog = createCatalog({ readyAfterMs: 100 });

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "coalmine-cluster-"));
    kubernetes = await startKubernetes({ clusterName: "test", image: (image) => catalog.image(image) });
    mesh = await startMesh({ kubernetesUrl: kubernetes.url, catalog, log: silentLog });
    await kubernetes.apply(parseAllDocuments(await readFile(CRDS, "utf8")).map((one) => one.toJS() as JsonObject));
    await apply([
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "demo" } },
      ...["podinfo", "podinfo-primary", "podinfo-canary"].map((name) => ({
        apiVersion: "v1",
        kind: "Service",
        ...service(name),
      })),
      deployment("podinfo-primary", "6.0.0"),
      deployment("podinfo-canary", "6.1.0"),
      {
        apiVersion: "networking.istio.io/v1beta1",
        kind: "VirtualService",
        metadata: { name: "podinfo", namespace: "demo" },
        spec: virtualService([{ route: split(100, 0) }]).spec,
      },
    ]);
    load = startLoad({ meshUrl: mesh.url, host: "podinfo.demo", perSecond: 40, log: silentLog });
    prometheus = await startPrometheus({ directory, targets: [mesh.metricsUrl], scrapeEveryMs: 250, log: silentLog });
  });
  after(async () => {
    await load.stop();
    await prometheus.stop();
    await mesh.stop();
    await kubernetes.stop();
    await rm(directory, { recursive: true });
  });

  /** Through JSON, as a client would send them. */
  async function apply(objects: readonly object[]): Promise<void> {
    await kubernetes.apply(JSON.parse(JSON.stringify(objects)) as JsonObject[]);
  }

  async function patch(path: string, body: object): Promise<void> {
    const response = await fetch(kubernetes.url + path, {
      method: "PATCH",
      headers: { "content-type": "application/merge-patch+json" },
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200, await response.text());
  }
  const setWeights = (primary: number, canary: number) =>
    patch(VIRTUAL_SERVICE, { spec: { http: [{ route: split(primary, canary) }] } });

  async function perSecond(workload: string): Promise<number> {
    const labels = `reporter="destination",destination_workload_namespace="demo",destination_workload="${workload}"`;
    const query = encodeURIComponent(`sum(rate(istio_requests_total{${labels}}[2s]))`);
    const response = await fetch(`${prometheus.url}/api/v1/query?query=${query}`);
    const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
    return Number(data.result[0]?.value[1] ?? 0);
  }

  async function sees(shares: { primary: number; canary: number }): Promise<void> {
    await eventually(async () => {
      assert.ok(Math.abs((await perSecond("podinfo-primary")) - shares.primary) < 4);
      assert.ok(Math.abs((await perSecond("podinfo-canary")) - shares.canary) < 4);
    });
  }

  it("sends traffic where the VirtualService says, as Prometheus sees it", { timeout: 60_000 }, async () => {
    await sees({ primary: 40, canary: 0 });

    await setWeights(75, 25);
    await sees({ primary: 30, canary: 10 });

    await setWeights(0, 100);
    await sees({ primary: 0, canary: 40 });
  });

  it("shows clients no error while a Deployment rolls to another version", { timeout: 60_000 }, async () => {
    const { failed } = load.counts();
    const containers = [
      { name: "podinfo", image: "ghcr.io/stefanprodan/podinfo:6.2.0", ports: [{ name: "http", containerPort: 9898 }] },
    ];

    await patch("/apis/apps/v1/namespaces/demo/deployments/podinfo-canary", {
      spec: { template: { spec: { containers } } },
    });
    await eventually(() => assert.ok(mesh.traffic().some(({ version }) => version === "6.2.0")));
    await eventually(() => assert.ok(mesh.traffic().every(({ version }) => version === "6.2.0")), {
      timeoutMs: 20_000,
    });

    assert.equal(load.counts().failed, failed);
  });

  it("keeps routing while the API server is away, and catches up afterwards", { timeout: 60_000 }, async () => {
    const { failed, succeeded } = load.counts();

    kubernetes.faults.down(true);
    await eventually(() => assert.ok(load.counts().succeeded > succeeded + 40));
    kubernetes.faults.down(false);
    await setWeights(100, 0);

    await sees({ primary: 40, canary: 0 });
    assert.equal(load.counts().failed, failed);
  });

  it("notices changes again after the history it watched was forgotten", { timeout: 60_000 }, async () => {
    kubernetes.faults.expireHistory();
    await setWeights(50, 50);

    await sees({ primary: 20, canary: 20 });
  });
});
