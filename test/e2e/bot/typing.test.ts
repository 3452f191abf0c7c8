import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { progressing, NOON } from "../../unit/slack/support/views.ts";
import { acceptedBy, refusedBy } from "./support/fakes.ts";
import { openScene } from "./support/scene.ts";

for (const transport of ["socket", "http"] as const)
  describe(`typing commands over ${transport}`, () => {
    it("passes a start on, signed with who asked, and says when it was accepted", async () => {
      await using scene = await openScene({ transport, grace: 3_000 });

      const seen = await scene.slack.as("ana").type("#deploys", "/canary start podinfo 6.1.0");
      const command = await scene.command();
      await scene.give(acceptedBy(command));

      assert.deepEqual(seen.notices, []);
      const { verb, cluster, namespace, name, image, actor, roles, channel } = command;
      assert.deepEqual(
        { verb, cluster, namespace, name, image, actor, roles, channel },
        {
          verb: "start",
          cluster: "prod-eu",
          namespace: "demo",
          name: "podinfo",
          image: "6.1.0",
          actor: { kind: "slack", user: scene.slack.ids.people["ana"], name: "ana" },
          roles: ["developers"],
          channel: scene.slack.ids.channels["deploys"],
        },
      );
      await scene.sees("ana", /^Accepted: `start` for `prod-eu:demo\/podinfo` with `6\.1\.0`/);
      assert.equal(scene.told("ana").length, 1);
    });

    it("refuses a person without the right privately, and passes nothing on", async () => {
      await using scene = await openScene({ transport });

      await scene.slack.as("dev").type("#deploys", "/canary start podinfo 6.1.0");

      await scene.sees("dev", /^You may not `start` `prod-eu:demo\/podinfo`\. Ask/);
      assert.deepEqual(scene.queue.sent, []);
      assert.equal(scene.slack.messages("#deploys").filter((message) => message.onlyFor === undefined).length, 0);
    });
  });

describe("typing commands", () => {
  it("says that it passes the wish on while no answer has come, and keeps adding it under the same id", async () => {
    await using scene = await openScene({ grace: 50 });

    await scene.slack.as("ana").type("#deploys", "/canary pause podinfo looking");
    await scene.sees("ana", /^Passing `pause` .* to `prod-eu`…$/);
    await scene.sees("ana", /^Not confirmed yet: .*`\/canary status prod-eu:demo\/podinfo`/);

    assert.equal(scene.queue.commands().length, 1);
    assert.ok(scene.queue.sent.length >= 3);
    assert.equal(new Set(scene.queue.sent.map(({ signature }) => signature)).size, 1);

    await scene.give(acceptedBy(await scene.command()));
    await scene.sees("ana", /^Accepted: `pause`/);
  });

  it("says so when a wish was never confirmed", async () => {
    await using scene = await openScene({ grace: 50 });

    await scene.slack.as("ana").type("#deploys", "/canary pause podinfo");

    await scene.sees("ana", /^Not confirmed: .* and it has expired/);
  });

  it("shows the worker's refusal as one sentence with what to do", async () => {
    await using scene = await openScene({ grace: 3_000 });

    await scene.slack.as("ana").type("#deploys", "/canary start podinfo 6.1.0");
    const command = await scene.command();
    await scene.give(refusedBy(command, { reason: "already-rolling", facts: { label: "6.1.0" } }, progressing()));

    const message = await scene.sees("ana", /^Not accepted: `6\.1\.0` is being rolled out already/);
    assert.match(JSON.stringify(message.blocks), /canary_rollback/);
    assert.equal(scene.told("ana").length, 1);
  });

  it("shows one outcome although the receipt comes three times", async () => {
    await using scene = await openScene({ grace: 3_000 });
    await scene.slack.as("ana").type("#deploys", "/canary start podinfo");
    const receipt = acceptedBy(await scene.command());

    await scene.give(receipt);
    await scene.give(receipt);
    await scene.give(receipt);

    assert.equal(scene.told("ana").length, 1);
  });

  it("says honestly that nothing was passed on while Redis is away", async () => {
    await using scene = await openScene();
    scene.queue.away = true;

    await scene.slack.as("ana").type("#deploys", "/canary start podinfo 6.1.0");

    await scene.sees("ana", /^Not passed on: the queue \(Redis\) does not answer/);
    assert.equal(scene.told("ana").length, 1);
  });

  it("says that it cannot look while the snapshots are away", async () => {
    await using scene = await openScene();
    scene.snapshots.away = true;

    await scene.slack.as("ana").type("#deploys", "/canary status podinfo");

    await scene.sees("ana", /^I cannot look now: Redis/);
  });

  it("refuses guests, and says why", async () => {
    await using scene = await openScene();

    await scene.slack.as("gus").type("#deploys", "/canary status podinfo");

    await scene.sees("gus", /^Guests cannot run releases/);
  });

  it("answers unknown verbs and canaries with what was probably meant", async () => {
    await using scene = await openScene();
    const ana = scene.slack.as("ana");

    await ana.type("#deploys", "/canary deploy podinfo");
    await scene.sees("ana", /^There is no `deploy`\. Did you mean `\/canary start podinfo`\?/);
    await ana.type("#deploys", "/canary start podinof 6.1.0");
    await scene.sees("ana", /^There is no canary `podinof`\. Did you mean `podinfo`\?/);
    await ana.type("#deploys", "/canary start podinfo --weight=10");
    await scene.sees("ana", /there are no flags/);

    assert.deepEqual(scene.queue.sent, []);
  });

  it("answers status, list, why and help in private", async () => {
    await using scene = await openScene();
    const lee = scene.slack.as("lee");

    await lee.type("#deploys", "/canary status podinfo");
    await scene.sees("lee", /podinfo 6\.1\.0 in prod-eu \/ demo is Progressing: 10 % of the traffic goes to 6\.1\.0/);
    await lee.type("#deploys", "/canary list");
    await scene.sees("lee", /1 canaries are known|1 canary is known/);
    await lee.type("#deploys", "/canary why podinfo");
    await scene.sees("lee", /no check has failed/);
    await lee.type("#deploys", "/canary help");
    const help = await scene.sees("lee", /Canary understands/);

    assert.match(JSON.stringify(help.blocks), /canary approve/);
    assert.equal(scene.slack.messages("#deploys").filter((message) => message.onlyFor === undefined).length, 0);
  });

  it("shows in help only what this person may do", async () => {
    await using scene = await openScene();

    await scene.slack.as("dev").type("#deploys", "/canary");

    const help = await scene.sees("dev", /Canary understands status, list, why and help/);
    assert.match(
      JSON.stringify(help.blocks),
      /Not for you here: start, pause, resume, approve, promote, rollback and undo/,
    );
  });

  it("passes a full name on to a cluster that is silent, and never calls it unknown", async () => {
    await using scene = await openScene({ grace: 3_000 });
    scene.snapshots.views = [];
    scene.snapshots.health = [{ name: "prod-eu", state: "silent", lastSeen: NOON, workers: 0 }];
    const ana = scene.slack.as("ana");

    await ana.type("#deploys", "/canary start podinfo");
    await scene.sees("ana", /cluster `prod-eu` has had no worker since/);
    await ana.type("#deploys", "/canary start prod-eu:demo/podinfo 6.1.0");

    assert.equal((await scene.command()).uid, "");
  });
});
