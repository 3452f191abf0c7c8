import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { at, listAt } from "../../../src/kubernetes/object.ts";
import { eventually } from "../../support/eventually.ts";
import { canaryObject } from "../../contract/store/samples.ts";
import { followCluster, knownTarget, PATHS, promote, type FollowedCluster } from "./followed-cluster.ts";
import { configMap, deployment, encode, podWith, secret } from "./objects.ts";

const BOTH = podWith({ configMaps: ["settings"], secrets: ["keys"] });

describe("configs that a target mounts or reads", () => {
  let cluster: FollowedCluster;
  beforeEach(async () => {
    cluster = await followCluster();
  });
  afterEach(() => cluster.stop());

  const start = (pod: object, ...configs: readonly object[]) => cluster.start({}, deployment({ pod }), ...configs);
  const reads = () =>
    cluster.host.kubernetes.requests
      .by()
      .filter(({ verb, resource }) => verb === "get" && /^(configmaps|secrets)$/.test(resource))
      .reduce((sum, { count }) => sum + count, 0);

  it("belong to the revision, by checksums of what they hold", async () => {
    const canary = await start(BOTH, configMap("settings", { a: "1" }), secret("keys", { k: "x" }));

    const { revision } = await knownTarget(cluster, canary);

    assert.deepEqual(Object.keys(revision.configs), ["configmap/settings", "secret/keys"]);
    for (const checksum of Object.values(revision.configs)) assert.match(checksum, /^[0-9a-f]{16}$/);
  });

  it("make a new revision when they change, and the canary hears of it", async () => {
    const canary = await start(BOTH, configMap("settings", { a: "1" }), secret("keys", { k: "x" }));
    const before = (await knownTarget(cluster, canary)).revision;
    cluster.changed.length = 0;

    await cluster.merge(`${PATHS.secrets}/keys`, { data: { k: encode("y") } });

    const after = await eventually(async () => {
      const { revision } = await knownTarget(cluster, canary);
      assert.notEqual(revision.hash, before.hash);
      return revision;
    });
    assert.notEqual(after.configs["secret/keys"], before.configs["secret/keys"]);
    assert.equal(after.configs["configmap/settings"], before.configs["configmap/settings"]);
    assert.ok(cluster.changed.includes("demo/shop"));
  });

  it("are read once for each version, and nobody is told when they hold the same", async () => {
    const canary = await start(BOTH, configMap("settings", { a: "1" }), secret("keys", { k: "x" }));
    const { revision } = await knownTarget(cluster, canary);
    assert.equal(reads(), 2);
    // Pods that become ready are news of their own.
    await eventually(() => {
      const seen = cluster.reader().target(canary);
      assert.ok(seen?.settled && seen.availableReplicas === 2);
    });
    cluster.changed.length = 0;

    await cluster.merge(`${PATHS.configMaps}/settings`, { metadata: { labels: { touched: "yes" } } });

    await eventually(() => assert.equal(reads(), 3));
    for (let look = 0; look < 20; look += 1) cluster.reader().target(canary);
    assert.equal((await knownTarget(cluster, canary)).revision.hash, revision.hash);
    assert.equal(reads(), 3);
    assert.deepEqual(cluster.changed, []);
  });

  it("are copied for primary, which refers to its copies", async () => {
    const binaryData = { logo: encode("\u0001\u0002") };
    const canary = await start(BOTH, configMap("settings", { a: "1" }, { binaryData }), secret("keys", { k: "x" }));

    const revision = await promote(cluster, canary);

    assert.deepEqual(cluster.reader().primary(canary)?.revision, revision);
    const primary = at(await cluster.read(`${PATHS.deployments}/shop-primary`), "spec", "template", "spec");
    assert.deepEqual(at(listAt(primary, "volumes")[0], "secret", "secretName"), "keys-primary");
    const [container] = listAt(primary, "containers");
    assert.deepEqual(at(listAt(container, "envFrom")[0], "configMapRef", "name"), "settings-primary");
    const settings = await cluster.read(`${PATHS.configMaps}/settings-primary`);
    assert.deepEqual([at(settings, "data"), at(settings, "binaryData")], [{ a: "1" }, binaryData]);
    const keys = await cluster.read(`${PATHS.secrets}/keys-primary`);
    assert.deepEqual([at(keys, "type"), at(keys, "data", "k")], ["Opaque", encode("x")]);
    assert.equal(at(listAt(keys, "metadata", "ownerReferences")[0], "kind"), "Canary");
  });

  it("are missing: named until they are there, unless they are optional", async () => {
    const pod = podWith({ configMaps: ["settings"], optional: ["extras"] });
    const canary = await start(pod);
    const seen = () => cluster.reader().target(canary);

    await eventually(() => assert.equal(seen()?.trouble?.reason, "ConfigMissing"));
    assert.equal(seen()?.revision, null);
    assert.match(seen()?.trouble?.message ?? "", /^configmap\/settings, /);
    cluster.changed.length = 0;
    await cluster.apply(configMap("settings", { a: "1" }));

    const { revision } = await knownTarget(cluster, canary);
    assert.deepEqual(Object.keys(revision.configs), ["configmap/settings"]);
    assert.ok(cluster.changed.includes("demo/shop"));
    await cluster.apply(configMap("extras", { b: "2" }));
    await eventually(async () => {
      const { configs } = (await knownTarget(cluster, canary)).revision;
      assert.deepEqual(Object.keys(configs), ["configmap/extras", "configmap/settings"]);
    });
  });

  it("are shared with primary when their owner or their type asks for that", async () => {
    const optedOut = { annotations: { "flagger.app/config-tracking": "disabled" } };
    const docker = { type: "kubernetes.io/dockerconfigjson", data: { ".dockerconfigjson": encode("{}") } };
    const pod = podWith({ configMaps: ["settings"], secrets: ["registry"] });
    const canary = await start(pod, configMap("settings", { a: "1" }, {}, optedOut), secret("registry", {}, docker));

    const revision = await promote(cluster, canary);

    assert.deepEqual(revision.configs, {});
    const primary = at(await cluster.read(`${PATHS.deployments}/shop-primary`), "spec", "template", "spec");
    assert.equal(at(listAt(primary, "volumes")[0], "secret", "secretName"), "registry");
  });

  it("are copied once for two canaries that share them, and belong to both", async () => {
    const pod = podWith({ configMaps: ["settings"] });
    const other = deployment({ pod, labels: { app: "other" } });
    const second = { ...canaryObject({ targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "other" } }) };
    const canary = await start(pod, configMap("settings", { a: "1" }));
    await cluster.apply(
      { ...other, metadata: { ...other.metadata, name: "other" } },
      { ...second, metadata: { name: "other", namespace: "demo" } },
    );
    const key = { namespace: "demo", name: "other" };
    const sharing = await eventually(() => cluster.store().get(key)?.canary ?? assert.fail("not there"));

    await promote(cluster, canary);
    await promote(cluster, sharing);

    const copy = await cluster.read(`${PATHS.configMaps}/settings-primary`);
    const owners = listAt(copy, "metadata", "ownerReferences").map((owner) => [
      at(owner, "name"),
      at(owner, "controller"),
    ]);
    assert.deepEqual(owners, [
      ["other", true],
      ["shop", false],
    ]);
  });

  it("are never told to anybody: not in logs, objects, notes of revisions or messages", async () => {
    const word = "canary-in-a-secret";
    const canary = await start(podWith({ secrets: ["keys"] }), secret("keys", { password: word }));
    await promote(cluster, canary);
    await cluster.merge(`${PATHS.secrets}/keys`, { data: { password: encode(`${word}-2`) } });
    await eventually(async () => {
      await promote(cluster, canary);
      assert.equal(cluster.reader().kept(canary).length, 1);
    });
    await cluster.remove(`${PATHS.secrets}/keys`);
    await eventually(() => assert.equal(cluster.reader().target(canary)?.trouble?.reason, "ConfigMissing"));

    const { reader } = cluster;
    const seen = [reader().target(canary), reader().primary(canary), reader().kept(canary)];
    const events = await cluster.items("/api/v1/namespaces/demo/events");
    const objects = await Promise.all(
      [PATHS.deployments, PATHS.revisions, PATHS.services, PATHS.configMaps].map((path) => cluster.items(path)),
    );

    const said = JSON.stringify([cluster.log.lines, seen, events, objects]);
    for (const text of [word, encode(word).slice(0, 20)]) assert.ok(!said.includes(text));
  });

  it("do not overwrite what somebody else has under the copy's name", async () => {
    const mine = configMap("settings-primary", { precious: "yes" });
    const canary = await start(podWith({ configMaps: ["settings"] }), configMap("settings", { a: "1" }), mine);

    await eventually(() => assert.equal(cluster.reader().target(canary)?.trouble?.reason, "ConfigInTheWay"));
    assert.equal(cluster.reader().target(canary)?.revision, null);
    await cluster.remove(`${PATHS.configMaps}/settings-primary`);

    await promote(cluster, canary);
    assert.deepEqual(at(await cluster.read(`${PATHS.configMaps}/settings-primary`), "data"), { a: "1" });
  });
});

describe("an installation that does not track configs", () => {
  it("asks for none, and primary shares them", async () => {
    const rules = { selectorLabels: ["app"], labelPrefixes: [], tracksConfigs: false };
    const cluster = await followCluster({ rules });
    const canary = await cluster.start({}, deployment({ pod: BOTH }), configMap("settings", {}), secret("keys", {}));

    const revision = await promote(cluster, canary);

    assert.deepEqual(revision.configs, {});
    const requests = cluster.host.kubernetes.requests.by().filter(({ userAgent }) => userAgent === "worker-under-test");
    assert.deepEqual(
      requests.filter(({ resource }) => /^(configmaps|secrets)$/.test(resource)),
      [],
    );
    await cluster.stop();
  });
});
