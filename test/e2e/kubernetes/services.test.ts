import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { at, listAt } from "../../../src/kubernetes/object.ts";
import { eventually } from "../../support/eventually.ts";
import { followCluster, PATHS, type FollowedCluster } from "./followed-cluster.ts";
import { apexService, deployment } from "./objects.ts";

const PORTS = [
  { containerPort: 8080, name: "web" },
  { containerPort: 53, protocol: "UDP", name: "dns" },
];
const POD = {
  containers: [
    { name: "app", image: "shop:1.0.0", ports: PORTS },
    { name: "istio-proxy", image: "proxy:1", ports: [{ containerPort: 15090 }] },
  ],
};

describe("generated Services", () => {
  let cluster: FollowedCluster;
  beforeEach(async () => {
    cluster = await followCluster();
  });
  afterEach(() => cluster.stop());

  const service = (name: string) => cluster.read(`${PATHS.services}/${name}`);
  const names = ["shop", "shop-primary", "shop-canary"];

  it("have the ports of the containers, proxies left out, without an address where that is asked", async () => {
    const spec = { service: { port: 80, targetPort: "web", portDiscovery: true, headless: true } };
    const canary = await cluster.start(spec, deployment({ pod: POD }));

    await cluster.writer().ensureServices(canary, "primary");

    for (const name of names) {
      const made = await service(name);
      const ports = listAt(made, "spec", "ports").map((port) => [
        at(port, "name"),
        at(port, "protocol"),
        at(port, "port"),
      ]);
      assert.deepEqual(ports, [
        ["http", "TCP", 80],
        ["dns", "UDP", 53],
      ]);
      assert.equal(at(made, "spec", "clusterIP"), "None");
    }
    assert.deepEqual(cluster.reader().services(canary), { ready: true, apexSelects: "primary" });
  });

  it("have the metadata and the distribution of the manifest, and follow its edits", async () => {
    const metadata = { labels: { team: "a" }, annotations: { note: "b" } };
    const service1 = { port: 80, apex: metadata, trafficDistribution: "PreferClose" };
    const canary = await cluster.start({ service: service1 }, deployment());
    await cluster.writer().ensureServices(canary, "primary");
    assert.equal(at(await service("shop"), "metadata", "labels", "team"), "a");
    assert.equal(at(await service("shop"), "spec", "trafficDistribution"), "PreferClose");
    await cluster.merge(`${PATHS.services}/shop`, { metadata: { annotations: { foreign: "kept" } } });

    const path = "/apis/flagger.app/v1beta1/namespaces/demo/canaries/shop";
    await cluster.merge(path, { spec: { service: { apex: { labels: null }, trafficDistribution: null } } });
    const edited = await eventually(() => {
      const now = cluster.store().get({ namespace: "demo", name: "shop" })?.canary;
      assert.ok(now && now.generation > canary.generation);
      assert.equal(cluster.reader().services(now).ready, false);
      return now;
    });
    await eventually(() => cluster.writer().ensureServices(edited, "primary"));

    const made = await service("shop");
    assert.deepEqual(at(made, "metadata", "labels"), { app: "shop" });
    assert.equal(at(made, "metadata", "annotations", "note"), "b");
    assert.equal(at(made, "metadata", "annotations", "foreign"), "kept");
    assert.equal(at(made, "spec", "trafficDistribution"), undefined);
    assert.equal(cluster.reader().services(edited).ready, true);
  });

  it("lead to the target again when the canary is deleted, where they were there before", async () => {
    const canary = await cluster.start({}, deployment(), apexService({ app: "shop" }));
    await cluster.writer().ensureServices(canary, "primary");
    assert.deepEqual(at(await service("shop"), "spec", "selector"), { app: "shop-primary" });

    await cluster.writer().handBack(canary);

    const back = await service("shop");
    assert.deepEqual(at(back, "spec", "selector"), { app: "shop" });
    assert.equal(at(back, "metadata", "annotations", "kustomize.toolkit.fluxcd.io/reconcile"), undefined);
    await cluster.writer().handBack(canary);
    assert.deepEqual(await service("shop"), back);
  });

  it("are left to go with the canary where they were made for it", async () => {
    const canary = await cluster.start({}, deployment());
    await cluster.writer().ensureServices(canary, "primary");
    const before = await service("shop");

    await cluster.writer().handBack(canary);

    assert.deepEqual(await service("shop"), before);
  });

  it("can be handed back when the target is gone", async () => {
    const canary = await cluster.start({}, deployment(), apexService({ app: "shop" }));
    await cluster.writer().ensureServices(canary, "primary");
    await cluster.remove(`${PATHS.deployments}/shop`);
    await eventually(() => assert.equal(cluster.reader().target(canary), null));

    await cluster.writer().handBack(canary);
  });
});
