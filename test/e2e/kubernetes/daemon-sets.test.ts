import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ConflictError } from "../../../src/errors.ts";
import { at, listAt } from "../../../src/kubernetes/object.ts";
import type { Canary } from "../../../src/rollout/canary.ts";
import { eventually } from "../../support/eventually.ts";
import { followCluster, knownTarget, PATHS, promote, type FollowedCluster } from "./followed-cluster.ts";
import { daemonSet } from "./objects.ts";

const SPEC = { targetRef: { apiVersion: "apps/v1", kind: "DaemonSet", name: "shop" } };

describe("a DaemonSet as the target", () => {
  let cluster: FollowedCluster;
  beforeEach(async () => {
    cluster = await followCluster();
  });
  afterEach(() => cluster.stop());

  const target = (canary: Canary) => cluster.reader().target(canary) ?? assert.fail("no target");
  const ready = (canary: Canary) =>
    eventually(() => {
      const seen = target(canary);
      assert.ok(seen.settled && seen.replicas === 1 && seen.availableReplicas === 1);
      return seen;
    });
  const scale = (canary: Canary, replicas: number) =>
    eventually(() => {
      const { resourceVersion } = target(canary);
      return cluster.writer().scaleTarget(canary, { replicas, stamp: "a-1/1", resourceVersion });
    });

  it("has as many replicas as nodes take it", async () => {
    const canary = await cluster.start(SPEC, daemonSet());

    const { replicas, updatedReplicas, availableReplicas, existingReplicas } = await ready(canary);

    assert.deepEqual([replicas, updatedReplicas, availableReplicas, existingReplicas], [1, 1, 1, 1]);
  });

  it("rests at zero by a node selector, and comes back without it, as the same revision", async () => {
    const canary = await cluster.start(SPEC, daemonSet({ pod: { nodeSelector: { "kubernetes.io/os": "linux" } } }));
    const { revision } = await knownTarget(cluster, canary);
    await ready(canary);

    await scale(canary, 0);

    const selector = async () => {
      const set = await cluster.read(`${PATHS.daemonSets}/shop`);
      return at(set, "spec", "template", "spec", "nodeSelector");
    };
    assert.deepEqual(await selector(), { "kubernetes.io/os": "linux", "flagger.app/scale-to-zero": "true" });
    assert.equal(target(canary).replicas, 0);
    await eventually(() => assert.equal(target(canary).existingReplicas, 0));
    assert.deepEqual(target(canary).revision, revision);
    await scale(canary, 3);
    assert.deepEqual(await selector(), { "kubernetes.io/os": "linux" });
    assert.deepEqual((await ready(canary)).revision, revision);
  });

  it("only gets a note of the decision when it is scaled as it was asked for already", async () => {
    const canary = await cluster.start(SPEC, daemonSet());
    const { resourceVersion } = await ready(canary);

    await cluster.writer().scaleTarget(canary, { replicas: 3, stamp: "a-1/1", resourceVersion });

    const { replicas, scaledFor } = target(canary);
    assert.deepEqual([replicas, scaledFor], [1, "a-1/1"]);
    const stale = { replicas: 0, stamp: "a-1/1", resourceVersion: "1" };
    await assert.rejects(cluster.writer().scaleTarget(canary, stale), ConflictError);
  });

  it("is copied to a primary that runs even when the target rests", async () => {
    const canary = await cluster.start(SPEC, daemonSet());
    await ready(canary);
    await scale(canary, 0);

    const revision = await promote(cluster, canary);

    await eventually(() => {
      const seen = cluster.reader().primary(canary);
      assert.deepEqual([seen?.availableReplicas, seen?.revision], [1, revision]);
    });
    const primary = await cluster.read(`${PATHS.daemonSets}/shop-primary`);
    assert.deepEqual(at(primary, "spec", "selector", "matchLabels"), { app: "shop-primary" });
    assert.equal(at(primary, "spec", "template", "spec", "nodeSelector", "flagger.app/scale-to-zero"), undefined);
  });

  it("takes another image, is promoted, and primary can go back", async () => {
    const canary = await cluster.start(SPEC, daemonSet());
    const first = await promote(cluster, canary);
    await eventually(() => {
      const { resourceVersion } = target(canary);
      return cluster.writer().setTargetImage(canary, { container: "app", image: "shop:2.0.0", resourceVersion });
    });
    await promote(cluster, canary);
    const [kept] = await eventually(() => {
      const copies = cluster.reader().kept(canary);
      assert.equal(copies.length, 1);
      return copies;
    });

    await eventually(() => {
      const primaryVersion = cluster.reader().primary(canary)?.resourceVersion ?? "";
      const undo = { kept: kept?.name ?? "", revision: first.hash, primaryVersion };
      return cluster.writer().restorePrimary(canary, undo);
    });

    const primary = await cluster.read(`${PATHS.daemonSets}/shop-primary`);
    assert.equal(at(listAt(primary, "spec", "template", "spec", "containers")[0], "image"), "shop:1.0.0");
  });

  it("is refused when its pods are never replaced by themselves", async () => {
    const canary = await cluster.start(SPEC, daemonSet({ updateStrategy: { type: "OnDelete" } }));

    const { revision, trouble } = target(canary);

    assert.equal(revision, null);
    assert.match(trouble?.message ?? "", /updateStrategy is OnDelete.*use RollingUpdate/);
  });

  it("has Services like a Deployment", async () => {
    const canary = await cluster.start(SPEC, daemonSet());

    await cluster.writer().ensureServices(canary, "target");
    assert.deepEqual(cluster.reader().services(canary), { ready: true, apexSelects: "target" });
    await cluster.writer().ensureServices(canary, "primary");

    assert.deepEqual(cluster.reader().services(canary), { ready: true, apexSelects: "primary" });
  });
});
