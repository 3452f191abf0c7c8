import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { viewWith } from "../../unit/slack/support/announcing.ts";
import { EVENTS } from "../../unit/slack/support/events.ts";
import { failed, waitingForApproval } from "../../unit/slack/support/views.ts";
import { acceptedBy } from "./support/fakes.ts";
import { openScene, type Scene } from "./support/scene.ts";

const { phase, gate } = waitingForApproval();
const waiting = { ...viewWith([EVENTS["approval-wanted"]]), phase, gate };

async function announced(scene: Scene) {
  await scene.announce(waiting);
  const [root] = scene.slack.messages("#deploys");
  assert.ok(root);
  scene.snapshots.views = [{ ...waiting, root: { channel: root.channel, ts: root.ts } }];
  return { channel: "#deploys", ts: root.ts };
}

const shown = (view: { readonly view: object } | undefined | null): string => JSON.stringify(view?.view ?? {});

describe("mentions, shortcuts and Home", () => {
  it("implies the thread's rollout when it is mentioned there", async () => {
    await using scene = await openScene({ grace: 3_000 });
    const root = await announced(scene);

    await scene.slack.as("lee").type("#deploys", "@canary rollback login is broken", { threadTs: root.ts });
    const command = await scene.command();
    await scene.give(acceptedBy(command));

    assert.deepEqual([command.verb, command.name, command.reason], ["rollback", "podinfo", "login is broken"]);
    const answer = await scene.sees("lee", /^Accepted: `rollback`/);
    assert.equal(answer.threadTs, root.ts);
  });

  it("answers a mention in the channel like a typed command", async () => {
    await using scene = await openScene();

    await scene.slack.as("dev").type("#deploys", "@canary status podinfo");

    await scene.sees("dev", /is Progressing/);
  });

  it("opens the controls of a message's rollout, and shows the outcome in the same modal", async () => {
    await using scene = await openScene({ grace: 3_000 });
    const root = await announced(scene);
    const lee = scene.slack.as("lee");

    await lee.shortcut("canary_actions", root);
    const modal = await eventually(() => {
      const [view] = lee.modals();
      assert.match(shown(view), /canary_approve/);
      return view;
    });
    await lee.press({ viewId: modal?.id ?? "" }, "canary_approve");
    await scene.give(acceptedBy(await scene.command()));

    await eventually(() => assert.match(shown(lee.modals()[0]), /Accepted: `approve`/));
  });

  it("says so when a message belongs to no rollout", async () => {
    await using scene = await openScene();
    const ana = scene.slack.as("ana");
    const seen = await ana.type("#deploys", "hello");
    const ts = seen.messages[0]?.ts ?? "";

    await ana.shortcut("canary_actions", { channel: "#deploys", ts });

    await eventually(() => assert.match(shown(ana.modals()[0]), /belongs to no rollout/));
  });

  it("starts a release through the form of the global shortcut", async () => {
    await using scene = await openScene({ grace: 3_000 });
    const ana = scene.slack.as("ana");

    await ana.shortcut("canary_start");
    const form = await eventually(() => {
      const [view] = ana.modals();
      assert.match(shown(view), /prod-eu:demo\/podinfo/);
      return view;
    });
    await ana.submit(form?.id ?? "", { canary: "prod-eu:demo/podinfo", version: "6.1.0" });
    const command = await scene.command();
    await scene.give(acceptedBy(command));

    assert.deepEqual([command.verb, command.name, command.image, command.channel], ["start", "podinfo", "6.1.0", ""]);
    await eventually(() => assert.match(shown(ana.modals()[0]), /Accepted: `start`/));
  });

  it("marks a wrong version in the form", async () => {
    await using scene = await openScene();
    const ana = scene.slack.as("ana");
    await ana.shortcut("canary_start");
    const form = await eventually(() => {
      assert.ok(ana.modals()[0]);
      return ana.modals()[0];
    });

    await ana.submit(form?.id ?? "", { canary: "prod-eu:demo/podinfo", version: "50%" });

    await eventually(() =>
      assert.match(ana.modals()[0]?.errors["version"] ?? "", /weights stand in the canary's manifest/),
    );
    assert.deepEqual(scene.queue.sent, []);
  });

  it("tells a guest why the form does not open", async () => {
    await using scene = await openScene();
    const gus = scene.slack.as("gus");

    await gus.shortcut("canary_start");

    await eventually(() => assert.match(shown(gus.modals()[0]), /Guests cannot run releases/));
  });

  it("shows on Home what waits for this person, what runs and what failed", async () => {
    await using scene = await openScene();
    await announced(scene);
    scene.snapshots.views = [...scene.snapshots.views, failed({ name: "broken", rollout: "f-1" })];
    const [lee, dev, gus] = [scene.slack.as("lee"), scene.slack.as("dev"), scene.slack.as("gus")];

    await lee.openHome();
    await dev.openHome();
    await gus.openHome();

    await eventually(() =>
      assert.match(shown(lee.home()), /Waiting for me.*Waiting for promotion.*Running.*Nothing.*Failed last.*broken/),
    );
    await eventually(() => assert.match(shown(dev.home()), /Waiting for me.*Nothing.*Running.*Waiting for promotion/));
    await eventually(() => assert.match(shown(gus.home()), /Guests cannot run releases/));
    assert.doesNotMatch(shown(dev.home()), /Start a release/);
  });

  it("shows the outcome of a press on Home in a modal", async () => {
    await using scene = await openScene({ grace: 3_000 });
    await announced(scene);
    const lee = scene.slack.as("lee");
    await lee.openHome();
    const home = await eventually(() => {
      assert.match(shown(lee.home()), /canary_approve/);
      return lee.home();
    });

    await lee.press({ viewId: home?.id ?? "" }, "canary_approve");
    const command = await scene.command();
    await eventually(() => assert.match(shown(lee.modals()[0]), /Passing `approve`/));
    await scene.give(acceptedBy(command));

    await eventually(() => assert.match(shown(lee.modals()[0]), /Accepted: `approve`/));
  });
});
