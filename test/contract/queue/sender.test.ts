import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { redisAddress } from "../../../src/queue/connection.ts";
import { Consumer } from "../../../src/queue/consumer.ts";
import { ANNOUNCEMENTS_QUEUE, AnnouncementJob, RolloutJob, rolloutsQueue } from "../../../src/queue/jobs.ts";
import { createWorkerSender } from "../../../src/queue/sender.ts";
import { eventually } from "../../support/eventually.ts";
import { sampleView } from "./samples.ts";
import { cleanup, quiet, withRedis } from "./with-redis.ts";

describe("a worker's sender", () => {
  const later = cleanup();
  const redis = withRedis();

  function stage(cluster: string) {
    const sender = createWorkerSender(cluster, { redisUrl: redis().url, log: quiet });
    later(() => sender.close());
    const open = (name: string) => {
      const queue = new Queue(name, { connection: redisAddress(redis().url) });
      queue.on("error", () => {});
      later(() => queue.close());
      return queue;
    };
    return { sender, rollouts: open(rolloutsQueue(cluster)), announcements: open(ANNOUNCEMENTS_QUEUE) };
  }

  function listen(run: (job: AnnouncementJob) => Promise<void>) {
    const options = { schema: AnnouncementJob, redisUrl: redis().url, concurrency: 5, log: quiet };
    const consumer = new Consumer({ queue: ANNOUNCEMENTS_QUEUE, ...options, run });
    later(() => consumer.stop(100));
    consumer.start();
    return consumer;
  }

  it("keeps one waiting announcement per rollout, with the newest data", async () => {
    const { sender, announcements } = stage("waiting");
    for (const version of ["1", "2", "3"]) await sender.announce(sampleView({ cluster: "waiting", version }));
    await sender.announce(sampleView({ cluster: "waiting", name: "checkout", version: "7" }));

    const jobs = await announcements.getJobs(["wait", "prioritized"]);

    const seen = jobs.map((job) => [job.data.view.name, job.data.view.version]);
    assert.deepEqual(seen.toSorted(), [
      ["checkout", "7"],
      ["podinfo", "3"],
    ]);
    await announcements.obliterate({ force: true });
  });

  it("runs one announcement per rollout at a time, and after it the newest", async () => {
    const { sender } = stage("active");
    const seen: string[] = [];
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const consumer = listen(async (job) => {
      if (job.kind !== "announce") return;
      seen.push(job.view.version);
      await released;
    });

    await sender.announce(sampleView({ cluster: "active", version: "1" }));
    await eventually(() => assert.deepEqual(seen, ["1"]));
    for (const version of ["2", "3", "4"]) await sender.announce(sampleView({ cluster: "active", version }));
    release();

    await eventually(() => assert.deepEqual(seen, ["1", "4"]));
    await consumer.stop(1_000);
  });

  it("is not blocked for ever by a job that vanished from its list", async () => {
    const { sender, announcements } = stage("orphan");
    await sender.announce(sampleView({ cluster: "orphan", version: "1" }));
    const [orphan] = await announcements.getJobs(["wait"]);
    const raw = new Redis(redis().url);
    later(() => raw.disconnect());
    assert.equal(await raw.lrem(announcements.toKey("wait"), 0, orphan!.id!), 1);

    await sender.announce(sampleView({ cluster: "orphan", version: "2" }));

    const jobs = await announcements.getJobs(["wait"]);
    assert.deepEqual(
      jobs.map((job) => job.data.view.version),
      ["2"],
    );
    await announcements.obliterate({ force: true });
  });

  it("keeps one wake-up per canary, the last that was asked for", async () => {
    const { sender, rollouts } = stage("wake");
    const soon = Date.now() + 60_000;

    await sender.wakeAt({ namespace: "demo", name: "podinfo" }, soon);
    await sender.wakeAt({ namespace: "demo", name: "podinfo" }, soon + 60_000);
    await sender.wakeAt({ namespace: "demo", name: "podinfo" }, soon + 30_000);
    await sender.wakeAt({ namespace: "demo", name: "checkout" }, soon);

    const delayed = await rollouts.getDelayed();
    const due = delayed.map((job) => [job.data.name, Math.round((job.timestamp + job.delay - soon) / 1_000)]);
    assert.deepEqual(due.toSorted(), [
      ["checkout", 0],
      ["podinfo", 30],
    ]);
  });

  it("lets a pass ask for the next one while it runs", async () => {
    const { sender, rollouts } = stage("rhythm");
    const passes: number[] = [];
    const options = { schema: RolloutJob, redisUrl: redis().url, concurrency: 1, log: quiet };
    const consumer = new Consumer({
      queue: rolloutsQueue("rhythm"),
      ...options,
      run: async () => {
        passes.push(Date.now());
        if (passes.length < 4) await sender.wakeAt({ namespace: "demo", name: "podinfo" }, Date.now() + 100);
      },
    });
    later(() => consumer.stop(100));
    consumer.start();

    await sender.wakeAt({ namespace: "demo", name: "podinfo" }, 0);

    await eventually(() => assert.equal(passes.length, 4));
    const counts = await rollouts.getJobCounts("wait", "delayed", "prioritized");
    assert.deepEqual(counts, { wait: 0, delayed: 0, prioritized: 0 });
    const gaps = passes.slice(1).map((at, index) => at - passes[index]!);
    assert.ok(
      gaps.every((gap) => gap >= 90),
      `${gaps.join(", ")} ms`,
    );
  });
});
