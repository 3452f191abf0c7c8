import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Redis } from "ioredis";
import type { CanaryView } from "../../../src/rollout/view.ts";
import { createSnapshotReader } from "../../../src/snapshots/redis-reader.ts";
import { RedisSnapshotWriter } from "../../../src/snapshots/redis-writer.ts";
import { eventually } from "../../support/eventually.ts";
import { sampleView } from "../queue/samples.ts";
import { cleanup, quiet, withRedis } from "../queue/with-redis.ts";

describe("snapshots in redis", () => {
  const later = cleanup();
  const redis = withRedis();

  function open() {
    const reader = createSnapshotReader({ redisUrl: redis().url, log: quiet });
    later(() => reader.close());
    return reader;
  }

  async function write(cluster: string, options: { worker?: string; clusterUid?: string; views?: CanaryView[] } = {}) {
    const { worker = "w1", clusterUid = `uid-of-${cluster}`, views = [] } = options;
    const writer = new RedisSnapshotWriter({
      redisUrl: redis().url,
      cluster,
      clusterUid,
      worker,
      all: () => views,
      log: quiet,
    });
    later(() => writer.stop());
    await writer.start();
    return writer;
  }

  const healthOf = async (reader: ReturnType<typeof open>, cluster: string) =>
    (await reader.clusters()).find(({ name }) => name === cluster);

  it("show a live cluster with everything that its worker's cache holds", async () => {
    const view = sampleView({ cluster: "whole" });
    await write("whole", { views: [view, sampleView({ cluster: "whole", name: "checkout" })] });
    const reader = open();

    const health = await healthOf(reader, "whole");
    const views = (await reader.list()).filter(({ cluster }) => cluster === "whole");

    assert.deepEqual([health?.state, health?.workers], ["live", 1]);
    assert.deepEqual(views.map(({ name }) => name).toSorted(), ["checkout", "podinfo"]);
    assert.deepEqual(await reader.get({ cluster: "whole", namespace: "demo", name: "podinfo" }), view);
    assert.equal(await reader.get({ cluster: "whole", namespace: "demo", name: "nobody" }), null);
  });

  it("follow what changes", async () => {
    const writer = await write("changing", { views: [sampleView({ cluster: "changing" })] });
    const reader = open();
    const key = { cluster: "changing", namespace: "demo", name: "podinfo" };

    writer.put(sampleView({ cluster: "changing", version: "2" }));
    writer.put(sampleView({ cluster: "changing", version: "3" }));
    await eventually(async () => assert.equal((await reader.get(key))?.version, "3"));
    writer.remove(key);

    await eventually(async () => assert.equal(await reader.get(key), null));
  });

  it("forget canaries that vanished while no worker ran", async () => {
    const first = await write("restarted", { views: [sampleView({ cluster: "restarted", name: "gone" })] });
    await first.stop();

    await write("restarted", { worker: "w2", views: [sampleView({ cluster: "restarted", name: "there" })] });

    const views = (await open().list()).filter(({ cluster }) => cluster === "restarted");
    assert.deepEqual(
      views.map(({ name }) => name),
      ["there"],
    );
  });

  it("tell workers of each other", async () => {
    const one = await write("pair", { worker: "one" });
    await write("pair", { worker: "two" });

    await eventually(() => assert.deepEqual([...one.workers()].toSorted(), ["one", "two"]));
    assert.equal((await healthOf(open(), "pair"))?.workers, 2);
  });

  it("say that a cluster is silent, and since when, after its last worker vanished", async () => {
    const writer = await write("vanished", { views: [sampleView({ cluster: "vanished" })] });
    const reader = open();
    await writer.stop();

    await eventually(async () => assert.equal((await healthOf(reader, "vanished"))?.state, "silent"));

    const health = await healthOf(reader, "vanished");
    assert.ok(Math.abs(Date.now() - (health?.lastSeen ?? 0)) < 30_000);
    assert.deepEqual(
      (await reader.list()).filter(({ cluster }) => cluster === "vanished"),
      [],
    );
  });

  it("refuse a second cluster under the same name, and say what to do", async () => {
    await write("taken", { clusterUid: "first", views: [sampleView({ cluster: "taken" })] });

    await assert.rejects(write("taken", { clusterUid: "second", worker: "w9" }), {
      name: "TerminalError",
      message: /The name taken is in use by another cluster \(its uid is first\).*CLUSTER_NAME/,
    });

    assert.equal((await healthOf(open(), "taken"))?.workers, 1);
    assert.ok(await open().get({ cluster: "taken", namespace: "demo", name: "podinfo" }));
  });

  it("leave out an entry that cannot be understood, and keep the rest", async () => {
    await write("tampered", { views: [sampleView({ cluster: "tampered" })] });
    const raw = new Redis(redis().url);
    await raw.hset("coalmine:views:tampered", { "demo/evil": "{]", "demo/odd": '{"phase":"nonsense"}' });
    raw.disconnect();

    const views = (await open().list()).filter(({ cluster }) => cluster === "tampered");

    assert.deepEqual(
      views.map(({ name }) => name),
      ["podinfo"],
    );
    assert.equal(await open().get({ cluster: "tampered", namespace: "demo", name: "evil" }), null);
  });
});
