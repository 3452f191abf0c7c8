import assert from "node:assert/strict";
import type { Mesh } from "../../../src/playground/mesh/mesh.ts";
import { startMesh } from "../../../src/playground/mesh/mesh.ts";
import { silentLog } from "../../../src/playground/services/log.ts";
import { createCatalog } from "../../../src/playground/workloads/catalog.ts";
import type { Canary } from "../../../src/rollout/canary.ts";
import type { RequestSource } from "../../../src/playground/mesh/matching.ts";
import type { RouterName } from "../../../src/mesh/registry.ts";
import { eventually } from "../../support/eventually.ts";
import { RouterStage, type Wish } from "../router/stage.ts";
import { askMesh, sumOf, type Answer, type Ask } from "./mesh-under-test.ts";

const PRIMARY = "1.0.0";
const CANARY = "2.0.0";

const deployment = (name: string, version: string) => {
  const labels = { app: name };
  const containers = [{ name: "app", image: `shop:${version}`, ports: [{ containerPort: 8080 }] }];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "demo" },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
};
const service = (name: string, app: string) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "demo" },
  spec: { selector: { app }, ports: [{ port: 80, targetPort: 8080 }] },
});

/** A shop with two versions, real requests through the playground's mesh, and one of the routers between them. */
export class RoutedShop {
  readonly stage: RouterStage;
  mesh!: Mesh;
  #stamp = 0;

  constructor(name: RouterName) {
    this.stage = new RouterStage(name);
  }

  async start(): Promise<void> {
    await this.stage.start(deployment("shop", CANARY));
    const { kubernetes } = this.stage.cluster;
    const apex = this.stage.entry.needs === null ? [] : [service("shop", "shop-primary")];
    const objects = [
      deployment("shop-primary", PRIMARY),
      service("shop-primary", "shop-primary"),
      service("shop-canary", "shop"),
      ...apex,
    ];
    await kubernetes.apply(objects as never);
    const catalog = createCatalog({ readyAfterMs: 10 });
    for (const tag of [PRIMARY, CANARY]) catalog.override(tag, { medianMs: 0, p99Ms: 0 });
    this.mesh = await startMesh({ kubernetesUrl: kubernetes.url, catalog, propagationMs: 0, log: silentLog });
    for (const host of ["shop-primary.demo", "shop-canary.demo"]) {
      await eventually(async () => assert.equal((await this.ask("/", { host })).status, 200));
    }
  }

  async stop(): Promise<void> {
    await this.mesh.stop();
    await this.stage.stop();
  }

  /** The canary with this in its manifest, routed; waits until the mesh routes so. */
  async route(canary: Canary, percent: number, wish: Wish = {}): Promise<void> {
    const stamp = `r-1/${(this.#stamp += 1)}`;
    await this.stage.route(percent, { stamp, ...wish }, canary);
    const { resourceVersion } = this.stage.present(canary);
    // The mesh reports in the status of what it routes by, which is a newer version still.
    const arrived = () => Number(this.mesh.arrived(`${this.stage.hands.kind} demo/shop`) ?? 0);
    await eventually(() => assert.ok(arrived() >= Number(resourceVersion), `${arrived()} of ${resourceVersion}`));
    assert.deepEqual([...this.mesh.refused()], []);
  }

  ask(path = "/", options: Ask = {}, url: string = this.mesh.url): Promise<Answer> {
    return askMesh(url, path, { host: "shop.demo", ...options });
  }

  /** Whether the canary answers. */
  async isCanary(path = "/", headers: Ask["headers"] = {}, url?: string): Promise<boolean> {
    const { status, version } = await this.ask(path, { headers }, url);
    assert.equal(status, 200);
    return version === CANARY;
  }

  /** How many of `count` requests the canary answered. */
  async canaryOf(count: number, headers: Ask["headers"] = {}): Promise<number> {
    let answered = 0;
    for (let sent = 0; sent < count; sent += 1) answered += (await this.isCanary("/", headers)) ? 1 : 0;
    return answered;
  }

  /** Requests that a version's pods have seen, as they report it. */
  async seenBy(workload: string, reporter = "destination"): Promise<number> {
    const text = await (await fetch(this.mesh.metricsUrl)).text();
    return sumOf(text, "istio_requests_total", { reporter, destination_workload: workload });
  }

  sidecar(source: RequestSource): Promise<string> {
    return this.mesh.sidecar(source);
  }
}
