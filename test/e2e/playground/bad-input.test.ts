import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { missingTools, Staged } from "../../support/staged.ts";

const skip = await missingTools();

/** Each line gets one private answer that says what to do, and changes nothing. */
const REFUSED: readonly (readonly [string, string, RegExp])[] = [
  ["an unknown verb", "/canary strat podinfo 6.1.0", /start/],
  ["no verb", "/canary", /help|start/],
  ["an unknown canary", "/canary start podinfoo 6.1.0", /podinfo/],
  ["a tag that is none", "/canary start podinfo $(reboot)", /image|tag/i],
  ["what runs already", "/canary start podinfo 6.0.0", /already|nothing/i],
  ["pausing what does not run", "/canary pause podinfo", /not running|nothing|no rollout/i],
  ["approving what does not wait", "/canary approve podinfo", /no rollout|wait/i],
  ["too long a line", `/canary start podinfo ${"6".repeat(3_000)}`, /long|image|tag/i],
];

describe("bad input", { skip, timeout: 240_000 }, () => {
  let staged: Staged;
  before(async () => {
    staged = await Staged.start();
  });
  after(() => staged.stop());

  for (const [what, line, answer] of REFUSED) {
    it(`answers ${what} once and changes nothing`, async () => {
      const before = await staged.canary("podinfo");

      await staged.ask("lee", line, answer);

      const after = await staged.canary("podinfo");
      assert.equal(after.status.rollout.phase, before.status.rollout.phase);
      assert.equal(after.status.rollout.id, before.status.rollout.id);
      assert.ok(after.status.rollout.commands.every(({ state }) => state !== "pending"));
    });
  }

  it("takes an image that cannot be pulled back, and says so", async () => {
    await staged.ask("ana", "/canary start podinfo nosuchversion", /accepted/i);
    const failed = await staged.until("podinfo", "failed", { timeoutMs: 40_000 });
    const root = await staged.root("nosuchversion", (message) => /pull/i.test(JSON.stringify(message)));

    assert.equal(failed.status.canaryWeight, 0);
    await eventually(() => assert.ok(staged.replies(root).some((reply) => /pull/i.test(reply))));
  });

  it("refuses a second start and answers a click on an old button with the present state", async () => {
    await staged.ask("ana", "/canary start podinfo 6.1.0", /accepted/i);
    await staged.until("podinfo", "progressing");
    const first = await staged.root("6.1.0");
    await staged.ask("lee", "/canary start podinfo 6.1.1", /already/i);
    await staged.ask("ana", "/canary rollback podinfo", /accepted/i);
    await staged.until("podinfo", "failed");
    await staged.ask("ana", "/canary start podinfo 6.1.1", /accepted/i);
    await staged.until("podinfo", "progressing");
    const running = await staged.canary("podinfo");

    const told = staged.stage.slack.ephemeralsFor("ana").length;
    await staged.stage.slack
      .as("ana")
      .press({ channel: "deploys", ts: first.ts }, "Roll back…", { screen: first.blocks });
    await staged.told("ana", told, /6\.1\.1/);

    assert.equal((await staged.canary("podinfo")).status.rollout.id, running.status.rollout.id);
    assert.notEqual((await staged.canary("podinfo")).status.rollout.phase, "rolling-back");
  });

  it("applies a double click once", async () => {
    const root = await staged.root("6.1.1", (message) => JSON.stringify(message).includes("Pause"));
    const ana = staged.stage.slack.as("ana");
    const target = { channel: "deploys", ts: root.ts };

    await Promise.all([
      ana.press(target, "Pause", { screen: root.blocks }),
      ana.press(target, "Pause", { screen: root.blocks }),
    ]);
    await eventually(async () => assert.notEqual((await staged.canary("podinfo")).status.rollout.pause, null));

    const pauses = (await staged.canary("podinfo")).status.rollout.commands.filter(
      ({ verb, state }) => verb === "pause" && state === "applied",
    );
    assert.equal(pauses.length, 1);
  });
});
