import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { httpApp, section, socketApp, stage } from "./stage.ts";

for (const [transport, start] of [
  ["socket", socketApp],
  ["http", httpApp],
] as const)
  describe(`slash commands over ${transport}`, () => {
    it("C1 carry every field, with is_enterprise_install as a string", async () => {
      await using playing = await stage();
      let payload: Record<string, unknown> = {};
      await using _app = await start(playing.slack, (app) =>
        app.command("/canary", async ({ ack, command }) => {
          payload = { ...command };
          await ack();
        }),
      );
      const seen = await playing.slack.as("ana").type("deploys", "/canary start podinfo 6.1.0");
      assert.deepEqual(seen.notices, []);
      assert.equal(payload["text"], "start podinfo 6.1.0");
      assert.equal(payload["is_enterprise_install"], "false");
      for (const field of [
        "token",
        "team_id",
        "team_domain",
        "channel_id",
        "channel_name",
        "user_id",
        "user_name",
        "command",
        "response_url",
        "trigger_id",
        "api_app_id",
      ])
        assert.equal(typeof payload[field], "string", field);
      assert.equal(payload["thread_ts"], undefined);
    });

    it("C4 show an ephemeral answer to the caller only, and an in_channel one to all", async () => {
      await using playing = await stage();
      const { slack } = playing;
      await using _app = await start(slack, (app) =>
        app.command("/canary", async ({ ack, command }) => {
          if (command.text === "loud") await ack({ response_type: "in_channel", text: "for all" });
          else await ack({ text: "for you", blocks: [section("for you")] });
        }),
      );
      await slack.as("ana").type("deploys", "/canary");
      assert.deepEqual(
        slack.ephemeralsFor("ana").map((message) => message.text),
        ["for you"],
      );
      assert.deepEqual(slack.ephemeralsFor("lee"), []);
      assert.deepEqual(slack.messages("deploys"), []);
      await slack.as("ana").type("deploys", "/canary loud");
      assert.deepEqual(
        slack.messages("deploys").map((message) => message.text),
        ["/canary loud", "for all"],
      );
    });

    it("C4 fail when the answer's blocks are not valid", async () => {
      await using playing = await stage();
      await using _app = await start(playing.slack, (app) =>
        app.command("/canary", async ({ ack }) => ack({ text: "x", blocks: [{ type: "section" } as never] })),
      );
      const seen = await playing.slack.as("ana").type("deploys", "/canary");
      assert.deepEqual(seen.notices, ['/canary failed with the error "dispatch_failed"']);
      assert.deepEqual(playing.slack.ephemeralsFor("ana"), []);
    });

    it("S4 tell the caller of a timeout after three seconds and ignore the late answer", async () => {
      await using playing = await stage();
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      let arrived = false;
      await using _app = await start(playing.slack, (app) =>
        app.command("/canary", async ({ ack }) => {
          arrived = true;
          await held;
          await ack("late").catch(() => undefined);
        }),
      );
      const typing = playing.slack.as("ana").type("deploys", "/canary");
      await eventually(() => assert.ok(arrived));
      playing.clock.advance(3000);
      assert.deepEqual((await typing).notices, ['/canary failed with the error "operation_timeout"']);
      release();
      if (transport === "socket")
        await eventually(() =>
          assert.ok(playing.slack.journal.some((line) => line.note === "unknown or late envelope")),
        );
      assert.deepEqual(playing.slack.ephemeralsFor("ana"), []);
    });

    it("open a modal with their trigger", async () => {
      await using playing = await stage();
      const { slack } = playing;
      await using _app = await start(slack, (app) =>
        app.command("/canary", async ({ ack, command, client }) => {
          await ack();
          await client.views.open({
            trigger_id: command.trigger_id,
            view: { type: "modal", title: { type: "plain_text", text: "Start" }, blocks: [section("hello")] },
          });
        }),
      );
      await slack.as("ana").type("deploys", "/canary start");
      const [modal] = await eventually(() => {
        const open = slack.as("ana").modals();
        assert.equal(open.length, 1);
        return open;
      });
      assert.deepEqual(modal?.view["title"], { type: "plain_text", text: "Start", emoji: true });
      assert.deepEqual(slack.as("lee").modals(), []);
    });

    it("S7 fail at once when nobody listens", async () => {
      await using playing = await stage(
        transport === "http" ? { delivery: { kind: "http", requestUrl: "http://127.0.0.1:9/" } } : {},
      );
      const seen = await playing.slack.as("ana").type("deploys", "/canary status");
      assert.deepEqual(seen.notices, ['/canary failed with the error "dispatch_failed"']);
    });
  });
