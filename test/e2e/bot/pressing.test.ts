import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { viewWith } from "../../unit/slack/support/announcing.ts";
import { EVENTS } from "../../unit/slack/support/events.ts";
import { waitingForApproval, progressing } from "../../unit/slack/support/views.ts";
import { acceptedBy, refusedBy } from "./support/fakes.ts";
import { openScene, type Scene } from "./support/scene.ts";

const { phase, gate } = waitingForApproval();
const waiting = { ...viewWith([EVENTS["approval-wanted"]]), phase, gate };

async function announced(scene: Scene, view = waiting) {
  await scene.announce(view);
  const channel = "#deploys";
  const [root] = scene.slack.messages(channel);
  assert.ok(root);
  scene.snapshots.views = [{ ...view, root: { channel: root.channel, ts: root.ts }, announcedThrough: 9 }];
  return { channel, ts: root.ts };
}

for (const transport of ["socket", "http"] as const)
  describe(`pressing buttons over ${transport}`, () => {
    it("passes an approval on, bound to rollout, gate and revision", async () => {
      await using scene = await openScene({ transport, grace: 3_000 });
      const root = await announced(scene);

      await scene.slack.as("lee").press(root, "canary_approve");
      const command = await scene.command();
      await scene.give(acceptedBy(command));

      const { verb, rollout, gate: bound, revision, roles, actor } = command;
      assert.deepEqual(
        [verb, rollout, bound, revision, roles, actor.name],
        ["approve", waiting.rollout, "confirm-promotion", waiting.revision.hash, ["release-approvers"], "lee"],
      );
      await scene.sees("lee", /^Accepted: `approve`/);
      assert.equal(scene.told("lee").length, 1);
    });
  });

describe("pressing buttons", () => {
  it("takes a double click once", async () => {
    await using scene = await openScene({ grace: 3_000 });
    const root = await announced(scene);
    const lee = scene.slack.as("lee");

    await Promise.all([lee.press(root, "canary_approve"), lee.press(root, "canary_approve")]);
    await scene.give(acceptedBy(await scene.command()));
    await scene.sees("lee", /^Accepted/);

    assert.equal(scene.queue.commands().length, 1);
    assert.equal(scene.told("lee").length, 1);
  });

  it("takes a double click once although two bots get one each", async () => {
    await using scene = await openScene({ grace: 3_000 });
    const other = await scene.addBot();
    await eventually(() => assert.equal(scene.slack.openSockets(), 2));
    const root = await announced(scene);
    const lee = scene.slack.as("lee");

    await Promise.all([lee.press(root, "canary_approve"), lee.press(root, "canary_approve")]);
    await scene.give(acceptedBy(await scene.command()), other);
    await scene.sees("lee", /^Accepted/);

    assert.equal(scene.queue.commands().length, 1);
    assert.equal(scene.told("lee").length, 1);
  });

  it("refuses a person who may not, privately", async () => {
    await using scene = await openScene();
    const root = await announced(scene);

    await scene.slack.as("dev").press(root, "canary_approve");
    await scene.sees("dev", /^You may not `approve`/);
    await scene.slack.as("gus").press(root, "canary_rollback");
    await scene.sees("gus", /^Guests cannot run releases/);

    assert.deepEqual(scene.queue.sent, []);
  });

  it("shows the present state and controls after a click on an old button", async () => {
    await using scene = await openScene({ grace: 3_000 });
    const root = await announced(scene);

    await scene.slack.as("lee").press(root, "canary_approve");
    const command = await scene.command();
    await scene.give(refusedBy(command, { reason: "old-button", facts: {} }, progressing()));

    const message = await scene.sees("lee", /^Not accepted: `approve` was meant for an earlier moment/);
    assert.match(JSON.stringify(message.blocks), /Progressing.*canary_pause/);
  });

  it("answers a press in a thread within that thread", async () => {
    await using scene = await openScene({ grace: 3_000 });
    const root = await announced(scene);
    const [reply] = scene.slack.thread("#deploys", root.ts).filter((message) => message.ts !== root.ts);
    assert.ok(reply);

    await scene.slack.as("lee").press({ channel: "#deploys", ts: reply.ts }, "canary_approve");
    await scene.give(acceptedBy(await scene.command()));

    const answer = await scene.sees("lee", /^Accepted/);
    assert.equal(answer.threadTs, root.ts);
  });

  it("explains with Why, and leaves the card alone", async () => {
    await using scene = await openScene();
    const root = await announced(scene);

    await scene.slack.as("dev").press(root, "canary_why");

    await scene.sees("dev", /it began to wait for an approval/);
    assert.match(scene.slack.messages("#deploys")[0]?.text ?? "", /Waiting for promotion/);
  });

  it("replaces the private status by the outcome of its button", async () => {
    await using scene = await openScene({ grace: 50 });
    const ana = scene.slack.as("ana");
    await ana.type("#deploys", "/canary status podinfo");
    const status = await scene.sees("ana", /is Progressing/);

    await ana.press({ channel: "#deploys", ts: status.ts }, "canary_pause");
    await scene.give(acceptedBy(await scene.command()));

    await scene.sees("ana", /^Accepted: `pause`/);
    assert.equal(scene.told("ana").length, 1);
  });

  it("pauses twice in one rollout when a resume lies between", async () => {
    await using scene = await openScene({ grace: 3_000 });
    const running = viewWith([EVENTS["rollout-started"]]);
    const root = await announced(scene, running);
    const ana = scene.slack.as("ana");
    const pause = { by: { kind: "slack", user: "U0ANA00001", name: "ana" }, at: running.madeAt, reason: "" } as const;

    await ana.press(root, "canary_pause");
    await scene.give(acceptedBy(await scene.command(0)));
    await scene.announce({ ...running, pause });
    await ana.press(root, "canary_resume");
    await scene.give(acceptedBy(await scene.command(1)));
    await scene.announce({ ...running, madeAt: waiting.startedAt });
    await ana.press(root, "canary_pause");

    assert.equal((await scene.command(2)).verb, "pause");
  });

  it("lets another bot whisper the outcome when the one that was asked is gone", async () => {
    await using scene = await openScene({ grace: 3_000 });
    const root = await announced(scene);
    await scene.slack.as("lee").press(root, "canary_approve");
    const command = await scene.command();
    const other = await scene.addBot();
    scene.board.deafen(command.via);

    await scene.give(acceptedBy(command), other);

    await scene.sees("lee", /^Accepted: `approve`/);
  });
});
