import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { WorkerStage } from "./worker-stage.ts";

const STEPS = [10, 20, 30, 40, 50];

describe("a rollout on two workers", () => {
  const stage = new WorkerStage();
  let minor = 0;
  before(async () => {
    await stage.start({
      workers: 2,
      steps: STEPS,
      spec: (spec) => delete spec["rollout"],
    });
    await stage.untilPhase("initialized");
  });
  after(() => stage.stop());

  beforeEach(async () => {
    minor += 1;
    await stage.send(stage.command({ verb: "start", image: `6.${minor}.0` }));
    await eventually(async () => assert.ok((await stage.weight()) >= 10), { timeoutMs: 30_000 });
  });

  async function endsWell() {
    const rollout = await stage.untilPhase("succeeded");
    assert.equal(rollout.promoted?.label, `6.${minor}.0`);
    assert.deepEqual(await stage.steps(), STEPS);
    assert.equal(await stage.weight(), 0);
    const sequences = rollout.events.map(({ sequence }) => sequence);
    assert.deepEqual(sequences, [...new Set(sequences)]);
  }

  it("takes every step once although both run", async () => {
    await endsWell();
  });

  it("goes on when one of them is killed", async () => {
    const [victim] = stage.workers;
    victim!.kill("SIGKILL");

    await endsWell();
    await victim!.restart();
  });

  it("goes on when both are killed and come back", async () => {
    for (const worker of stage.workers) worker.kill("SIGKILL");
    await eventually(() => assert.ok(stage.workers.every((worker) => !worker.isRunning())));
    const before = await stage.steps();

    await Promise.all(stage.workers.map((worker) => worker.restart()));

    await endsWell();
    assert.deepEqual((await stage.steps()).slice(0, before.length), before);
  });

  it("goes on when everything in Redis is deleted", async () => {
    await stage.redis.flushAll();

    await endsWell();
  });

  it("goes on while Redis is away, and is announced when it is back", async () => {
    stage.redis.kill("SIGKILL");

    await endsWell();
    const { id } = await stage.rollout();
    await stage.redis.restart();

    await eventually(
      () => {
        const told = stage.announcements.filter((job) => job.kind === "announce" && job.view.rollout === id);
        assert.ok(told.some((job) => job.kind === "announce" && job.view.phase === "succeeded"));
      },
      { timeoutMs: 90_000 },
    );
  });

  it("holds while Prometheus is away, and goes on when it is back", async () => {
    stage.prometheus.kill("SIGSTOP");
    await eventually(
      async () => assert.ok((await stage.rollout()).evidence.some(({ verdict }) => verdict === "error")),
      { timeoutMs: 30_000 },
    );
    const held = await stage.weight();
    const { failedChecks } = await stage.rollout();
    stage.prometheus.kill("SIGCONT");

    await endsWell();
    assert.ok(held < 50);
    assert.equal(failedChecks, 0);
  });
});
