import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { missingTools, Staged, textOf } from "../../support/staged.ts";

const skip = await missingTools();

describe("a person's day on the playground", { skip, timeout: 300_000 }, () => {
  let staged: Staged;
  before(async () => {
    staged = await Staged.start();
  });
  after(() => staged.stop());

  it("rolls a good version out: steps, approval by one who may, promotion", async () => {
    await staged.ask("ana", "/canary start podinfo 6.1.0", /accepted/i);
    const waiting = await staged.until("podinfo", "waiting-promotion");
    const root = await staged.root("6.1.0", (message) => textOf(message).includes("Approve"));
    await staged.stage.slack.as("lee").press({ channel: "deploys", ts: root.ts }, "Approve promotion");
    const done = await staged.until("podinfo", "succeeded");

    const weights = done.status.rollout.events.flatMap(({ event }) =>
      event.kind === "step-started" ? [event.weight] : [],
    );
    assert.deepEqual(
      weights,
      [...new Set(weights)].sort((a = 0, b = 0) => a - b),
      "each step once, in order",
    );
    assert.equal(waiting.status.phase, "WaitingPromotion");
    assert.equal(waiting.status.canaryWeight, weights.at(-1), "the status says what the mesh does");
    assert.match(await staged.imageOf("podinfo-primary"), /:6\.1\.0$/);
    await staged.root("6.1.0", (message) => /Succeeded/.test(textOf(message)));
    assert.equal(staged.roots("6.1.0").length, 1, "one root message");
  });

  it("takes a bad version back, with metric, value and limit in the thread and a mention of who started it", async () => {
    await staged.ask("ana", "/canary start podinfo 6.2.0-bad", /accepted/i);
    await staged.until("podinfo", "failed");
    const root = await staged.root("6.2.0-bad", (message) => /rolled back/i.test(textOf(message)));
    const replies = await eventually(() => {
      const found = staged.replies(root);
      assert.ok(
        found.some((reply) => reply.includes(`<@${staged.stage.slack.ids.people["ana"]}>`)),
        found.join("\n"),
      );
      return found;
    });

    assert.ok(
      replies.some((reply) => /success rate/i.test(reply) && /99/.test(reply)),
      "metric and limit are named",
    );
    assert.match(await staged.imageOf("podinfo-primary"), /:6\.1\.0$/);
  });

  it("pauses, resumes and rolls back, typed and by button", async () => {
    await staged.ask("ana", "/canary start checkout 2.1.0", /accepted/i);
    await staged.until("checkout", "progressing");
    await staged.ask("ana", "/canary pause checkout lunch", /accepted/i);
    const paused = await staged.canary("checkout");
    const root = await staged.root("2.1.0", (message) => textOf(message).includes("Resume"));
    await staged.stage.slack.as("ana").press({ channel: "deploys", ts: root.ts }, "Resume");
    await eventually(async () => assert.equal((await staged.canary("checkout")).status.rollout.pause, null));
    await staged.ask("ana", "/canary rollback checkout", /accepted/i);
    await staged.until("checkout", "failed");

    assert.notEqual(paused.status.rollout.pause, null);
    assert.match(await staged.imageOf("checkout-primary"), /:2\.0\.0$/);
  });

  it("answers questions privately", async () => {
    const status = await staged.ask("dev", "/canary status podinfo", /podinfo/);
    const list = await staged.ask("dev", "/canary list", /checkout/);
    const help = await staged.ask("dev", "/canary help", /\/canary/);

    assert.match(status, /6\.2\.0-bad|6\.1\.0/);
    assert.match(list, /podinfo/);
    assert.match(help, /status/);
  });

  it("refuses who may not, privately and with the reason", async () => {
    const before = await staged.canary("podinfo");
    await staged.ask("dev", "/canary start podinfo 6.3.0", /may not|not allowed|cannot/i);
    await staged.ask("gus", "/canary start podinfo 6.3.0", /guest/i);
    const after = await staged.canary("podinfo");

    assert.deepEqual(after.status.rollout.commands, before.status.rollout.commands);
  });
});
