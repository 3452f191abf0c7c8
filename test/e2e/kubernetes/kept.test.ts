import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ConflictError } from "../../../src/errors.ts";
import { at, listAt } from "../../../src/kubernetes/object.ts";
import type { Canary } from "../../../src/rollout/canary.ts";
import { eventually } from "../../support/eventually.ts";
import { followCluster, PATHS, promote, type FollowedCluster } from "./followed-cluster.ts";
import { configMap, deployment, encode, podWith, secret } from "./objects.ts";

const POD = podWith({ configMaps: ["settings"], secrets: ["keys"] });

describe("what primary ran before", () => {
  let cluster: FollowedCluster;
  let canary: Canary;
  beforeEach(async () => {
    cluster = await followCluster();
    const objects = [deployment({ pod: POD }), configMap("settings", { of: "1" }), secret("keys", { of: "1" })];
    canary = await cluster.start({}, ...objects);
  });
  afterEach(() => cluster.stop());

  const kept = () => cluster.reader().kept(canary);
  const seesKept = (count: number) =>
    eventually(() => {
      assert.deepEqual([kept().length, kept().map(({ missing }) => missing)], [count, Array(count).fill("")]);
      return kept();
    });
  /** Another image, ConfigMap and Secret, promoted. */
  const release = async (version: string) => {
    await cluster.merge(`${PATHS.configMaps}/settings`, { data: { of: version } });
    await cluster.merge(`${PATHS.secrets}/keys`, { data: { of: encode(version) } });
    const [container] = POD.containers;
    const containers = [{ ...container, image: `shop:${version}` }];
    await cluster.merge(`${PATHS.deployments}/shop`, { spec: { template: { spec: { containers } } } });
    return eventually(async () => {
      const revision = await promote(cluster, canary);
      assert.equal(revision.label, version);
      assert.equal(at(await cluster.read(`${PATHS.configMaps}/settings-primary`), "data", "of"), version);
      assert.equal(at(await cluster.read(`${PATHS.secrets}/keys-primary`), "data", "of"), encode(version));
      return revision;
    });
  };
  const restore = (
    name: string,
    revision: Parameters<ReturnType<FollowedCluster["writer"]>["restorePrimary"]>[1]["revision"],
  ) =>
    eventually(() => {
      const primaryVersion = cluster.reader().primary(canary)?.resourceVersion ?? assert.fail("no primary");
      return cluster.writer().restorePrimary(canary, { kept: name, revision, primaryVersion });
    });

  it("is nothing before the first promotion", async () => {
    await promote(cluster, canary);

    assert.deepEqual(kept(), []);
    assert.deepEqual(await cluster.items(PATHS.revisions), []);
  });

  it("is kept with its configs, which nobody can change", async () => {
    const first = await release("1.0.0");
    await release("2.0.0");

    const [copy] = await seesKept(1);

    assert.deepEqual(copy?.revision, first);
    const held = await cluster.read(`${PATHS.revisions}/${copy?.name}`);
    assert.equal(at(listAt(held, "metadata", "ownerReferences")[0], "kind"), "Canary");
    const [container] = listAt(held, "data", "spec", "template", "spec", "containers");
    assert.equal(at(container, "image"), "shop:1.0.0");
    const lasting = (await cluster.items(PATHS.secrets)).filter(({ immutable }) => immutable === true);
    assert.deepEqual(
      lasting.map((one) => at(one, "data", "of")),
      [encode("1.0.0")],
    );
    assert.equal(at(listAt(lasting[0], "metadata", "ownerReferences")[0], "kind"), "ControllerRevision");
  });

  it("comes back whole: template, configs and the note of what it is", async () => {
    const first = await release("1.0.0");
    await release("2.0.0");
    const [copy] = await seesKept(1);

    await restore(copy?.name ?? "", first.hash);

    assert.deepEqual(cluster.reader().primary(canary)?.revision, first);
    const primary = await cluster.read(`${PATHS.deployments}/shop-primary`);
    const [container] = listAt(primary, "spec", "template", "spec", "containers");
    assert.equal(at(container, "image"), "shop:1.0.0");
    assert.equal(at(await cluster.read(`${PATHS.configMaps}/settings-primary`), "data", "of"), "1.0.0");
    assert.equal(at(await cluster.read(`${PATHS.secrets}/keys-primary`), "data", "of"), encode("1.0.0"));
    assert.deepEqual(kept(), [], "what it runs is not offered");
  });

  it("is kept three times at most; older ones go with their configs", async () => {
    for (const version of ["1.0.0", "2.0.0", "3.0.0", "4.0.0", "5.0.0"]) await release(version);

    const labels = (await seesKept(3)).map(({ revision }) => revision.label);

    assert.deepEqual(labels, ["4.0.0", "3.0.0", "2.0.0"]);
    await eventually(async () => {
      const lasting = (await cluster.items(PATHS.configMaps)).filter(({ immutable }) => immutable === true);
      assert.deepEqual(lasting.map((one) => at(one, "data", "of")).sort(), ["2.0.0", "3.0.0", "4.0.0"]);
    });
  });

  it("is the newest again after it ran a second time", async () => {
    await release("1.0.0");
    await release("2.0.0");
    await release("1.0.0");
    await release("3.0.0");

    const labels = (await seesKept(2)).map(({ revision }) => revision.label);

    assert.deepEqual(labels, ["1.0.0", "2.0.0"]);
  });

  it("is known to be incomplete when one of its configs is gone, and is then not put back", async () => {
    const first = await release("1.0.0");
    await release("2.0.0");
    const [copy] = await seesKept(1);
    const lasting = (await cluster.items(PATHS.secrets)).find(({ immutable }) => immutable === true);
    cluster.changed.length = 0;

    await cluster.remove(`${PATHS.secrets}/${lasting?.metadata.name}`);

    await eventually(() => assert.equal(kept()[0]?.missing, `secret/${lasting?.metadata.name}`));
    assert.ok(cluster.changed.includes("demo/shop"));
    // While its pods start, primary changes and is looked at again.
    await eventually(() => {
      const primaryVersion = cluster.reader().primary(canary)?.resourceVersion ?? "";
      const undo = { kept: copy?.name ?? "", revision: first.hash, primaryVersion };
      return assert.rejects(cluster.writer().restorePrimary(canary, undo), /secret\/keys-primary-[0-9a-f]+ is gone/);
    });
    assert.equal(at(await cluster.read(`${PATHS.configMaps}/settings-primary`), "data", "of"), "2.0.0");
  });

  it("is known to a worker that was started anew", async () => {
    const first = await release("1.0.0");
    await release("2.0.0");

    await cluster.restart();

    assert.deepEqual((await seesKept(1))[0]?.revision, first);
  });

  it("goes with the canary", async () => {
    await release("1.0.0");
    await release("2.0.0");

    await cluster.remove("/apis/flagger.app/v1beta1/namespaces/demo/canaries/shop");

    await eventually(async () => {
      assert.deepEqual(await cluster.items(PATHS.revisions), []);
      assert.deepEqual(
        (await cluster.items(PATHS.secrets)).map(({ metadata }) => metadata.name),
        ["keys"],
      );
    });
  });

  it("is not put in place of a primary that has changed", async () => {
    const first = await release("1.0.0");
    await release("2.0.0");
    const [copy] = await seesKept(1);

    const undo = { kept: copy?.name ?? "", revision: first.hash, primaryVersion: "1" };

    await assert.rejects(cluster.writer().restorePrimary(canary, undo), ConflictError);
  });
});
