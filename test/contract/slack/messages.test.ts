import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { client, codeOf, section, stage } from "./stage.ts";

const deploys = "C0DEPLOYS1";
const rich = (text: string) =>
  ({ type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] }) as never;

describe("posting", () => {
  it("M1 depends on the channel and on membership", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const post = (channel: string, token?: string) =>
      codeOf(client(slack, token).chat.postMessage({ channel, text: "x" }));
    assert.equal(await post("C0NOWHERE1"), "channel_not_found");
    assert.equal(await post("deploys"), "channel_not_found");
    assert.equal(await post(slack.ids.channels["releases"] ?? ""), "channel_not_found");
    assert.equal(await post(slack.ids.channels["random"] ?? ""), "not_in_channel");
    assert.equal(
      await post(slack.ids.channels["random"] ?? "", slack.issueToken({ scopes: ["chat:write", "chat:write.public"] })),
      "",
    );
    assert.equal(await post(slack.ids.channels["oldDeploys"] ?? ""), "is_archived");
    assert.equal(await post(slack.ids.channels["announcements"] ?? ""), "restricted_action_read_only_channel");
    assert.equal(await post(slack.ids.people["ana"] ?? ""), "");
  });

  it("M2 cuts endless text with a warning and needs something to show", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const web = client(slack);
    const long = await web.chat.postMessage({ channel: deploys, text: "x".repeat(40_001) });
    assert.deepEqual(long.response_metadata?.warnings, ["message_truncated"]);
    assert.equal(slack.messages("deploys")[0]?.text.length, 40_000);
    assert.equal(await codeOf(web.chat.postMessage({ channel: deploys, text: "" })), "no_text");
    assert.equal(
      await codeOf(web.chat.update({ channel: deploys, ts: long.ts ?? "", text: "x".repeat(4001) })),
      "msg_too_long",
    );
    assert.equal(
      await codeOf(web.apiCall("chat.postMessage", { channel: deploys, text: "x", markdown_text: "y" })),
      "markdown_text_conflict",
    );
  });

  it("M3 attaches a reply to a reply to the thread's root and refuses unknown threads", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const web = client(slack);
    const root = await web.chat.postMessage({ channel: deploys, text: "root" });
    const reply = await web.chat.postMessage({ channel: deploys, text: "one", thread_ts: root.ts ?? "" });
    await web.chat.postMessage({ channel: deploys, text: "two", thread_ts: reply.ts ?? "" });
    assert.deepEqual(
      slack.thread("deploys", root.ts ?? "").map((message) => message.text),
      ["one", "two"],
    );
    assert.equal(slack.messages("deploys")[0]?.replyCount, 2);
    assert.equal(
      await codeOf(web.chat.postMessage({ channel: deploys, text: "x", thread_ts: "1.000001" })),
      "thread_not_found",
    );
  });

  it("M6 keeps metadata for those who ask for it", async () => {
    await using playing = await stage();
    const web = client(playing.slack);
    const metadata = { event_type: "rollout", event_payload: { rollout: "r1", seq: 3 } };
    await web.chat.postMessage({ channel: deploys, text: "x", metadata });
    const plain = await web.conversations.history({ channel: deploys });
    assert.equal(plain.messages?.[0]?.metadata, undefined);
    const full = await web.conversations.history({ channel: deploys, include_all_metadata: true });
    assert.deepEqual(full.messages?.[0]?.metadata, metadata);
    const bad = web.apiCall("chat.postMessage", {
      channel: deploys,
      text: "x",
      metadata: JSON.stringify({ event_type: "x" }),
    });
    assert.equal(await codeOf(bad), "invalid_metadata_format");
  });

  it("M8 notifies those whom the posted words mention, and no escaped ones", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const web = client(slack);
    const pinged = () => slack.journal.filter((line) => line.method === "ping").map((line) => line.note);
    await web.chat.postMessage({ channel: deploys, text: "&lt;!channel&gt; and <#C0DEPLOYS1>" });
    assert.deepEqual(pinged(), []);
    await web.chat.postMessage({
      channel: deploys,
      text: "x",
      blocks: [section("<!subteam^S0APPROVER> please, <@U0ANA00001>")],
    });
    assert.deepEqual(pinged(), ["ana, lee, max"]);
    await web.chat.postMessage({ channel: deploys, text: "<@U0ANA00001>", blocks: [section("nobody")] });
    assert.equal(pinged().length, 1);
  });

  it("M9 stores addresses as links and escapes the rest", async () => {
    await using playing = await stage();
    const web = client(playing.slack);
    const posted = await web.chat.postMessage({
      channel: deploys,
      text: "see https://example.com/a?b=1&c=2, `https://x.example` & <script>",
      blocks: [section("at https://example.com.")],
    });
    assert.equal(
      posted.message?.text,
      "see <https://example.com/a?b=1&amp;c=2>, `https://x.example` &amp; &lt;script&gt;",
    );
    const block = posted.message?.blocks?.[0] as { text: { text: string; verbatim: boolean }; block_id: string };
    assert.deepEqual([block.text.text, block.text.verbatim], ["at <https://example.com>.", false]);
    assert.match(block.block_id, /^\S+$/);
  });
});

