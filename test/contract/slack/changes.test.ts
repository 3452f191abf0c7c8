import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { client, codeOf, socketApp, stage } from "./stage.ts";

describe("changes of the workspace", () => {
  it("reach the app as events and show in what it looks up", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const heard: string[] = [];
    await using _app = await socketApp(slack, (app) => {
      app.event("subteam_members_changed", async ({ event }) => void heard.push(`group ${event.subteam_id}`));
      app.event("user_change", async ({ event }) => void heard.push(`person ${event.user.id}`));
      app.event("channel_archive", async ({ event }) => void heard.push(`archived ${event.channel}`));
    });
    await slack.change.group("release-approvers", ["max"]);
    await slack.change.person("lee", { deactivated: true });
    await slack.change.channel("deploys", { archived: true });
    await eventually(() => assert.deepEqual(heard, ["group S0APPROVER", "person U0LEE00001", "archived C0DEPLOYS1"]));
    const web = client(slack);
    assert.deepEqual((await web.usergroups.users.list({ usergroup: "S0APPROVER" })).users, ["U0MAX00001"]);
    assert.equal((await web.users.info({ user: "U0LEE00001" })).user?.deleted, true);
    assert.equal(await codeOf(web.chat.postMessage({ channel: "C0DEPLOYS1", text: "x" })), "is_archived");
  });
});

describe("faults of the connection", () => {
  it("repeat an event, under its id, when the acknowledgement gets lost", async () => {
    await using playing = await stage();
    const { slack, clock } = playing;
    const ids: string[] = [];
    await using _app = await socketApp(slack, (app) =>
      app.event("app_mention", async ({ body }) => void ids.push(body.event_id)),
    );
    slack.faults.loseAcks(1);
    const typing = slack.as("ana").type("deploys", "@canary status");
    await eventually(() => assert.ok(slack.journal.some((line) => line.outcome === "lost")));
    clock.advance(3000);
    await typing;
    clock.advance(1);
    await eventually(() => assert.equal(ids.length, 2));
    assert.equal(new Set(ids).size, 1);
  });

  it("let a command time out when the line is cut before the acknowledgement", async () => {
    await using playing = await stage();
    const { slack, clock } = playing;
    let runs = 0;
    await using _app = await socketApp(slack, (app) =>
      app.command("/canary", async ({ ack }) => {
        runs += 1;
        await ack();
      }),
    );
    slack.faults.cutAfterNextEnvelope();
    const typing = slack.as("ana").type("deploys", "/canary status");
    await eventually(() => assert.equal(slack.openSockets(), 0));
    clock.advance(3000);
    assert.deepEqual((await typing).notices, ['/canary failed with the error "operation_timeout"']);
    assert.equal(runs, 1);
  });
});
