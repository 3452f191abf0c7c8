import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Queue } from "bullmq";
import { redisAddress } from "../../../src/queue/connection.ts";
import { rolloutsQueue } from "../../../src/queue/jobs.ts";
import { signCommand } from "../../../src/queue/signature.ts";
import type { RolloutCommand } from "../../../src/rollout/command.ts";
import { timestamp } from "../../../src/units.ts";
import { KEY } from "../../contract/queue/samples.ts";
import { eventually } from "../../support/eventually.ts";
import { CLUSTER, WorkerStage } from "./worker-stage.ts";

describe("commands to a worker", () => {
  const stage = new WorkerStage();
  let queue: Queue | undefined;
  before(async () => {
    await stage.start({
      steps: [5, 10, 15, 20, 25, 30, 35, 40, 45, 50],
      spec: (spec) => delete spec["rollout"],
    });
    queue = new Queue(rolloutsQueue(CLUSTER), { connection: redisAddress(stage.redis.url) });
    await stage.untilPhase("initialized");
  });
  after(async () => {
    await queue?.close();
    await stage.stop();
  });

  /** Adds a job as somebody with access to Redis could, without the sender's care. */
  const smuggle = (command: RolloutCommand, alter: (command: RolloutCommand) => RolloutCommand = (same) => same) => {
    const signed = signCommand(command, KEY);
    return queue!.add("command", { kind: "command", signed: { ...signed, command: alter(signed.command) } });
  };
  const hears = (command: RolloutCommand, outcomes: string[]) =>
    eventually(() => assert.deepEqual(stage.outcomesOf(command), outcomes));

  it("are refused when they were altered or signed by somebody else", async () => {
    const altered = stage.command({ verb: "start", image: "6.1.0" });
    const forged = stage.command({ verb: "start", image: "6.1.0" });

    await smuggle(altered, (command) => ({ ...command, image: "6.6.6" }));
    await stage.send(forged, "somebody else's key of 32 letters");

    await hears(altered, ["bad-signature"]);
    await hears(forged, ["bad-signature"]);
    assert.equal((await stage.rollout()).phase, "initialized");
  });

  it("are refused when they are too old, for another cluster, or for nothing that exists", async () => {
    const expired = stage.command({ verb: "start", expiresAt: timestamp(Date.now() - 1) });
    const elsewhere = stage.command({ verb: "start", cluster: "elsewhere" });
    const nobody = stage.command({ verb: "start", name: "nobody" });

    for (const command of [expired, elsewhere, nobody]) await smuggle(command);

    await hears(expired, ["expired"]);
    await hears(elsewhere, ["unknown-canary"]);
    await hears(nobody, ["unknown-canary"]);
  });

  it("that are no commands at all are put aside, and the next one is obeyed", async () => {
    await queue!.add("command", { kind: "command", signed: "rollback please" });
    await queue!.add("pass", { kind: "format-c" });
    const start = stage.command({ verb: "start", image: "6.1.0" });

    await stage.send(start);

    await hears(start, ["accepted"]);
    await eventually(async () => assert.equal(await queue!.getFailedCount(), 2));
  });

  it("are applied once however often they arrive", async () => {
    await stage.untilPhase("progressing");
    const pause = stage.command({ verb: "pause", reason: "lunch" });

    await Promise.all([smuggle(pause), smuggle(pause), smuggle(pause)]);
    await hears(pause, ["accepted", "accepted", "accepted"]);
    const resume = stage.command({ verb: "resume" });
    await stage.send(resume);
    await hears(resume, ["accepted"]);
    await smuggle(pause);
    await hears(pause, ["accepted", "accepted", "accepted", "accepted"]);

    const rollout = await stage.rollout();
    assert.equal(rollout.pause, null);
    assert.equal(rollout.events.filter(({ event }) => event.kind === "paused").length, 1);
  });

  it("are obeyed within a moment, not within an interval", async () => {
    await eventually(async () => assert.ok((await stage.weight()) > 0), { timeoutMs: 30_000 });
    const rollback = stage.command({ verb: "rollback", reason: "smells" });

    const askedAt = performance.now();
    await stage.send(rollback);
    await eventually(async () => assert.equal(await stage.weight(), 0), { everyMs: 10 });

    // Far below the second that the next pass may be away; the bench measures how far.
    assert.ok(performance.now() - askedAt < 1_000);
    await hears(rollback, ["accepted"]);
    const rollout = await stage.untilPhase("failed");
    assert.equal(rollout.rollback?.cause, "asked");
  });

  it("that come in after a rollback cannot bring traffic back", async () => {
    const late = stage.command({ verb: "promote" });

    await stage.send(late);

    await hears(late, ["not-running"]);
    assert.equal(await stage.weight(), 0);
  });
});