describe("messages without text", () => {
  it("U3 are noted, for notifications and screen readers read only that", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const noted = () => slack.journal.filter((line) => line.method === "lint").length;
    await client(slack).chat.postMessage({ channel: deploys, text: "words", blocks: [section("x")] });
    assert.equal(noted(), 0);
    await client(slack).apiCall("chat.postMessage", { channel: deploys, blocks: [section("x")] });
    assert.equal(noted(), 1);
  });
});

describe("updating and deleting", () => {
  it("M4 works on own messages only", async () => {
    await using playing = await stage();
    const { slack, clock } = playing;
    const web = client(slack);
    const other = await client(
      slack,
      slack.issueToken({ app: "A0OTHER001", scopes: ["chat:write", "chat:write.public"] }),
    ).chat.postMessage({ channel: deploys, text: "other" });
    assert.equal(
      await codeOf(web.chat.update({ channel: deploys, ts: other.ts ?? "", text: "x" })),
      "cant_update_message",
    );
    assert.equal(await codeOf(web.chat.delete({ channel: deploys, ts: other.ts ?? "" })), "cant_delete_message");
    assert.equal(await codeOf(web.chat.update({ channel: deploys, ts: "1.000001", text: "x" })), "message_not_found");
    const hidden = await web.chat.postEphemeral({ channel: deploys, user: "U0ANA00001", text: "x" });
    assert.equal(
      await codeOf(web.chat.update({ channel: deploys, ts: hidden.message_ts ?? "", text: "y" })),
      "message_not_found",
    );
    const dm = await web.chat.postMessage({ channel: "U0ANA00001", text: "hi" });
    assert.equal(
      await codeOf(web.chat.update({ channel: "U0ANA00001", ts: dm.ts ?? "", text: "x" })),
      "channel_not_found",
    );
    assert.equal(await codeOf(web.chat.update({ channel: dm.channel ?? "", ts: dm.ts ?? "", text: "x" })), "");
    slack.settings.editWindowMs = 60_000;
    clock.advance(61_000);
    assert.equal(
      await codeOf(web.chat.update({ channel: dm.channel ?? "", ts: dm.ts ?? "", text: "x" })),
      "edit_window_closed",
    );
  });

  it("M5 drops blocks with text alone, keeps attachments and metadata, and marks only text edits", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const web = client(slack);
    const metadata = { event_type: "rollout", event_payload: {} };
    const { ts = "" } = await web.chat.postMessage({
      channel: deploys,
      text: "a",
      blocks: [section("a")],
      attachments: [{ color: "good", fallback: "f", text: "t" }],
      metadata,
    });
    const stored = () => slack.messages("deploys")[0];
    await web.chat.update({ channel: deploys, ts, text: "b", blocks: [section("b")] });
    assert.deepEqual([stored()?.edited, stored()?.blocks.length, stored()?.attachments.length], [false, 1, 1]);
    await web.chat.update({ channel: deploys, ts, text: "c" });
    assert.deepEqual([stored()?.text, stored()?.blocks.length, stored()?.edited], ["c", 0, true]);
    await web.chat.update({ channel: deploys, ts, text: "d", attachments: [] });
    assert.equal(stored()?.attachments.length, 0);
    const read = async () =>
      (await web.conversations.history({ channel: deploys, include_all_metadata: true })).messages?.[0]?.metadata;
    assert.deepEqual(await read(), metadata);
    await web.apiCall("chat.update", { channel: deploys, ts, text: "e", metadata: "{}" });
    assert.equal(await read(), undefined);
  });

  it("M5 keeps rich text rich and pings nobody", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const web = client(slack);
    const { ts = "" } = await web.chat.postMessage({ channel: deploys, text: "a", blocks: [rich("a")] });
    assert.equal(
      await codeOf(web.chat.update({ channel: deploys, ts, text: "b", blocks: [section("b")] })),
      "block_mismatch",
    );
    await web.chat.update({ channel: deploys, ts, text: "b <@U0ANA00001>", blocks: [rich("b")] });
    assert.equal(slack.journal.filter((line) => line.method === "ping").length, 0);
  });

  it("leaves a mark where the root of a thread was", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const web = client(slack);
    const { ts = "" } = await web.chat.postMessage({ channel: deploys, text: "root" });
    const reply = await web.chat.postMessage({ channel: deploys, text: "reply", thread_ts: ts });
    await web.chat.delete({ channel: deploys, ts });
    assert.deepEqual(
      slack.messages("deploys").map((message) => message.text),
      ["This message was deleted.", "reply"],
    );
    await web.chat.delete({ channel: deploys, ts: reply.ts ?? "" });
    assert.equal(slack.messages("deploys").length, 1);
  });
});

