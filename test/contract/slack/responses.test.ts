import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { recorder } from "./recorder.ts";
import type { Body } from "./recorder.ts";
import { actions, button, client, codeOf, section, socketApp, stage } from "./stage.ts";

const deploys = "C0DEPLOYS1";

describe("response addresses of commands", () => {
  it("C5 work where the bot is no member and cannot replace the typed line", async () => {
    await using playing = await stage();
    const { slack } = playing;
    let respond: (body: object) => Promise<unknown> = async () => undefined;
    await using _app = await socketApp(slack, (app) =>
      app.command("/canary", async (args) => {
        respond = (body) => args.respond(body as never);
        await args.ack();
      }),
    );
    await slack.as("ana").type("random", "/canary");
    await respond({ response_type: "in_channel", text: "hello random" });
    assert.deepEqual(
      slack.messages("random").map((message) => message.text),
      ["hello random"],
    );
    await assert.rejects(respond({ replace_original: true, text: "x" }));
  });
});

describe("triggers", () => {
  it("I1 open one view, within three seconds", async () => {
    await using playing = await stage();
    const { slack, clock } = playing;
    const bodies: Body[] = [];
    await using _app = await socketApp(slack, recorder(bodies));
    const { ts = "" } = await client(slack).chat.postMessage({
      channel: deploys,
      text: "x",
      blocks: [actions(button())],
    });
    const view = { type: "modal" as const, title: { type: "plain_text" as const, text: "T" }, blocks: [section("x")] };
    const open = (trigger_id: string) => codeOf(client(slack).views.open({ trigger_id, view }));
    await slack.as("ana").press({ channel: deploys, ts }, "go");
    assert.equal(await open(bodies[0]?.trigger_id ?? ""), "");
    assert.equal(await open(bodies[0]?.trigger_id ?? ""), "exchanged_trigger_id");
    await slack.as("ana").press({ channel: deploys, ts }, "go");
    clock.advance(3001);
    assert.equal(await open(bodies[1]?.trigger_id ?? ""), "expired_trigger_id");
    assert.equal(await open("12.34.abc"), "invalid_trigger_id");
  });
});

describe("ephemeral messages with buttons", () => {
  it("are pressed by their reader only and come without the message", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const bodies: Body[] = [];
    await using _app = await socketApp(slack, recorder(bodies));
    const { message_ts: ts = "" } = await client(slack).chat.postEphemeral({
      channel: deploys,
      user: "U0ANA00001",
      text: "x",
      blocks: [actions(button())],
    });
    assert.equal((await slack.as("lee").press({ channel: deploys, ts }, "go")).refused, "message_not_found");
    await slack.as("ana").press({ channel: deploys, ts }, "go");
    assert.deepEqual([bodies[0]?.container["is_ephemeral"], bodies[0]?.message], [true, undefined]);
    await fetch(bodies[0]?.response_url ?? "", {
      method: "POST",
      body: JSON.stringify({ replace_original: true, text: "done" }),
    });
    assert.deepEqual(
      slack.ephemeralsFor("ana").map((message) => message.text),
      ["done"],
    );
  });
});
