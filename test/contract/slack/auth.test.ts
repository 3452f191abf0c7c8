import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { client, codeOf, rawCall, stage } from "./stage.ts";

describe("tokens and protocol", () => {
  it("A1 refuse a missing, an unknown and a revoked token with HTTP 200", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const missing = await rawCall(slack, "auth.test", { token: null });
    assert.deepEqual([missing.status, missing.body.error], [200, "not_authed"]);
    assert.equal((await rawCall(slack, "auth.test", { token: "xoxb-nobody" })).body.error, "invalid_auth");
    const token = slack.issueToken({ scopes: ["chat:write"] });
    slack.revokeToken(token);
    assert.equal((await rawCall(slack, "auth.test", { token })).body.error, "token_revoked");
    assert.equal((await rawCall(slack, "auth.test")).body.ok, true);
  });

  it("A2 keep bot and app tokens apart", async () => {
    await using playing = await stage();
    const { slack } = playing;
    assert.equal(await codeOf(client(slack).apiCall("apps.connections.open")), "not_allowed_token_type");
    const posting = client(slack, slack.appToken).chat.postMessage({
      channel: slack.ids.channels["deploys"] ?? "",
      text: "x",
    });
    assert.equal(await codeOf(posting), "not_allowed_token_type");
  });

  it("A3 name the missing scope and what was provided, and send the scope headers", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const token = slack.issueToken({ scopes: ["users:read"] });
    const answer = await rawCall(slack, "chat.postMessage", { token, body: "channel=C0DEPLOYS1&text=x" });
    assert.deepEqual(
      [answer.body.error, answer.body.needed, answer.body.provided],
      ["missing_scope", "chat:write", "users:read"],
    );
    assert.equal(answer.headers.get("x-oauth-scopes"), "users:read");
    assert.equal(answer.headers.get("x-accepted-oauth-scopes"), "chat:write");
  });

  it("A4 know their methods, and take no GET for a socket", async () => {
    await using playing = await stage();
    const { slack } = playing;
    assert.equal((await rawCall(slack, "chat.postMesage")).body.error, "unknown_method");
    assert.equal(
      (await rawCall(slack, "apps.connections.open", { verb: "GET", token: slack.appToken })).body.error,
      "insecure_request",
    );
    assert.ok(slack.journal.some((line) => line.method === "chat.postMesage" && line.outcome === "unknown_method"));
  });

  it("A5 see no arguments in the JSON body of a method that takes none", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const type = "application/json; charset=utf-8";
    const user = slack.ids.people["ana"];
    assert.equal(
      (await rawCall(slack, "users.info", { type, body: JSON.stringify({ user }) })).body.error,
      "invalid_arguments",
    );
    assert.equal((await rawCall(slack, "users.info", { body: `user=${user}` })).body.ok, true);
    const channel = slack.ids.channels["deploys"];
    assert.equal(
      (await rawCall(slack, "conversations.info", { type, body: JSON.stringify({ channel }) })).body.error,
      "invalid_arguments",
    );
    assert.equal(
      (await rawCall(slack, "chat.postMessage", { type, body: JSON.stringify({ channel, text: "x" }) })).body.ok,
      true,
    );
  });

  it("A6 say which argument is missing or of the wrong kind", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const missing = await rawCall(slack, "chat.update", { body: "channel=C0DEPLOYS1&text=x" });
    assert.equal(missing.body.error, "invalid_arguments");
    assert.deepEqual(missing.body.response_metadata?.messages, ["[ERROR] missing required field: ts"]);
    const type = "application/json; charset=utf-8";
    const number = await rawCall(slack, "chat.update", {
      type,
      body: JSON.stringify({ channel: "C0DEPLOYS1", ts: 1700000000.0001, text: "x" }),
    });
    assert.equal(number.body.error, "invalid_arguments");
  });

  it("A7 accept the own team_id on every call and refuse another", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const call = (team_id: string) =>
      codeOf(client(slack).chat.postMessage({ channel: "C0DEPLOYS1", text: "x", team_id } as never));
    assert.equal(await call(slack.ids.team), "");
    assert.equal(await call("T0STRANGER"), "team_access_not_granted");
  });

  it("A8 ignore a token in the query string", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const query = `?token=${slack.botToken}`;
    assert.equal((await rawCall(slack, "auth.test", { token: null, verb: "GET", query })).body.error, "not_authed");
    assert.equal((await rawCall(slack, "auth.test", { token: null, query })).body.error, "not_authed");
    assert.equal((await rawCall(slack, "auth.test", { token: null, body: `token=${slack.botToken}` })).body.ok, true);
  });

  it("warn about JSON without a charset and refuse unknown content types", async () => {
    await using playing = await stage();
    const { slack } = playing;
    assert.equal(
      (await rawCall(slack, "api.test", { type: "application/json", body: "{}" })).body.warning,
      "missing_charset",
    );
    assert.equal((await rawCall(slack, "api.test", { type: "text/plain", body: "x" })).body.error, "invalid_post_type");
    assert.equal(
      (await rawCall(slack, "api.test", { type: "application/json", body: "[" })).body.error,
      "invalid_json",
    );
  });

  it("say who one is", async () => {
    await using playing = await stage();
    const me = await client(playing.slack).auth.test();
    assert.deepEqual(
      [me.user_id, me.bot_id, me.team_id],
      [playing.slack.ids.botUser, "B0CANARY01", playing.slack.ids.team],
    );
  });

  it("strike with ordered faults and then stop", async () => {
    await using playing = await stage();
    const { slack } = playing;
    slack.faults.failNext("auth.test", { status: 500 });
    slack.faults.failNext("auth.test", { error: "internal_error" });
    slack.faults.failNext("auth.test", { status: 429, retryAfter: 7 });
    assert.equal((await rawCall(slack, "auth.test")).status, 500);
    assert.equal((await rawCall(slack, "auth.test")).body.error, "internal_error");
    const limited = await rawCall(slack, "auth.test");
    assert.deepEqual([limited.status, limited.headers.get("retry-after")], [429, "7"]);
    assert.equal((await rawCall(slack, "auth.test")).body.ok, true);
  });

  it("store a message whose answer a fault drops", async () => {
    await using playing = await stage();
    const { slack } = playing;
    slack.faults.failNext("chat.postMessage", { dropAfterStore: true });
    await assert.rejects(client(slack).chat.postMessage({ channel: "C0DEPLOYS1", text: "once" }));
    assert.deepEqual(
      slack.messages("deploys").map((message) => message.text),
      ["once"],
    );
  });
});