describe("ephemeral messages", () => {
  it("M10 reach members only, are seen by nobody else and hold no blocks in attachments", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const web = client(slack);
    const post = (more: object) =>
      web.chat.postEphemeral({ channel: deploys, user: "U0ANA00001", text: "x", ...more } as never);
    assert.equal(await codeOf(post({ channel: "C0GENERAL1", user: "U0EVE00001" })), "user_not_in_channel");
    assert.equal(await codeOf(post({ attachments: [{ blocks: [section("x")] }] })), "invalid_attachments");
    await post({ text: "secret" });
    assert.deepEqual(
      slack.ephemeralsFor("ana").map((message) => message.text),
      ["secret"],
    );
    assert.equal(slack.messages("deploys").length, 0);
    assert.equal((await web.conversations.history({ channel: deploys })).messages?.length, 0);
  });
});

describe("marks on messages", () => {
  it("M7 are set once and taken away once", async () => {
    await using playing = await stage();
    const web = client(playing.slack);
    const { ts: timestamp = "" } = await web.chat.postMessage({ channel: deploys, text: "x" });
    const at = { channel: deploys, timestamp };
    assert.equal(await codeOf(web.reactions.add({ ...at, name: "tada" })), "");
    assert.equal(await codeOf(web.reactions.add({ ...at, name: "tada" })), "already_reacted");
    assert.equal(await codeOf(web.reactions.add({ ...at, name: ":tada:" })), "invalid_name");
    assert.equal(await codeOf(web.reactions.remove({ ...at, name: "tada" })), "");
    assert.equal(await codeOf(web.reactions.remove({ ...at, name: "tada" })), "no_reaction");
    assert.equal(await codeOf(web.pins.add(at)), "");
    assert.equal(await codeOf(web.pins.add(at)), "already_pinned");
    assert.equal(await codeOf(web.pins.remove(at)), "");
    assert.equal(await codeOf(web.pins.remove(at)), "no_pin");
  });

  it("link to the message from outside", async () => {
    await using playing = await stage();
    const web = client(playing.slack);
    const root = await web.chat.postMessage({ channel: deploys, text: "x" });
    const reply = await web.chat.postMessage({ channel: deploys, text: "y", thread_ts: root.ts ?? "" });
    const link = await web.chat.getPermalink({ channel: deploys, message_ts: reply.ts ?? "" });
    assert.equal(
      link.permalink,
      `${playing.slack.url}/archives/${deploys}/p${reply.ts?.replace(".", "")}?thread_ts=${root.ts}&cid=${deploys}`,
    );
    assert.equal(
      await codeOf(web.chat.getPermalink({ channel: deploys, message_ts: "1.000001" })),
      "message_not_found",
    );
  });
});
