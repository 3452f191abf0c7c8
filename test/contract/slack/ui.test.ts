import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { UiEvent, UiPanel, UiState } from "../../../src/playground/slack/ui-protocol.ts";
import type { SlackEmulator } from "../../../src/playground/slack/server.ts";
import { eventually } from "../../support/eventually.ts";
import { actions, button, client, section, socketApp, stage } from "./stage.ts";

const ana = "U0ANA00001";
const deploys = "C0DEPLOYS1";

async function state(slack: SlackEmulator, user = ana, cookie = ""): Promise<UiState> {
  return (await (await fetch(`${slack.url}/ui/state?user=${user}`, { headers: { cookie } })).json()) as UiState;
}

async function act(
  slack: SlackEmulator,
  kind: string,
  body: object,
): Promise<{ readonly ok: boolean; readonly error?: string }> {
  const answer = await fetch(`${slack.url}/ui/${kind}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as { ok: boolean };
}

/** Reads the event stream of a person until it is disposed of. */
async function listen(slack: SlackEmulator, user: string) {
  const leave = new AbortController();
  const events: UiEvent[] = [];
  const answer = await fetch(`${slack.url}/ui/events?user=${user}`, { signal: leave.signal });
  assert.equal(answer.headers.get("content-type"), "text/event-stream");
  const reading = (async () => {
    let rest = "";
    for await (const chunk of answer.body ?? []) {
      const parts = (rest + Buffer.from(chunk).toString()).split("\n\n");
      rest = parts.pop() ?? "";
      for (const part of parts) if (part.startsWith("data: ")) events.push(JSON.parse(part.slice(6)) as UiEvent);
    }
  })().catch(() => undefined);
  return {
    events,
    [Symbol.asyncDispose]: async () => {
      leave.abort();
      await reading;
    },
  };
}

describe("the page's state", () => {
  it("U1 holds the person's channels, people, commands and the stored messages", async () => {
    await using playing = await stage();
    const { slack } = playing;
    await client(slack).chat.postMessage({ channel: deploys, text: "a & b", blocks: [section("x")] });
    const seen = await state(slack);
    assert.deepEqual(
      seen.channels.filter((channel) => channel.kind !== "im").map((channel) => channel.name),
      ["general", "deploys", "random", "releases", "old-deploys", "partner", "announcements"],
    );
    assert.deepEqual(
      seen.people.filter((person) => person.canBePlayed).map((person) => person.name),
      ["ana", "lee", "max", "dev", "gus", "eve"],
    );
    assert.deepEqual([seen.messages[0]?.text, seen.messages[0]?.blocks.length], ["a &amp; b", 1]);
    assert.equal(seen.commands[0]?.command, "/canary");
    assert.ok(seen.channels.some((channel) => channel.id === seen.app.dm && channel.with === slack.ids.botUser));
    assert.equal(seen.app.connected, false);
  });

  it("hides from guests and strangers what is not theirs", async () => {
    await using playing = await stage();
    const guest = await state(playing.slack, "U0GUS00001");
    assert.deepEqual(
      guest.channels.filter((channel) => channel.kind !== "im").map((channel) => channel.name),
      ["general", "deploys"],
    );
    const stranger = await state(playing.slack, "U0EVE00001");
    assert.deepEqual(
      [stranger.channels.filter((channel) => channel.kind !== "im").length, stranger.commands.length],
      [1, 0],
    );
  });

  it("M10 loses ephemeral messages when the page is loaded anew", async () => {
    await using playing = await stage();
    const { slack, clock } = playing;
    const load = async () => ((await fetch(`${slack.url}/`)).headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const before = await load();
    await client(slack).chat.postEphemeral({ channel: deploys, user: ana, text: "only you" });
    assert.equal((await state(slack, ana, before)).messages[0]?.onlyFor, ana);
    assert.equal((await state(slack, "U0LEE00001", before)).messages.length, 0);
    clock.advance(1000);
    assert.equal((await state(slack, ana, await load())).messages.length, 0);
  });
});

describe("the page's events", () => {
  it("U1 bring each person what they may see", async () => {
    await using playing = await stage();
    const { slack } = playing;
    await using mine = await listen(slack, ana);
    await using theirs = await listen(slack, "U0LEE00001");
    await client(slack).chat.postEphemeral({ channel: deploys, user: ana, text: "only you" });
    await client(slack).chat.postMessage({ channel: deploys, text: "<@U0LEE00001> look" });
    const kinds = (events: readonly UiEvent[]) =>
      events.map((event) => event.kind).filter((kind) => kind !== "journal");
    await eventually(() => assert.deepEqual(kinds(mine.events), ["message", "message"]));
    await eventually(() => assert.deepEqual(kinds(theirs.events), ["message", "ping"]));
  });

  it("bring the panel, and its scenarios are run", async () => {
    let panel: UiPanel = { traffic: [], links: [], scenarios: [{ id: "bad", label: "Bad", hint: "", active: false }] };
    const listeners = new Set<() => void>();
    const source = {
      current: () => panel,
      subscribe: (listener: () => void) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      run: async (id: string, on: boolean) => {
        panel = { ...panel, scenarios: [{ id, label: "Bad", hint: "", active: on }] };
        for (const listener of listeners) listener();
      },
    };
    await using playing = await stage({ panel: source });
    await using mine = await listen(playing.slack, ana);
    assert.deepEqual(await act(playing.slack, "scenario", { id: "bad", on: true }), { ok: true });
    const active = () =>
      mine.events.flatMap((event) => (event.kind === "panel" ? event.panel.scenarios[0]?.active : []));
    await eventually(() => assert.deepEqual(active(), [false, true]));
  });
});

describe("the page's actions", () => {
  it("type, press and are told why not", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const pressed: string[] = [];
    await using _app = await socketApp(slack, (app) => {
      app.command("/canary", async ({ ack }) => ack("hello"));
      app.action("go", async ({ ack, body }) => {
        pressed.push(body.user.id);
        await ack();
      });
    });
    assert.deepEqual(await act(slack, "type", { user: ana, channel: deploys, text: "/canary" }), { ok: true });
    assert.equal((await state(slack)).messages[0]?.text, "hello");
    const { ts = "" } = await client(slack).chat.postMessage({
      channel: deploys,
      text: "x",
      blocks: [actions(button())],
    });
    const action = { type: "button", action_id: "go", block_id: "act", value: "v1" };
    assert.deepEqual(await act(slack, "act", { user: ana, channel: deploys, ts, action, state: {} }), { ok: true });
    assert.deepEqual(pressed, [ana]);
    assert.equal(
      (await act(slack, "act", { user: ana, channel: deploys, ts: "1.000001", action, state: {} })).error,
      "message_not_found",
    );
    assert.equal(
      (await act(slack, "type", { user: "U0OLD00001", channel: deploys, text: "x" })).error,
      "user_not_found",
    );
    assert.equal((await act(slack, "type", { user: ana })).error, "invalid_arguments");
  });

  it("are closed to other web pages", async () => {
    await using playing = await stage();
    const post = async (headers: Record<string, string>) =>
      (
        await fetch(`${playing.slack.url}/ui/open-home`, {
          method: "POST",
          headers,
          body: JSON.stringify({ user: ana }),
        })
      ).status;
    assert.equal(await post({ "content-type": "application/json", origin: "https://evil.example" }), 403);
    assert.equal(await post({ "content-type": "text/plain" }), 403);
    assert.equal(await post({ "content-type": "application/json", origin: playing.slack.url }), 200);
    assert.equal(
      (
        await fetch(`${playing.slack.url}/admin/info`, {
          method: "POST",
          headers: { "content-type": "text/plain" },
          body: "{}",
        })
      ).status,
      403,
    );
  });
});

describe("the page's files", () => {
  it("are served with their types and a policy against foreign scripts, and nothing beside them", async () => {
    const above = await mkdtemp(join(tmpdir(), "page-"));
    const root = join(above, "page");
    try {
      await mkdir(root);
      await writeFile(join(above, "secret.json"), "{}");
      await writeFile(
        join(root, "index.html"),
        '<script type="importmap">{}</script><script type="module" src="/main.js"></script>',
      );
      await writeFile(join(root, "main.js"), "export {}");
      await using playing = await stage({ pageRoot: root });
      const get = (path: string) => fetch(playing.slack.url + path);
      const index = await get("/");
      assert.equal(index.headers.get("content-type"), "text/html; charset=utf-8");
      assert.match(index.headers.get("content-security-policy") ?? "", /script-src 'self' 'sha256-[^']+';/);
      assert.equal((await get("/main.js")).headers.get("content-type"), "text/javascript; charset=utf-8");
      assert.equal((await get(`/archives/${deploys}/p1`)).status, 200);
      assert.equal((await get("/nothing.js")).status, 404);
      const { status } = await new Promise<{ status: number | undefined }>((resolve, reject) => {
        const climb = request(`${playing.slack.url}`, { path: "/..%2fsecret.json" }, (answer) =>
          resolve({ status: answer.resume().statusCode }),
        );
        climb.on("error", reject).end();
      });
      assert.equal(status, 404);
    } finally {
      await rm(above, { recursive: true });
    }
  });

  it("may import the allowed packages only", async () => {
    await using playing = await stage();
    for (const name of ["preact", "preact/hooks", "@preact/signals", "@preact/signals-core", "htm"]) {
      const answer = await fetch(`${playing.slack.url}/modules/${name}`);
      assert.deepEqual([answer.status, answer.headers.get("content-type")], [200, "text/javascript; charset=utf-8"]);
      assert.match(await answer.text(), /export/);
    }
    assert.equal((await fetch(`${playing.slack.url}/modules/zod`)).status, 404);
  });
});

describe("the driver for other processes", () => {
  it("types, looks and orders faults over HTTP", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const ask = async (verb: string, body: object) =>
      (await (
        await fetch(`${slack.url}/admin/${verb}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        })
      ).json()) as Record<string, unknown>;
    assert.equal((await ask("info", {}))["botToken"], slack.botToken);
    await ask("type", { user: "ana", channel: "deploys", text: "hello" });
    assert.equal(((await ask("messages", { channel: "deploys" }))["messages"] as { text: string }[])[0]?.text, "hello");
    await ask("fail-next", { method: "auth.test", error: "fatal_error" });
    await assert.rejects(client(slack).auth.test(), /fatal_error/);
    assert.equal((await ask("type", { user: "nobody", channel: "deploys", text: "x" }))["ok"], false);
  });
});
