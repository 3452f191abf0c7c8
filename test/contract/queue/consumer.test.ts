import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";
import { Queue } from "bullmq";
import { TerminalError } from "../../../src/errors.ts";
import { redisAddress } from "../../../src/queue/connection.ts";
import { Consumer, type ConsumerOptions } from "../../../src/queue/consumer.ts";
import { RolloutJob, rolloutsQueue } from "../../../src/queue/jobs.ts";
import { createCommandSender, createWorkerSender } from "../../../src/queue/sender.ts";
import { signCommand } from "../../../src/queue/signature.ts";
import { eventually } from "../../support/eventually.ts";
import { KEY, sampleCommand } from "./samples.ts";
import { cleanup, quiet, withRedis } from "./with-redis.ts";

describe("a consumer of commands", { concurrency: true }, () => {
  const later = cleanup();
  const redis = withRedis();
  let clusters = 0;

  /** A cluster of its own for each test, with its sender. */
  function stage() {
    const cluster = `c${(clusters += 1)}`;
    const sender = createCommandSender({ redisUrl: redis().url, log: quiet });
    later(() => sender.close());
    const queue = new Queue(rolloutsQueue(cluster), { connection: redisAddress(redis().url) });
    queue.on("error", () => {});
    later(() => queue.close());
    const send = (id: string) => sender.send(signCommand(sampleCommand({ id, cluster }), KEY));
    return { cluster, queue, send };
  }

  function consume(cluster: string, run: ConsumerOptions<RolloutJob>["run"]): Consumer<RolloutJob> {
    const options = { schema: RolloutJob, redisUrl: redis().url, concurrency: 10, log: quiet };
    const consumer = new Consumer({ queue: rolloutsQueue(cluster), ...options, run });
    later(() => consumer.stop(100));
    consumer.start();
    return consumer;
  }

  it("receives a command whole", async () => {
    const { cluster, send } = stage();
    const seen: RolloutJob[] = [];
    consume(cluster, async (job) => void seen.push(job));

    await send("command-whole");

    await eventually(() => assert.equal(seen.length, 1));
    const signed = signCommand(sampleCommand({ id: "command-whole", cluster }), KEY);
    assert.deepEqual(seen[0], { kind: "command", signed });
  });

  it("receives a command once although it was added three times while it waited", async () => {
    const { cluster, send, queue } = stage();
    await Promise.all([send("command-thrice"), send("command-thrice"), send("command-thrice")]);
    await send("command-other");
    const seen: string[] = [];

    consume(cluster, async (job) => void seen.push(job.kind === "command" ? job.signed.command.id : job.kind));

    await eventually(async () => assert.equal((await queue.getJobCounts("wait", "active"))["wait"], 0));
    await eventually(() => assert.deepEqual(seen.toSorted(), ["command-other", "command-thrice"]));
  });

  it("receives a command again when it is added again after it was done, since its receipt may be lost", async () => {
    const { cluster, send } = stage();
    let times = 0;
    consume(cluster, async () => void (times += 1));
    await send("command-again");
    await eventually(() => assert.equal(times, 1));

    await eventually(async () => {
      await send("command-again");
      assert.equal(times >= 2, true);
    });
  });

  it("tries again after a failure that may pass", async () => {
    const { cluster, send } = stage();
    let times = 0;
    consume(cluster, async () => {
      times += 1;
      if (times < 3) throw new Error("not yet");
    });

    await send("command-retry");

    await eventually(() => assert.equal(times, 3));
  });

  it("gives up at once after a hopeless failure", async () => {
    const { cluster, send, queue } = stage();
    let times = 0;
    consume(cluster, async () => {
      times += 1;
      throw new TerminalError("never");
    });

    await send("command-hopeless");
    await eventually(async () => {
      assert.equal(times, 1);
      const counts = await queue.getJobCounts();
      assert.deepEqual(
        Object.values(counts).filter((count) => count > 0),
        [],
      );
    });
  });

  it("fails a job that does not look like one without running it", async () => {
    const { cluster, queue } = stage();
    let times = 0;
    consume(cluster, async () => void (times += 1));

    await queue.add("command", { kind: "command", signed: { command: { verb: "start" } } }, { attempts: 5 });

    await eventually(async () => assert.equal((await queue.getFailed()).length, 1));
    const [failed] = await queue.getFailed();
    assert.match(failed?.failedReason ?? "", /payload is not what this queue takes/);
    assert.equal(failed?.attemptsMade, 1);
    assert.equal(times, 0);
  });

  it("runs commands before passes that waited longer", async () => {
    const { cluster, send } = stage();
    const wakes = createWorkerSender(cluster, { redisUrl: redis().url, log: quiet });
    later(() => wakes.close());
    for (const name of ["a", "b", "c"]) await wakes.wakeAt({ namespace: "demo", name }, 0);
    await send("command-first");
    const seen: string[] = [];

    const options = { schema: RolloutJob, redisUrl: redis().url, concurrency: 1, log: quiet };
    const run = async (job: RolloutJob) => void seen.push(job.kind);
    const consumer = new Consumer({ queue: rolloutsQueue(cluster), ...options, run });
    later(() => consumer.stop(100));
    consumer.start();

    await eventually(() => assert.deepEqual(seen, ["command", "pass", "pass", "pass"]));
  });

  it("takes over the job of a process that was killed within seven seconds", async () => {
    const { cluster, send } = stage();
    await send("command-killed");
    const script = new URL("hanging-consumer.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, [script, redis().url, cluster], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    const killedAt = performance.now();
    child.kill("SIGKILL");
    await once(child, "exit");
    let tookMs = 0;

    consume(cluster, async () => void (tookMs = performance.now() - killedAt));

    await eventually(() => assert.notEqual(tookMs, 0), { timeoutMs: 15_000 });
    // The lock (5 s) and two looks of the stall check (2.5 s each) bound it; a busy machine gets some grace.
    assert.ok(tookMs < 12_000, `${tookMs} ms`);
  });

  it("lets a running job finish when it stops", async () => {
    const { cluster, send } = stage();
    let finished = false;
    let began = () => {};
    const begun = new Promise<void>((resolve) => (began = resolve));
    const consumer = consume(cluster, async () => {
      began();
      await new Promise((resolve) => setTimeout(resolve, 200));
      finished = true;
    });
    await send("command-stop");
    await begun;

    await consumer.stop(5_000);

    assert.equal(finished, true);
  });

  it("aborts a job that does not end when it stops", async () => {
    const { cluster, send } = stage();
    let reason: unknown;
    let began = () => {};
    const begun = new Promise<void>((resolve) => (began = resolve));
    const consumer = consume(cluster, async (_job, signal) => {
      began();
      await once(signal, "abort");
      reason = signal.reason;
      throw new Error("aborted");
    });
    await send("command-abort");
    await begun;

    await consumer.stop(50);

    assert.match(String(reason), /the process stops/);
  });
});
