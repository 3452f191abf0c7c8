import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { client, codeOf, rawCall, section, stage } from "./stage.ts";

const deploys = "C0DEPLOYS1";
const png = Buffer.from("iVBORw0KGgo=", "base64");

describe("uploads", () => {
  it("F1 refuse what has no length, too long a description, and unknown or used tickets", async () => {
    await using playing = await stage();
    const web = client(playing.slack);
    assert.equal(
      (await rawCall(playing.slack, "files.getUploadURLExternal", { body: "filename=a.png&length=0" })).body.error,
      "missing_argument",
    );
    assert.equal(
      await codeOf(
        web.files.getUploadURLExternal({
          filename: "a.png",
          length: 1,
          alt_text: "x",
          alt_txt: "x".repeat(1001),
        } as never),
      ),
      "alt_txt_too_large",
    );
    assert.equal(await codeOf(web.files.completeUploadExternal({ files: [{ id: "F0NOWHERE1" }] })), "file_not_found");
    const ticket = await web.files.getUploadURLExternal({ filename: "a.png", length: png.length });
    assert.equal(
      await codeOf(web.files.completeUploadExternal({ files: [{ id: ticket.file_id ?? "" }] })),
      "file_not_found",
    );
    const send = async () => (await fetch(ticket.upload_url ?? "", { method: "POST", body: png })).status;
    assert.deepEqual([await send(), await send()], [200, 404]);
    assert.equal(await codeOf(web.files.completeUploadExternal({ files: [{ id: ticket.file_id ?? "" }] })), "");
    assert.equal(
      await codeOf(web.files.completeUploadExternal({ files: [{ id: ticket.file_id ?? "" }] })),
      "file_not_found",
    );
  });

  it("F2 are shared some time after the answer, which has no ts", async () => {
    await using playing = await stage();
    const { slack, clock } = playing;
    const web = client(slack);
    const root = await web.chat.postMessage({ channel: deploys, text: "root" });
    const done = await web.filesUploadV2({
      channel_id: deploys,
      thread_ts: root.ts ?? "",
      filename: "chart.png",
      file: png,
      initial_comment: "Latency",
    });
    const [{ files: [file] = [] } = {}] = done.files as unknown as [{ files?: [{ id?: string; shares?: unknown }] }];
    assert.deepEqual(file?.shares, { public: {}, private: {} });
    assert.equal(slack.thread("deploys", root.ts ?? "").length, 0);
    const chart = { type: "image" as const, alt_text: "Chart", slack_file: { id: file?.id ?? "" } };
    const draw = () => codeOf(web.chat.update({ channel: deploys, ts: root.ts ?? "", text: "root", blocks: [chart] }));
    assert.equal(await draw(), "invalid_blocks");
    clock.advance(1500);
    const [shared] = slack.thread("deploys", root.ts ?? "");
    assert.deepEqual(
      [shared?.text, shared?.files[0]?.name, shared?.files[0]?.mimetype],
      ["Latency", "chart.png", "image/png"],
    );
    const info = await web.files.info({ file: file?.id ?? "" });
    assert.equal(info.file?.shares?.public?.[deploys]?.[0]?.ts, shared?.ts);
    assert.equal(await draw(), "");
  });

  it("F2 need the bot in the channel", async () => {
    await using playing = await stage();
    const web = client(playing.slack);
    const ticket = await web.files.getUploadURLExternal({ filename: "a.png", length: png.length });
    await fetch(ticket.upload_url ?? "", { method: "POST", body: png });
    const complete = web.files.completeUploadExternal({
      files: [{ id: ticket.file_id ?? "" }],
      channel_id: "C0RANDOM01",
    } as never);
    assert.equal(await codeOf(complete), "not_in_channel");
  });

  it("F3 come raw or as a form, and as many bytes as announced", async () => {
    await using playing = await stage();
    const web = client(playing.slack);
    const begin = async () =>
      (await web.files.getUploadURLExternal({ filename: "a.png", length: png.length })).upload_url ?? "";
    const form = new FormData();
    form.append("body", new Blob([png]), "Untitled");
    const headers = { authorization: `Bearer ${playing.slack.botToken}` };
    assert.equal((await fetch(await begin(), { method: "POST", body: form, headers })).status, 200);
    assert.equal((await fetch(await begin(), { method: "POST", body: png })).status, 200);
    assert.equal((await fetch(await begin(), { method: "POST", body: "xx" })).status, 400);
  });

  it("are deleted with the message that only showed them, and served to token holders", async () => {
    await using playing = await stage();
    const { slack, clock } = playing;
    const web = client(slack);
    const done = await web.filesUploadV2({ channel_id: deploys, filename: "chart.png", file: png });
    const [{ files: [file] = [] } = {}] = done.files as unknown as [
      { files?: [{ id?: string; url_private?: string }] },
    ];
    clock.advance(1500);
    assert.equal((await fetch(file?.url_private ?? "")).status, 403);
    const got = await fetch(file?.url_private ?? "", { headers: { authorization: `Bearer ${slack.botToken}` } });
    assert.deepEqual(Buffer.from(await got.arrayBuffer()), png);
    await web.files.delete({ file: file?.id ?? "" });
    assert.deepEqual(slack.messages("deploys"), []);
    assert.equal(await codeOf(web.files.info({ file: file?.id ?? "" })), "file_deleted");
  });
});

