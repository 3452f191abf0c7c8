import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { Engine } from "../../../src/controller/engine.ts";
import { rankOf } from "../../../src/controller/rank.ts";
import type { EngineParts } from "../../../src/controller/parts.ts";
import { BusyError } from "../../../src/errors.ts";
import { signCommand } from "../../../src/queue/signature.ts";
import type { RolloutCommand } from "../../../src/rollout/command.ts";
import type { Rollout } from "../../../src/rollout/rollout.ts";
import { timestamp } from "../../../src/units.ts";
import { eventually } from "../../support/eventually.ts";
import { command, revision, rollout, routed, T0, workload } from "../../support/subjects.ts";
import { FakeCluster, KEY, midway } from "./fake-cluster.ts";

const PASS = { kind: "pass", namespace: "demo", name: "podinfo" } as const;
const opened: Engine[] = [];

/** A rollout of 6.1.0 at its first step, healthy and not due, with an engine on it. */
function rolling(fields: Partial<Rollout> = {}, parts: Partial<EngineParts> = {}) {
  const next = revision("6.1.0");
  const [record, seen] = midway({ revision: next, applied: next.hash, nextPassAt: timestamp(T0 + 5_000), ...fields });
  const world = new FakeCluster(rollout(record), { ...seen, target: workload("6.1.0") });
  const engine = new Engine(world.parts(parts));
  opened.push(engine);
  return { world, engine };
}

const jobOf = (sent: RolloutCommand, key = KEY) => ({ kind: "command", signed: signCommand(sent, key) }) as const;
const outcomesOf = ({ receipts }: FakeCluster) =>
  receipts.map(({ outcome }) => (outcome.kind === "accepted" ? "accepted" : outcome.refusal.reason));

afterEach(async () => {
  await Promise.all(opened.splice(0).map((engine) => engine.stop()));
});

describe("an engine given a command", () => {
  it("answers with a receipt once it is written", async () => {
    const { world, engine } = rolling();

    await engine.run(jobOf(command({ verb: "pause", reason: "lunch" })));

    assert.deepEqual(outcomesOf(world), ["accepted"]);
    assert.equal(world.stored?.rollout?.pause?.reason, "lunch");
  });

  it("lets no pass that came before it measure first", async () => {
    const { world, engine } = rolling({ nextPassAt: T0 });
    let asked = 0;
    world.measure = (_canary, _checks, signal) => {
      asked += 1;
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
    };

    const passes = [engine.run(PASS), engine.run(PASS)];
    await eventually(async () => assert.equal(asked, 1));
    await engine.run(jobOf(command({ verb: "rollback" })));
    await Promise.all(passes);

    assert.equal(asked, 1);
    assert.equal(world.stored?.rollout?.phase, "rolling-back");
  });

  it("refuses one that was altered after it was signed", async () => {
    const { world, engine } = rolling();
    const { signed } = jobOf(command({ verb: "pause" }));

    await engine.run({ kind: "command", signed: { ...signed, command: { ...signed.command, verb: "promote" } } });

    assert.deepEqual(outcomesOf(world), ["bad-signature"]);
    assert.deepEqual(world.journal, []);
  });

  it("refuses one that was signed under another key, and one that is meant for another cluster", async () => {
    const { world, engine } = rolling();

    await engine.run(jobOf(command({ verb: "pause" }), "another key of thirty-two letters"));
    await engine.run(jobOf(command({ verb: "pause", cluster: "prod" })));

    assert.deepEqual(outcomesOf(world), ["bad-signature", "unknown-canary"]);
    assert.deepEqual(world.journal, []);
  });

  it("answers each copy of it and applies one", async () => {
    const { world, engine } = rolling();
    const pause = command({ verb: "pause" });

    await Promise.all([engine.run(jobOf(pause)), engine.run(jobOf(pause)), engine.run(jobOf(pause))]);

    assert.deepEqual(outcomesOf(world), ["accepted", "accepted", "accepted"]);
    assert.equal(world.journal.filter((entry) => entry === "save").length, 1);
  });

  it("gives it back to the queue when it could be neither written nor refused", async () => {
    const { world, engine } = rolling();
    world.beforeSave = () => {
      throw new Error("the API server is away");
    };

    await assert.rejects(engine.run(jobOf(command({ verb: "pause" }))), /API server is away/);

    assert.deepEqual(world.receipts, []);
  });

  it("gives it back when the receipt could not be queued, so that the person hears of it later", async () => {
    const { world, engine } = rolling();
    world.redis = "down";

    await assert.rejects(engine.run(jobOf(command({ verb: "pause" }))), /redis is away/);
    world.redis = "up";
    await engine.run(jobOf(command({ verb: "pause" })));

    assert.deepEqual(outcomesOf(world), ["accepted"]);
    assert.equal(world.stored?.rollout?.commands.length, 1);
  });

  it("does not let a person wait for a Prometheus that hangs", async () => {
    const { world, engine } = rolling({ nextPassAt: T0 });
    world.measure = (_canary, _checks, signal) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const hanging = engine.run(PASS);
    await eventually(() => assert.deepEqual(world.journal, ["measure"]));

    await engine.run(jobOf(command({ verb: "rollback" })));
    await hanging;

    assert.deepEqual(outcomesOf(world), ["accepted"]);
    assert.equal(world.stored?.rollout?.phase, "rolling-back");
  });
});

