import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Redis } from "ioredis";
import { createSnapshotReader } from "../../../src/snapshots/redis-reader.ts";
import { RedisSnapshotWriter } from "../../../src/snapshots/redis-writer.ts";
import { eventually } from "../../support/eventually.ts";
import { sampleView } from "../queue/samples.ts";
import { cleanup, quiet, withRedis } from "../queue/with-redis.ts";

describe("snapshots whose redis fails", () => {
  const later = cleanup();
  const redis = withRedis();
  const key = { cluster: "test", namespace: "demo", name: "podinfo" };
  const views = [sampleView()];

  function open() {
    const reader = createSnapshotReader({ redisUrl: redis().url, log: quiet });
    later(() => reader.close());
    return reader;
  }

  function writer() {
    const options = { cluster: "test", clusterUid: "uid", worker: "w1", all: () => views, log: quiet };
    const made = new RedisSnapshotWriter({ redisUrl: redis().url, ...options });
    later(() => made.stop());
    return made;
  }

  it("are called rebuilding, never unknown, until they were written anew", async () => {
    const made = writer();
    await made.start();
    const reader = open();
    const raw = new Redis(redis().url);
    await raw.del("coalmine:epoch:test", "coalmine:views:test");
    raw.disconnect();

    const [cluster] = await reader.clusters();

    assert.equal(cluster?.state, "rebuilding");
    await eventually(async () => assert.equal((await reader.clusters())[0]?.state, "live"));
    assert.ok(await reader.get(key));
    await made.stop();
  });

  it("are written anew by themselves after everything was deleted", async () => {
    const made = writer();
    await made.start();
    const reader = open();

    await redis().flushAll();

    await eventually(async () => {
      assert.equal((await reader.clusters())[0]?.state, "live");
      assert.ok(await reader.get(key));
    });
    await made.stop();
  });

  it("never make a worker wait, and catch up when redis is back", async () => {
    redis().kill("SIGKILL");
    const made = writer();
    await made.start();
    const reader = open();
    await assert.rejects(reader.get(key), /while reading test:demo\/podinfo from Redis/);
    assert.notEqual(made.problem(), "");
    assert.deepEqual(made.workers(), ["w1"]);

    const before = performance.now();
    made.put(sampleView({ version: "9" }));
    views[0] = sampleView({ version: "9" });
    const tookMs = performance.now() - before;
    await redis().restart();

    // A wait for Redis would be 2.5 s.
    assert.ok(tookMs < 1_000, `${tookMs} ms`);
    await eventually(async () => assert.equal((await reader.get(key))?.version, "9"), { timeoutMs: 20_000 });
    await eventually(() => assert.equal(made.problem(), ""));
  });

  it("let a reader hear within three seconds that redis is away", async () => {
    const reader = open();
    await eventually(() => reader.clusters());
    redis().kill("SIGSTOP");

    const askedAt = performance.now();
    await assert.rejects(reader.clusters());
    const tookMs = performance.now() - askedAt;
    redis().kill("SIGCONT");

    assert.ok(tookMs < 3_000, `${tookMs} ms`);
  });
});
