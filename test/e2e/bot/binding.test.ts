import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { viewWith } from "../../unit/slack/support/announcing.ts";
import { EVENTS } from "../../unit/slack/support/events.ts";
import { succeeded, waitingForApproval } from "../../unit/slack/support/views.ts";
import { acceptedBy, refusedBy } from "./support/fakes.ts";
import { openScene, type Scene } from "./support/scene.ts";

const waiting = waitingForApproval({ root: null });

async function typed(scene: Scene, text: string) {
  await scene.slack.as("lee").type("#deploys", text);
  const command = await scene.command();
  await scene.give(acceptedBy(command));
  const { verb, rollout, revision, gate } = command;
  return { verb, rollout, revision, gate };
}

describe("what a typed command is about", () => {
  it("is, for approve, the rollout, revision and gate that the bot sees", async () => {
    await using scene = await openScene({ grace: 3_000 });
    scene.snapshots.views = [waiting];

    const command = await typed(scene, "/canary approve podinfo");

    const { rollout, revision } = waiting;
    assert.deepEqual(command, { verb: "approve", rollout, revision: revision.hash, gate: "confirm-promotion" });
  });

  it("is, for promote and undo, the rollout and revision that the bot sees", async () => {
    for (const [verb, view] of [["promote", waiting] as const, ["undo", succeeded({ root: null })] as const]) {
      await using scene = await openScene({ grace: 3_000 });
      scene.snapshots.views = [view];

      const command = await typed(scene, `/canary ${verb} podinfo`);

      assert.deepEqual(command, { verb, rollout: view.rollout, revision: view.revision.hash, gate: null });
    }
  });

  it("is, for rollback, whatever runs", async () => {
    await using scene = await openScene({ grace: 3_000 });
    scene.snapshots.views = [waiting];

    const command = await typed(scene, "/canary rollback podinfo login is broken");

    assert.deepEqual(command, { verb: "rollback", rollout: "", revision: null, gate: null });
  });

  it("is said in the answers", async () => {
    await using scene = await openScene({ grace: 50 });
    scene.snapshots.views = [waiting];

    await scene.slack.as("lee").type("#deploys", "/canary approve podinfo");
    await scene.sees("lee", /^Passing `approve` for `prod-eu:demo\/podinfo` \(promotion, `6\.1\.0`\)/);
    await scene.give(acceptedBy(await scene.command()));

    await scene.sees("lee", /^Accepted: `approve` for `prod-eu:demo\/podinfo` \(promotion, `6\.1\.0`\)/);
  });

  it("is not what appeared meanwhile: the answer shows what is there now", async () => {
    await using scene = await openScene({ grace: 3_000 });
    scene.snapshots.views = [waiting];
    await scene.slack.as("lee").type("#deploys", "/canary approve podinfo");

    await scene.give(refusedBy(await scene.command(), { reason: "old-button", facts: { label: "6.1.1" } }, waiting));

    await scene.sees("lee", /^Not accepted: `approve` was meant for an earlier moment: `6\.1\.1` is there now/);
  });

  it("is, in the thread of an earlier rollout, that rollout", async () => {
    await using scene = await openScene({ grace: 3_000 });
    const first = viewWith([EVENTS["approval-wanted"]]);
    await scene.announce(first);
    const [root] = scene.slack.messages("#deploys");
    assert.ok(root);
    const earlier = { rollout: first.rollout, channel: root.channel, ts: root.ts };
    scene.snapshots.views = [{ ...waiting, rollout: "0f5b1c2d-4", earlierRoots: [earlier] }];

    await scene.slack.as("lee").type("#deploys", "@canary approve", { threadTs: root.ts });

    const command = await scene.command();
    await scene.give(acceptedBy(command));
    assert.equal(command.rollout, first.rollout);
  });
});