describe("an engine", () => {
  it("runs the passes of one canary one after another", async () => {
    const { world, engine } = rolling({ nextPassAt: T0 });
    let running = 0;
    let most = 0;
    world.measure = async (_canary, checks) => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return checks.map(({ name }) => ({ kind: "no-data", check: name, query: "q" }));
    };

    await Promise.all([engine.run(PASS), engine.run(PASS), engine.run(PASS)]);

    assert.equal(most, 1);
  });

  it("asks to be woken when the next pass is due", async () => {
    const { world, engine } = rolling({ nextPassAt: T0 });

    await engine.run(PASS);

    assert.deepEqual(world.wakes, [world.stored?.rollout?.nextPassAt]);
  });

  it("follows a rollback to its end without waiting for anybody", async () => {
    const { world, engine } = rolling();

    await engine.run(jobOf(command({ verb: "rollback" })));

    await eventually(() => assert.ok(world.journal.includes("scale-target")));
  });

  it("tries an effect again that failed", async () => {
    const { world, engine } = rolling({ nextPassAt: T0 });
    let failures = 2;
    world.beforeEffect = () => {
      failures -= 1;
      if (failures >= 0) throw new Error("500 from the API server");
    };

    await engine.run(PASS);

    assert.equal(world.seen.route.kind === "present" && world.seen.route.weight, 20);
    await eventually(() => assert.equal(world.seen.route.kind === "present" && world.seen.route.weight, 40));
  });

  it("leaves an API server alone for as long as it asks, but for a person's command", async () => {
    const { world, engine } = rolling({ nextPassAt: T0 });
    world.beforeSave = () => {
      throw new Error("while saving", { cause: new BusyError("too many requests", { retryAfterMs: 1_200 }) });
    };
    await engine.run(PASS);
    let tried = 0;
    world.beforeSave = () => void (tried += 1);

    engine.changed(PASS);
    await engine.run(PASS);
    await new Promise((resolve) => setTimeout(resolve, 600));
    const early = tried;
    await engine.run(jobOf(command({ verb: "pause" })));

    assert.deepEqual([early, outcomesOf(world)], [0, ["accepted"]]);
    await eventually(() => assert.equal(world.stored?.rollout?.evidence.length, 1));
  });

  it("runs an overdue rollout from its own cache although nothing wakes it and redis is down", async () => {
    const { world, engine } = rolling({ nextPassAt: timestamp(T0 - 2_000) });
    world.redis = "down";

    engine.start();

    await eventually(() => assert.ok(world.journal.includes("set-route")));
  });

  it("leaves an overdue rollout to the workers before it in line for a second each", async () => {
    const { world, engine } = rolling({ nextPassAt: timestamp(T0 + 100_000) });
    const others = Array.from({ length: 40 }, (_, index) => `worker-${index}`);
    world.workers = ["self", ...others];
    engine.start();
    await new Promise((resolve) => setTimeout(resolve, 50));
    world.clock = T0 + 102_000;

    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const before = [...world.journal];
    world.clock = T0 + 200_000;

    await eventually(() => assert.ok(world.journal.includes("save")));
    assert.deepEqual(before, []);
  });

  it("lets the worker that has just saved a record carry it out, and steps in when that does not happen", async () => {
    const { world, engine } = rolling();
    await engine.run(PASS);
    const behind = ["a", "b", "c", "d"].filter((name) => rankOf("demo/podinfo", "self", ["self", name]) === 0);
    world.workers = ["self", ...behind.slice(0, 1)];
    const saved = world.stored!.rollout!;
    world.touch({ rollout: { ...saved, route: routed(40, saved.route.stamp + 1) } });

    engine.changed(PASS);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const early = [...world.journal];

    await eventually(() => assert.deepEqual(world.journal, ["set-route"]));
    assert.equal(world.workers.length, 2);
    assert.deepEqual(early, []);
  });

  it("does nothing for a change that changes nothing", async () => {
    const { world, engine } = rolling();

    engine.changed(PASS);
    await eventually(() => assert.equal(world.snapshots.length, 1));
    engine.changed(PASS);
    await new Promise((resolve) => setTimeout(resolve, 100));

    assert.deepEqual([world.journal, world.snapshots.length], [[], 1]);
  });

  it("writes what the bot reported within five seconds, and answers with it before", async () => {
    const { world, engine } = rolling();

    await engine.run({
      ...PASS,
      kind: "posted",
      rollout: "a1b2c3d4-1",
      root: { channel: "C1", ts: "1.2" },
      through: 0,
    });

    assert.deepEqual(engine.views()[0]?.root, { channel: "C1", ts: "1.2" });
    await eventually(() => assert.deepEqual(world.stored?.rollout?.root, { channel: "C1", ts: "1.2" }));
    assert.deepEqual(world.journal, ["save"]);
  });

  it("does no more once it was stopped", async () => {
    const { world, engine } = rolling({ nextPassAt: T0 });

    await engine.stop();
    await engine.run(PASS);
    engine.changed(PASS);
    await assert.rejects(engine.run(jobOf(command({ verb: "pause" }))));

    assert.deepEqual(world.journal, []);
  });
});
