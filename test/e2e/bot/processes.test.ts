import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RolloutEvent } from "../../../src/rollout/event.ts";
import { eventually } from "../../support/eventually.ts";
import { viewWith } from "../../unit/slack/support/announcing.ts";
import { EVENTS } from "../../unit/slack/support/events.ts";
import { waitingForApproval } from "../../unit/slack/support/views.ts";
import { startProcesses, type ProcessScene } from "./support/processes.ts";

/** So many different events that each reply can be told from the others. */
const steps = (count: number): RolloutEvent[] =>
  Array.from({ length: count }, (_, index) => ({ ...EVENTS["step-started"], step: index + 1, of: count, figures: [] }));

const stepsSaid = ({ slack }: ProcessScene): number[] =>
  slack
    .messages("deploys")
    .flatMap(({ text }) => [...text.matchAll(/^Step (\d+) of/g)].map(([, step]) => Number(step)));

const roots = ({ slack }: ProcessScene) =>
  slack.messages("deploys").filter(({ ts, threadTs, onlyFor }) => (threadTs ?? ts) === ts && onlyFor === undefined);

/** Announces until all is said, as a worker's sweep does. */
async function saidAll(scene: ProcessScene, count: number): Promise<void> {
  await eventually(
    async () => {
      await scene.worker.announce().catch(() => undefined);
      assert.equal(scene.worker.through(), count);
    },
    { timeoutMs: 60_000, everyMs: 500 },
  );
}

const whole = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe("bot processes", { timeout: 240_000 }, () => {
  it("says everything once although it is killed again and again in mid-post", async () => {
    await using scene = await startProcesses();
    const [bot] = scene.bots;
    assert.ok(bot);
    scene.worker.show(viewWith(steps(12)));
    await scene.worker.announce();

    for (const after of [1, 5, 9]) {
      await eventually(() => assert.ok(stepsSaid(scene).length >= after), { timeoutMs: 30_000, everyMs: 5 });
      bot.kill("SIGKILL");
      await bot.restart();
    }
    await saidAll(scene, 12);

    assert.deepEqual(stepsSaid(scene), whole(12));
    assert.equal(roots(scene).length, 1);
  });

  it("says everything once although Slack stores what it does not answer, and fails otherwise", async () => {
    await using scene = await startProcesses();
    for (const fault of [
      { dropAfterStore: true },
      { status: 500 },
      { status: 429, retryAfter: 1 },
      { dropAfterStore: true },
    ])
      scene.slack.faults.failNext("chat.postMessage", fault);
    scene.slack.faults.failNext("chat.update", { status: 500 });
    scene.worker.show(viewWith(steps(4)));

    await saidAll(scene, 4);

    assert.deepEqual(stepsSaid(scene), whole(4));
    assert.equal(roots(scene).length, 1);
  });

  it("says everything once although Redis is emptied in between", async () => {
    await using scene = await startProcesses({ bots: 2 });
    scene.worker.show(viewWith(steps(8)));
    await scene.worker.announce();

    for (const after of [2, 5]) {
      await eventually(() => assert.ok(stepsSaid(scene).length >= after), { timeoutMs: 30_000, everyMs: 5 });
      await scene.redis.flushAll();
      await scene.worker.announce();
    }
    await saidAll(scene, 8);

    assert.deepEqual(
      [...stepsSaid(scene)].sort((a, b) => a - b),
      whole(8),
    );
    assert.equal(roots(scene).length, 1);
  });

  it("takes Approve pressed by two people on two bots at once, and tells each exactly once", async () => {
    await using scene = await startProcesses({ bots: 2 });
    await eventually(() => assert.equal(scene.slack.openSockets(), 2));
    const { phase, gate } = waitingForApproval();
    const view = { ...viewWith([EVENTS["approval-wanted"]]), phase, gate };
    scene.worker.show(view);
    await saidAll(scene, 1);
    scene.worker.show(view);
    const [root] = roots(scene);
    assert.ok(root);
    const press = (name: string) => scene.slack.as(name).press({ channel: "deploys", ts: root.ts }, "canary_approve");

    await Promise.all([press("lee"), press("max"), press("lee"), press("max")]);

    for (const name of ["lee", "max"])
      await eventually(() => assert.match(scene.slack.ephemeralsFor(name).at(-1)?.text ?? "", /^Accepted: `approve`/));
    assert.deepEqual(scene.worker.commands.map((command) => command.actor.name).sort(), ["lee", "max"]);
    for (const name of ["lee", "max"]) assert.equal(scene.slack.ephemeralsFor(name).length, 1);
  });

  it("lets the other bot tell the outcome when the one that was asked is killed", async () => {
    await using scene = await startProcesses({ bots: 2 });
    await eventually(() => assert.equal(scene.slack.openSockets(), 2));
    scene.worker.show(viewWith([]));
    const kept = Promise.withResolvers<() => Promise<void>>();
    const { answer } = scene.worker;
    scene.worker.answer = async (command) => kept.resolve(() => answer(command));
    // Typed again only when nothing came of it (the snapshot was not there yet): each typing is a wish of its own.
    await eventually(async () => {
      await scene.slack.as("ana").type("deploys", "/canary pause podinfo");
      await eventually(() => assert.equal(scene.worker.commands.length, 1), { timeoutMs: 5_000 });
    });
    const tell = await kept.promise;

    for (const bot of scene.bots) bot.kill("SIGKILL");
    await scene.bots[1]?.restart();
    await tell();

    await eventually(() => assert.match(scene.slack.ephemeralsFor("ana").at(-1)?.text ?? "", /^Accepted: `pause`/), {
      timeoutMs: 30_000,
    });
  });

  it("says honestly that nothing was passed on while Redis is gone, and works again when it is back", async () => {
    await using scene = await startProcesses();
    scene.worker.show(viewWith([]));
    scene.redis.kill("SIGKILL");
    const ana = scene.slack.as("ana");

    await ana.type("deploys", "/canary pause podinfo");
    await eventually(() => assert.match(scene.slack.ephemeralsFor("ana").at(-1)?.text ?? "", /Redis.*does not answer/));
    await scene.redis.restart();
    await eventually(
      async () => {
        await ana.type("deploys", "/canary pause prod-eu:demo/podinfo");
        await eventually(() => assert.match(scene.slack.ephemeralsFor("ana").at(-1)?.text ?? "", /^Accepted/), {
          timeoutMs: 2_000,
        });
      },
      { timeoutMs: 40_000 },
    );
  });

  it("stops on SIGTERM by itself", async () => {
    await using scene = await startProcesses();
    const [bot] = scene.bots;
    assert.ok(bot);

    bot.kill("SIGTERM");

    await eventually(() => assert.equal(bot.isRunning(), false), { timeoutMs: 15_000 });
  });
});
