import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { actions, button, client, httpApp, section, socketApp, stage } from "./stage.ts";
import { recorder } from "./recorder.ts";
import type { Body } from "./recorder.ts";

const deploys = "C0DEPLOYS1";
const option = (value: string) => ({ text: { type: "plain_text", text: `Label ${value}`, emoji: true }, value });

for (const [transport, start] of [
  ["socket", socketApp],
  ["http", httpApp],
] as const)
  describe(`buttons over ${transport}`, () => {
    it("I2 send the stored message, all state and where they stand", async () => {
      await using playing = await stage();
      const { slack } = playing;
      const bodies: Body[] = [];
      await using _app = await start(slack, recorder(bodies));
      const picker = {
        type: "static_select",
        action_id: "pick",
        options: [option("a"), option("b")],
        initial_option: option("b"),
      };
      const metadata = { event_type: "rollout", event_payload: { seq: 1 } };
      const { ts = "" } = await client(slack).chat.postMessage({
        channel: deploys,
        text: "t & t",
        metadata,
        blocks: [section("x"), actions(button({ value: "r1:7" }), picker)],
      });
      const seen = await slack.as("lee").press({ channel: "deploys", ts }, "Go");
      assert.deepEqual(seen.notices, []);
      const [body] = bodies;
      assert.deepEqual(body?.container, { type: "message", message_ts: ts, channel_id: deploys, is_ephemeral: false });
      assert.deepEqual([body?.message?.ts, body?.message?.text], [ts, "t &amp; t"]);
      assert.deepEqual(body?.state.values, { act: { pick: { type: "static_select", selected_option: option("b") } } });
      assert.equal(body?.actions.length, 1);
      const { action_ts, ...action } = body?.actions[0] ?? {};
      assert.match(String(action_ts), /^\d+\.\d{6}$/);
      assert.deepEqual(action, {
        type: "button",
        action_id: "go",
        block_id: "act",
        value: "r1:7",
        text: { type: "plain_text", text: "Go", emoji: true },
      });
      assert.match(body?.response_url ?? "", /\/response\//);
      assert.deepEqual(body?.channel, { id: deploys, name: "deploys" });
    });

    it("C5 can be answered five times within half an hour, in the message's place too", async () => {
      await using playing = await stage();
      const { slack, clock } = playing;
      const bodies: Body[] = [];
      await using _app = await start(slack, recorder(bodies));
      const { ts = "" } = await client(slack).chat.postMessage({
        channel: deploys,
        text: "first",
        blocks: [actions(button())],
      });
      await slack.as("ana").press({ channel: deploys, ts }, "go");
      const answer = async (body: object) =>
        (await fetch(bodies[0]?.response_url ?? "", { method: "POST", body: JSON.stringify(body) })).status;
      assert.equal(await answer({ replace_original: true, text: "second", blocks: [section("second")] }), 200);
      assert.deepEqual(
        slack.messages("deploys").map((message) => message.text),
        ["second"],
      );
      assert.equal(await answer({ text: "for ana" }), 200);
      assert.deepEqual(
        slack.ephemeralsFor("ana").map((message) => message.text),
        ["for ana"],
      );
      assert.equal(
        await answer({ response_type: "in_channel", replace_original: false, thread_ts: ts, text: "in the thread" }),
        200,
      );
      assert.equal(slack.thread("deploys", ts).length, 1);
      assert.equal(await answer({ text: "x", blocks: [{ type: "section" }] }), 400);
      assert.equal(await answer({ delete_original: true }), 200);
      assert.equal(await answer({ text: "sixth" }), 404);
      const again = await client(slack).chat.postMessage({ channel: deploys, text: "x", blocks: [actions(button())] });
      await slack.as("ana").press({ channel: deploys, ts: again.ts ?? "" }, "go");
      clock.advance(30 * 60_000 + 1);
      assert.equal(
        (await fetch(bodies[1]?.response_url ?? "", { method: "POST", body: JSON.stringify({ text: "late" }) })).status,
        404,
      );
    });
  });

describe("other elements", () => {
  it("I3 send what was chosen, in the shape of their type", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const bodies: Body[] = [];
    await using _app = await socketApp(slack, recorder(bodies));
    const elements = [
      button({ action_id: "link", url: "https://example.com" }),
      { type: "overflow", action_id: "more", options: [option("a"), option("b")] },
      { type: "static_select", action_id: "pick", options: [option("a"), option("b")] },
      { type: "users_select", action_id: "who" },
      { type: "datepicker", action_id: "day" },
      { type: "timepicker", action_id: "time" },
      { type: "datetimepicker", action_id: "moment" },
      { type: "radio_buttons", action_id: "radio", options: [option("a"), option("b")] },
      { type: "checkboxes", action_id: "checks", options: [option("a"), option("b")] },
    ];
    const multi = {
      type: "section",
      block_id: "many",
      text: { type: "mrkdwn", text: "x" },
      accessory: { type: "multi_static_select", action_id: "multi", options: [option("a"), option("b")] },
    };
    const { ts = "" } = await client(slack).chat.postMessage({
      channel: deploys,
      text: "x",
      blocks: [actions(...elements), multi as never],
    });
    const ana = slack.as("ana");
    const sent = async (which: string, choice?: string | readonly string[] | null) => {
      await ana.press({ channel: deploys, ts }, which, choice === undefined ? {} : { choice });
      return bodies.at(-1)?.actions[0] ?? {};
    };
    assert.equal((await sent("link"))["value"], "v1");
    assert.deepEqual((await sent("more", "b"))["selected_option"], option("b"));
    assert.deepEqual((await sent("pick", "Label a"))["selected_option"], option("a"));
    assert.equal((await sent("pick", null))["selected_option"], null);
    assert.equal((await sent("who", "U0LEE00001"))["selected_user"], "U0LEE00001");
    assert.equal((await sent("day", "2026-11-23"))["selected_date"], "2026-11-23");
    assert.equal((await sent("time", "17:05"))["selected_time"], "17:05");
    assert.equal((await sent("moment", "1763935200"))["selected_date_time"], 1763935200);
    assert.deepEqual((await sent("radio", "a"))["selected_option"], option("a"));
    assert.deepEqual((await sent("checks", ["a", "b"]))["selected_options"], [option("a"), option("b")]);
    assert.deepEqual((await sent("checks", null))["selected_options"], []);
    assert.deepEqual((await sent("multi", ["b"]))["selected_options"], [option("b")]);
    assert.deepEqual(bodies.at(-1)?.state.values["many"]?.["multi"]?.["selected_options"], [option("b")]);
  });

  it("I4 send nothing when the confirm dialog is cancelled", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const bodies: Body[] = [];
    await using _app = await socketApp(slack, recorder(bodies));
    const words = (text: string) => ({ type: "plain_text", text });
    const confirm = { title: words("Sure?"), text: words("Really"), confirm: words("Yes"), deny: words("No") };
    const { ts = "" } = await client(slack).chat.postMessage({
      channel: deploys,
      text: "x",
      blocks: [actions(button({ confirm }))],
    });
    await slack.as("ana").press({ channel: deploys, ts }, "go", { cancel: true });
    assert.equal(bodies.length, 0);
    await slack.as("ana").press({ channel: deploys, ts }, "go");
    assert.equal(bodies.length, 1);
  });

  it("I5 carry the new value after an update, and the old one from a screen that lags behind", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const bodies: Body[] = [];
    await using _app = await socketApp(slack, recorder(bodies));
    const web = client(slack);
    const { ts = "" } = await web.chat.postMessage({
      channel: deploys,
      text: "x",
      blocks: [actions(button({ value: "old" }))],
    });
    const screen = slack.messages("deploys")[0]?.blocks ?? [];
    await web.chat.update({ channel: deploys, ts, text: "x", blocks: [actions(button({ value: "new" }))] });
    await slack.as("ana").press({ channel: deploys, ts }, "go", { screen });
    await slack.as("ana").press({ channel: deploys, ts }, "go");
    assert.deepEqual(
      bodies.map((body) => body.actions[0]?.["value"]),
      ["old", "new"],
    );
    assert.deepEqual(
      bodies.map((body) => body.message?.blocks[0]?.elements[0]?.value),
      ["new", "new"],
    );
  });

  it("I6 ask for suggestions only for long enough words, and refuse too many", async () => {
    await using playing = await stage();
    const { slack, clock } = playing;
    let count = 2;
    let held = false;
    const asked: string[] = [];
    await using _app = await socketApp(slack, (app) =>
      app.options("service", async ({ ack, payload }) => {
        asked.push(payload.value);
        if (!held) await ack({ options: Array.from({ length: count }, (_, index) => option(String(index))) as never });
      }),
    );
    const external = { type: "external_select", action_id: "service", min_query_length: 2 };
    const { ts = "" } = await client(slack).chat.postMessage({
      channel: deploys,
      text: "x",
      blocks: [actions(external)],
    });
    const ask = (value: string) => slack.as("ana").suggest({ channel: deploys, ts }, "service", value);
    await assert.rejects(ask("p"), /query_too_short/);
    assert.equal(((await ask("po"))["options"] as unknown[]).length, 2);
    count = 101;
    await assert.rejects(ask("pod"), /invalid_options/);
    held = true;
    const waiting = ask("podi");
    const outcome = assert.rejects(waiting, /operation_timeout/);
    await eventually(() => assert.equal(asked.length, 3));
    clock.advance(3000);
    await outcome;
    assert.deepEqual(asked, ["po", "pod", "podi"]);
  });
});
