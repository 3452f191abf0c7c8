import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { at } from "../../../src/kubernetes/object.ts";
import type { Canary } from "../../../src/rollout/canary.ts";
import { eventually } from "../../support/eventually.ts";
import { peerConfig, peerPrimary } from "../../support/peer-primary.ts";
import { followCluster, knownTarget, PATHS, promote, type FollowedCluster } from "./followed-cluster.ts";
import { configMap, deployment, encode, podWith, secret } from "./objects.ts";

const POD = podWith({ configMaps: ["settings"], secrets: ["keys"] });
const COPIED = podWith({ configMaps: ["settings-primary"], secrets: ["keys-primary"] });
const TARGET = deployment({ pod: POD });
const SETTINGS = configMap("settings", { of: "1", html: "<a> & b" }, { binaryData: { logo: encode("\u0001") } });
const KEYS = secret("keys", { of: "1" });

describe("taking a canary over from another controller", () => {
  let cluster: FollowedCluster;
  beforeEach(async () => {
    cluster = await followCluster();
  });
  afterEach(() => cluster.stop());

  /** The canary with everything that the other controller made for it. */
  const takeOver = async (
    primaryPod: object = COPIED,
    configs: readonly object[] = [SETTINGS, KEYS],
  ): Promise<Canary> => {
    const canary = await cluster.start({}, TARGET, SETTINGS, KEYS);
    const { name, uid } = canary.ref;
    const copies = configs.map((config) => peerConfig(config as typeof SETTINGS, { name, uid }));
    await cluster.apply(...copies, peerPrimary(TARGET, primaryPod, { name, uid }));
    return canary;
  };
  const primaryRevision = (canary: Canary) =>
    eventually(() => cluster.reader().primary(canary)?.revision ?? assert.fail("not known"));

  it("finds that primary runs what the target runs, so that nothing has to start", async () => {
    const canary = await takeOver();

    const { revision } = await knownTarget(cluster, canary);

    await eventually(async () => assert.deepEqual(await primaryRevision(canary), revision));
    assert.equal(
      at(await cluster.read(`${PATHS.deployments}/shop-primary`), "metadata", "annotations", "coalmine.dev/revision"),
      undefined,
    );
  });

  it("finds that primary runs another image", async () => {
    const [container] = COPIED.containers;
    const canary = await takeOver({ ...COPIED, containers: [{ ...container, image: "shop:0.9.0" }] });

    const { revision } = await knownTarget(cluster, canary);

    const runs = await primaryRevision(canary);
    assert.notEqual(runs.hash, revision.hash);
    assert.equal(runs.label, "0.9.0");
  });

  it("finds that primary runs another config", async () => {
    const canary = await takeOver(COPIED, [SETTINGS, secret("keys", { of: "0" })]);

    const { revision } = await knownTarget(cluster, canary);

    const runs = await primaryRevision(canary);
    assert.notEqual(runs.hash, revision.hash);
    assert.deepEqual(Object.keys(runs.configs), ["configmap/settings", "secret/keys"]);
  });

  it("knows what primary runs after the target has gone on, and when it comes back", async () => {
    const canary = await takeOver();
    const { revision } = await knownTarget(cluster, canary);
    await eventually(async () => assert.deepEqual(await primaryRevision(canary), revision));
    const image = (tag: string) => ({
      spec: { template: { spec: { containers: [{ ...POD.containers[0], image: `shop:${tag}` }] } } },
    });

    await cluster.merge(`${PATHS.deployments}/shop`, image("2.0.0"));
    await eventually(async () => assert.equal((await knownTarget(cluster, canary)).revision.label, "2.0.0"));
    assert.notEqual((await primaryRevision(canary)).hash, (await knownTarget(cluster, canary)).revision.hash);
    await cluster.merge(`${PATHS.deployments}/shop`, image("1.0.0"));

    await eventually(async () => assert.equal((await knownTarget(cluster, canary)).revision.hash, revision.hash));
    assert.deepEqual(await primaryRevision(canary), revision);
  });

  it("keeps what the other controller's primary ran, so that the first promotion can be undone", async () => {
    const [container] = COPIED.containers;
    const canary = await takeOver({ ...COPIED, containers: [{ ...container, image: "shop:0.9.0" }] });
    const before = await primaryRevision(canary);

    const promoted = await promote(cluster, canary);

    const [kept] = await eventually(() => {
      const copies = cluster.reader().kept(canary);
      assert.equal(copies[0]?.missing, "");
      return copies;
    });
    assert.deepEqual(kept?.revision, before);
    assert.deepEqual(cluster.reader().primary(canary)?.revision, promoted);
    const settings = await cluster.read(`${PATHS.configMaps}/settings-primary`);
    assert.deepEqual(at(settings, "binaryData"), { logo: encode("\u0001") });
  });
});