describe("blocks on the way in", () => {
  it("B11 name every fault with its pointer, and store nothing", async () => {
    await using playing = await stage();
    const body = new URLSearchParams({
      channel: deploys,
      text: "x",
      blocks: JSON.stringify([{ type: "header", text: { type: "plain_text", text: "" } }]),
    }).toString();
    const answer = await rawCall(playing.slack, "chat.postMessage", { body });
    assert.equal(answer.body.error, "invalid_blocks");
    assert.deepEqual(answer.body.errors, ["must be more than 0 characters [json-pointer:/blocks/0/text/text]"]);
    assert.deepEqual(answer.body.response_metadata?.messages, [
      "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]",
    ]);
    assert.deepEqual(playing.slack.messages("deploys"), []);
  });

  it("B11 tell attachments and shapeless blocks apart", async () => {
    await using playing = await stage();
    const post = async (fields: Record<string, string>) =>
      (
        await rawCall(playing.slack, "chat.postMessage", {
          body: new URLSearchParams({ channel: deploys, text: "x", ...fields }).toString(),
        })
      ).body;
    const nested = await post({ attachments: JSON.stringify([{ blocks: [{ type: "section" }] }]) });
    assert.equal(nested.error, "invalid_attachments");
    assert.match(nested.response_metadata?.messages?.[0] ?? "", /json-pointer:\/attachments\/0\/blocks\/0\]/);
    assert.equal((await post({ blocks: "no json" })).error, "invalid_blocks_format");
    assert.equal((await post({ blocks: '{"type":"divider"}' })).error, "invalid_blocks_format");
    assert.equal(
      (await post({ attachments: JSON.stringify(Array.from({ length: 101 }, () => ({ text: "x" }))) })).error,
      "too_many_attachments",
    );
  });

  it("B12 are limited in total when posted, not when updated", async () => {
    await using playing = await stage();
    const web = client(playing.slack);
    const blocks = Array.from({ length: 5 }, () => section("x".repeat(2700)));
    assert.equal(await codeOf(web.chat.postMessage({ channel: deploys, text: "x", blocks })), "msg_blocks_too_long");
    const { ts = "" } = await web.chat.postMessage({ channel: deploys, text: "x" });
    assert.equal(await codeOf(web.chat.update({ channel: deploys, ts, text: "x", blocks })), "");
  });

  it("can be asked about with blocks.validate", async () => {
    await using playing = await stage();
    const ask = async (fields: Record<string, string>) =>
      (await rawCall(playing.slack, "blocks.validate", { body: new URLSearchParams(fields).toString() })).body;
    assert.equal((await ask({ blocks: JSON.stringify([section("x")]) })).ok, true);
    assert.equal((await ask({ blocks: JSON.stringify([{ type: "section" }]) })).error, "invalid_blocks");
    assert.equal((await ask({ view: JSON.stringify({ type: "modal" }) })).error, "invalid_view");
    assert.equal((await ask({ message: "{}" })).error, "invalid_message");
    assert.equal((await ask({})).error, "invalid_arguments");
  });
});
