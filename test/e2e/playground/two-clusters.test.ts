import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { missingTools, Staged, textOf } from "../../support/staged.ts";

const skip = await missingTools();

describe("two clusters and two bots", { skip, timeout: 300_000 }, () => {
  let staged: Staged;
  before(async () => {
    staged = await Staged.start({ clusters: ["prod-eu", "prod-us"], bots: 2 });
  });
  after(() => staged.stop());

  it("asks which cluster is meant, and answers with the full names", async () => {
    const answer = await staged.ask("ana", "/canary start podinfo 6.1.0", /prod-eu/);

    assert.match(answer, /prod-us/);
  });

  it("promotes once when two people press Approve at the same moment, each on another bot", async () => {
    await staged.ask("ana", "/canary start prod-eu:demo/podinfo 6.1.0", /accepted/i);
    await staged.until("podinfo", "waiting-promotion", { cluster: "prod-eu" });
    const root = await staged.root("6.1.0", (message) => textOf(message).includes("Approve"));
    const target = { channel: "deploys", ts: root.ts };

    await Promise.all(["lee", "max"].map((person) => staged.stage.slack.as(person).press(target, "Approve promotion")));
    const done = await staged.until("podinfo", "succeeded", { cluster: "prod-eu" });
    const other = await staged.canary("podinfo", "prod-us");

    const promotions = done.status.rollout.events.filter(({ event }) => event.kind === "promotion-started");
    assert.equal(promotions.length, 1);
    assert.ok(done.status.rollout.commands.every(({ state }) => state !== "pending"));
    assert.equal(other.status.rollout.phase, "initialized");
    assert.match(await staged.imageOf("podinfo-primary", "prod-us"), /:6\.0\.0$/);
  });
});
