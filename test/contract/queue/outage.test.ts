import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";
import { Consumer } from "../../../src/queue/consumer.ts";
import { RolloutJob, rolloutsQueue } from "../../../src/queue/jobs.ts";
import { createCommandSender, createWorkerSender } from "../../../src/queue/sender.ts";
import { signCommand } from "../../../src/queue/signature.ts";
import { eventually } from "../../support/eventually.ts";
import { KEY, sampleCommand } from "./samples.ts";
import { cleanup, quiet, withRedis } from "./with-redis.ts";

describe("a queue whose redis fails", () => {
  const later = cleanup();
  const redis = withRedis();
  const cluster = "outage";
  const send = (sender: ReturnType<typeof createCommandSender>, id: string) =>
    sender.send(signCommand(sampleCommand({ id, cluster }), KEY));

  function stage() {
    const sender = createCommandSender({ redisUrl: redis().url, log: quiet });
    later(() => sender.close());
    const seen: string[] = [];
    const consumer = new Consumer({
      queue: rolloutsQueue(cluster),
      schema: RolloutJob,
      redisUrl: redis().url,
      concurrency: 5,
      log: quiet,
      run: async (job) => void seen.push(job.kind === "command" ? job.signed.command.id : job.kind),
    });
    later(() => consumer.stop(100));
    consumer.start();
    return { sender, consumer, seen };
  }

  it("goes on after everything in it was deleted", async () => {
    const { sender, consumer, seen } = stage();
    await send(sender, "before-flush");
    await eventually(() => assert.deepEqual(seen, ["before-flush"]));

    await redis().flushAll();
    await send(sender, "after-flush");

    await eventually(() => assert.deepEqual(seen, ["before-flush", "after-flush"]));
    const wakes = createWorkerSender(cluster, { redisUrl: redis().url, log: quiet });
    later(() => wakes.close());
    await wakes.wakeAt({ namespace: "demo", name: "podinfo" }, Date.now() + 200);
    await redis().flushAll();
    await wakes.wakeAt({ namespace: "demo", name: "podinfo" }, Date.now() + 200);
    await eventually(() => assert.equal(seen.at(-1), "pass"));
    await consumer.stop(100);
    await sender.close();
  });

  it("fails fast while it is away and goes on when it is back", async () => {
    const { sender, consumer, seen } = stage();
    await send(sender, "before-crash");
    await eventually(() => assert.deepEqual(seen, ["before-crash"]));

    redis().kill("SIGKILL");
    await eventually(() => assert.rejects(send(sender, "meanwhile"), /is Redis reachable/));
    const askedAt = performance.now();
    await assert.rejects(send(sender, "meanwhile"), /is Redis reachable/);
    const tookMs = performance.now() - askedAt;
    await eventually(() => assert.notEqual(consumer.problem(), ""));
    await redis().restart();
    await eventually(() => send(sender, "after-crash"));

    assert.ok(tookMs < 3_000, `${tookMs} ms`);
    await eventually(() => assert.ok(seen.includes("after-crash")), { timeoutMs: 20_000 });
    await eventually(() => assert.equal(consumer.problem(), ""));
    await consumer.stop(100);
    await sender.close();
  });

  it("can be stopped while it is away", async () => {
    const { sender, consumer } = stage();
    await send(sender, "before-stop");
    redis().kill("SIGKILL");
    await eventually(() => assert.rejects(send(sender, "gone-away")));

    const stoppedAt = performance.now();
    await consumer.stop(100);
    await sender.close();

    assert.ok(performance.now() - stoppedAt < 5_000);
    await redis().restart();
  });

  for (const [how, signal] of [
    ["hangs", "SIGSTOP"],
    ["is away", "SIGKILL"],
  ] as const) {
    it(`holds no process that wants to end while it ${how}`, async () => {
      const script = new URL("stopping-process.ts", import.meta.url).pathname;
      const args = [script, redis().url, `stopping-${how.replace(" ", "-")}`];
      const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
      later(() => child.kill("SIGKILL"));
      await once(child.stdout, "data");
      redis().kill(signal);

      child.stdin.end();
      const [code] = (await once(child, "exit", { signal: AbortSignal.timeout(10_000) })) as [number | null];

      assert.equal(code, 0);
      await redis().restart();
    });
  }

  it("starts while redis is away", async () => {
    redis().kill("SIGKILL");
    const { sender, consumer, seen } = stage();
    await assert.rejects(send(sender, "too-early"), /is Redis reachable/);

    await redis().restart();
    await eventually(() => send(sender, "first-one"));

    await eventually(() => assert.ok(seen.includes("first-one")), { timeoutMs: 20_000 });
    await consumer.stop(100);
    await sender.close();
  });
});
