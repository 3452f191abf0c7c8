import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defaultSeed } from "../../../src/playground/slack/seed.ts";
import { eventually } from "../../support/eventually.ts";
import { client, httpApp, section, socketApp, stage } from "./stage.ts";

const deploys = "C0DEPLOYS1";

for (const [transport, start] of [
  ["socket", socketApp],
  ["http", httpApp],
] as const)
  describe(`shortcuts and events over ${transport}`, () => {
    it("send a global shortcut without a channel", async () => {
      await using playing = await stage();
      let body: Record<string, unknown> = {};
      await using _app = await start(playing.slack, (app) =>
        app.shortcut("canary_start", async (args) => {
          body = { ...args.body };
          await args.ack();
        }),
      );
      assert.deepEqual((await playing.slack.as("ana").shortcut("canary_start")).notices, []);
      assert.deepEqual(
        [body["type"], body["callback_id"], body["channel"], body["response_url"]],
        ["shortcut", "canary_start", undefined, undefined],
      );
    });

    it("send a message shortcut with the message, in a thread too", async () => {
      await using playing = await stage();
      const { slack } = playing;
      let body: { type?: string; message?: { ts?: string; thread_ts?: string }; response_url?: string } = {};
      await using _app = await start(slack, (app) =>
        app.shortcut("canary_actions", async (args) => {
          body = args.body as never;
          await args.ack();
        }),
      );
      const web = client(slack);
      const root = await web.chat.postMessage({ channel: deploys, text: "root" });
      const reply = await web.chat.postMessage({ channel: deploys, text: "reply", thread_ts: root.ts ?? "" });
      await slack.as("ana").shortcut("canary_actions", { channel: deploys, ts: reply.ts ?? "" });
      assert.deepEqual([body.type, body.message?.ts, body.message?.thread_ts], ["message_action", reply.ts, root.ts]);
      assert.match(body.response_url ?? "", /^http/);
    });

    it("send app_mention with the thread", async () => {
      await using playing = await stage();
      const { slack } = playing;
      const texts: (readonly [string, string | undefined])[] = [];
      await using _app = await start(slack, (app) =>
        app.event("app_mention", async ({ event }) => void texts.push([event.text, event.thread_ts])),
      );
      const root = await client(slack).chat.postMessage({ channel: deploys, text: "root" });
      await slack.as("ana").type("deploys", "@canary pause", { threadTs: root.ts ?? "" });
      await slack.as("ana").type("deploys", "nobody is meant");
      assert.deepEqual(texts, [["<@U0CANARY01> pause", root.ts]]);
    });

    it("send app_home_opened each time, with the view when there is one", async () => {
      await using playing = await stage();
      const { slack } = playing;
      const views: (string | undefined)[] = [];
      await using _app = await start(slack, (app) =>
        app.event("app_home_opened", async ({ event }) => {
          if (event.tab === "home") views.push((event.view as { id?: string } | undefined)?.id);
        }),
      );
      await slack.as("ana").openHome();
      const published = await client(slack).views.publish({
        user_id: "U0ANA00001",
        view: { type: "home", blocks: [section("hi")] },
      });
      await slack.as("ana").openHome();
      assert.deepEqual(views, [undefined, published.view?.id]);
    });

    it("send member_joined_channel when the app joins", async () => {
      await using playing = await stage();
      const { slack } = playing;
      const joined: string[] = [];
      await using _app = await start(slack, (app) =>
        app.event("member_joined_channel", async ({ event }) => void joined.push(event.channel)),
      );
      await client(slack).conversations.join({ channel: "C0RANDOM01" });
      await eventually(() => assert.deepEqual(joined, ["C0RANDOM01"]));
    });
  });

describe("typing", () => {
  it("C2 gives ids with names, and hides the name of a private channel", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const texts: string[] = [];
    await using _app = await socketApp(slack, (app) =>
      app.command("/canary", async ({ ack, command }) => {
        texts.push(command.text);
        await ack();
      }),
    );
    await slack.as("ana").type("deploys", "/canary x @lee #deploys #releases @release-approvers <b> & co");
    assert.deepEqual(texts, [
      "x <@U0LEE00001|lee> <#C0DEPLOYS1|deploys> <#C0RELEASES|> <!subteam^S0APPROVER|@release-approvers> &lt;b&gt; &amp; co",
    ]);
  });

  it("C2 stays plain without should_escape", async () => {
    const [app, ...others] = defaultSeed.apps;
    const commands = app.commands.map((command) => ({ ...command, shouldEscape: false }));
    await using playing = await stage({ seed: { ...defaultSeed, apps: [{ ...app, commands }, ...others] } });
    const texts: string[] = [];
    await using _app = await socketApp(playing.slack, (running) =>
      running.command("/canary", async ({ ack, command }) => {
        texts.push(command.text);
        await ack();
      }),
    );
    await playing.slack.as("ana").type("deploys", "/canary for @lee");
    assert.deepEqual(texts, ["for @lee"]);
  });

  it("C3 refuses commands in threads", async () => {
    await using playing = await stage();
    const { slack } = playing;
    let runs = 0;
    await using _app = await socketApp(slack, (app) =>
      app.command("/canary", async ({ ack }) => {
        runs += 1;
        await ack();
      }),
    );
    const root = await client(slack).chat.postMessage({ channel: deploys, text: "root" });
    const seen = await slack.as("ana").type("deploys", "/canary status", { threadTs: root.ts ?? "" });
    assert.match(seen.notices[0] ?? "", /not supported in threads/);
    assert.equal(runs, 0);
  });

  it("C6 offers the command to nobody from another company", async () => {
    await using playing = await stage();
    const seen = await playing.slack.as("eve").type("partner", "/canary status");
    assert.deepEqual(seen.notices, ["/canary is not a valid command."]);
    assert.deepEqual((await playing.slack.as("ana").type("deploys", "/kanary")).notices, [
      "/kanary is not a valid command.",
    ]);
  });

  it("lets nobody speak where they are not", async () => {
    await using playing = await stage();
    assert.equal((await playing.slack.as("gus").type("random", "hi")).refused, "channel_not_found");
    assert.equal((await playing.slack.as("ana").type("old-deploys", "hi")).refused, "is_archived");
    assert.equal((await playing.slack.as("old").type("deploys", "hi")).refused, "user_not_found");
    assert.equal((await playing.slack.as("ana").type("announcements", "hi")).refused, "restricted_action");
  });
});
