import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { at, listAt } from "../../../src/kubernetes/object.ts";
import type { Canary } from "../../../src/rollout/canary.ts";
import { eventually } from "../../support/eventually.ts";
import { followCluster, knownTarget, PATHS, promote, type FollowedCluster } from "./followed-cluster.ts";
import { apexService } from "./objects.ts";

const SPEC = { targetRef: { apiVersion: "v1", kind: "Service", name: "shop" } };
const versioned = (version: string) => ({ app: "shop", version });

describe("a Service as the target", () => {
  let cluster: FollowedCluster;
  let canary: Canary;
  beforeEach(async () => {
    cluster = await followCluster();
    canary = await cluster.start(SPEC, apexService(versioned("1"), [{ name: "http", port: 80, targetPort: 8080 }]));
  });
  afterEach(() => cluster.stop());

  const service = (name: string) => cluster.read(`${PATHS.services}/${name}`);
  const select = (version: string) =>
    cluster.merge(`${PATHS.services}/shop`, { spec: { selector: versioned(version) } });

  it("has no size and is always ready", async () => {
    const { replicas, updatedReplicas, availableReplicas, settled, revision } = await knownTarget(cluster, canary);

    assert.deepEqual([replicas, updatedReplicas, availableReplicas, settled], [1, 1, 1, true]);
    assert.equal(revision.label, "1");
    assert.deepEqual(revision.images, []);
  });

  it("is never scaled, and takes no image", async () => {
    const { resourceVersion } = await knownTarget(cluster, canary);

    await cluster.writer().scaleTarget(canary, { replicas: 0, stamp: "a-1/1", resourceVersion });

    assert.equal(cluster.reader().target(canary)?.resourceVersion, resourceVersion);
    const image = { container: "app", image: "x", resourceVersion };
    await assert.rejects(cluster.writer().setTargetImage(canary, image), /Service shop has no container app/);
  });

  it("is copied to a primary and a canary Service, and stays as it is", async () => {
    const before = await service("shop");
    assert.deepEqual(cluster.reader().services(canary), { ready: false, apexSelects: "primary" });

    const revision = await promote(cluster, canary);
    await cluster.writer().ensureServices(canary, "primary");

    assert.deepEqual(cluster.reader().services(canary), { ready: true, apexSelects: "primary" });
    assert.deepEqual(cluster.reader().primary(canary)?.revision, revision);
    for (const name of ["shop-primary", "shop-canary"]) {
      const copy = await service(name);
      assert.deepEqual(at(copy, "spec", "selector"), versioned("1"));
      assert.notEqual(at(copy, "spec", "clusterIP"), at(before, "spec", "clusterIP"));
      assert.equal(at(copy, "metadata", "labels", "chart"), "shop-1");
    }
    assert.deepEqual(await service("shop"), before);
  });

  it("makes another revision of what it does, not of the address that it was given", async () => {
    const { revision } = await knownTarget(cluster, canary);
    const primary = await promote(cluster, canary);
    assert.equal(primary.hash, revision.hash);

    await select("2");

    await eventually(async () => assert.notEqual((await knownTarget(cluster, canary)).revision.hash, revision.hash));
    assert.deepEqual(cluster.reader().services(canary).ready, false);
    await cluster.writer().ensureServices(canary, "primary");
    assert.deepEqual(at(await service("shop-canary"), "spec", "selector"), versioned("2"));
    assert.deepEqual(at(await service("shop-primary"), "spec", "selector"), versioned("1"));
  });

  it("gives primary what it does at promotion, and primary keeps its address and can go back", async () => {
    const first = await promote(cluster, canary);
    const address = at(await service("shop-primary"), "spec", "clusterIP");
    await select("2");
    await eventually(async () => assert.notEqual((await knownTarget(cluster, canary)).revision.hash, first.hash));

    await promote(cluster, canary);

    const primary = await service("shop-primary");
    assert.deepEqual(at(primary, "spec", "selector"), versioned("2"));
    assert.equal(at(primary, "spec", "clusterIP"), address);
    const [kept] = await eventually(() => {
      const copies = cluster.reader().kept(canary);
      assert.equal(copies.length, 1);
      return copies;
    });
    const primaryVersion = cluster.reader().primary(canary)?.resourceVersion ?? "";
    await cluster.writer().restorePrimary(canary, { kept: kept?.name ?? "", revision: first.hash, primaryVersion });
    assert.deepEqual(at(await service("shop-primary"), "spec", "selector"), versioned("1"));
    assert.equal(at(await service("shop-primary"), "spec", "clusterIP"), address);
  });

  it("keeps the node ports of its copies", async () => {
    const ports = [{ name: "http", port: 80, targetPort: 8080, nodePort: 31234 }];
    await cluster.merge(`${PATHS.services}/shop`, { spec: { type: "NodePort", ports } });
    await promote(cluster, canary);
    const nodePort = at(listAt(await service("shop-primary"), "spec", "ports")[0], "nodePort");
    assert.ok(typeof nodePort === "number" && nodePort !== 31234);
    await select("2");
    await eventually(async () => assert.equal((await knownTarget(cluster, canary)).revision.label, "2"));

    await promote(cluster, canary);

    assert.equal(at(listAt(await service("shop-primary"), "spec", "ports")[0], "nodePort"), nodePort);
  });

  it("is left alone when the canary goes", async () => {
    const before = await service("shop");

    await cluster.writer().handBack(canary);

    assert.deepEqual(await service("shop"), before);
  });
});
