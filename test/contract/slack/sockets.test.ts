import assert from "node:assert/strict";
import { once as onceEvent } from "node:events";
import { describe, it } from "node:test";
import WebSocket from "ws";
import { eventually } from "../../support/eventually.ts";
import { rawCall, socketApp, stage } from "./stage.ts";
import type { SlackEmulator } from "../../../src/playground/slack/server.ts";

interface Frame {
  readonly type: string;
  readonly envelope_id?: string;
  readonly num_connections?: number;
  readonly reason?: string;
  readonly retry_attempt?: number;
  readonly retry_reason?: string;
  readonly accepts_response_payload?: boolean;
  readonly payload?: { readonly event_id?: string; readonly command?: string };
}

async function address(slack: SlackEmulator): Promise<string> {
  return (await rawCall(slack, "apps.connections.open", { token: slack.appToken })).body.url ?? "";
}

/** A bare socket that keeps every frame it gets and acknowledges nothing by itself. */
async function open(slack: SlackEmulator, more = "") {
  const socket = new WebSocket((await address(slack)) + more);
  const frames: Frame[] = [];
  socket.on("message", (data) => frames.push(JSON.parse(String(data)) as Frame));
  await onceEvent(socket, "message");
  const envelopes = () => frames.filter((frame) => frame.envelope_id !== undefined);
  const ack = (frame: Frame | undefined, payload?: object) =>
    socket.send(JSON.stringify({ envelope_id: frame?.envelope_id, ...(payload && { payload }) }));
  return { socket, frames, envelopes, ack };
}

describe("socket connections", () => {
  it("S1 begin with hello, count, and take a ticket once within its time", async () => {
    await using playing = await stage();
    const { slack, clock } = playing;
    const first = await open(slack);
    const second = await open(slack);
    assert.deepEqual([first.frames[0]?.type, first.frames[0]?.num_connections], ["hello", 1]);
    assert.equal(second.frames[0]?.num_connections, 2);
    const url = await address(slack);
    const used = new WebSocket(url);
    await onceEvent(used, "open");
    const [error] = (await onceEvent(new WebSocket(url), "error")) as [Error];
    assert.match(error.message, /403/);
    const old = await address(slack);
    clock.advance(31_000);
    assert.match(((await onceEvent(new WebSocket(old), "error")) as [Error])[0].message, /403/);
  });

  it("S2 are refused from the eleventh on", async () => {
    await using playing = await stage();
    for (let index = 0; index < 10; index += 1) await open(playing.slack);
    const eleventh = await open(playing.slack);
    assert.deepEqual([eleventh.frames[0]?.type, eleventh.frames[0]?.reason], ["disconnect", "too_many_websockets"]);
    await eventually(() => assert.equal(eleventh.socket.readyState, WebSocket.CLOSED));
    assert.equal(playing.slack.openSockets(), 10);
  });

  it("S3 get each envelope once, spread over all of them", async () => {
    await using playing = await stage();
    const links = [await open(playing.slack), await open(playing.slack), await open(playing.slack)];
    for (const link of links) link.socket.on("message", (data) => link.ack(JSON.parse(String(data)) as Frame));
    for (let index = 0; index < 6; index += 1) await playing.slack.as("ana").type("deploys", `/canary ${index}`);
    assert.deepEqual(
      links.map((link) => link.envelopes().length),
      [2, 2, 2],
    );
    assert.equal(new Set(links.flatMap((link) => link.envelopes().map((frame) => frame.envelope_id))).size, 6);
  });

  it("S5 ignore acknowledgements of unknown envelopes and note a second one", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const link = await open(slack);
    link.socket.send(JSON.stringify({ envelope_id: "nothing" }));
    const typing = slack.as("ana").type("deploys", "/canary");
    const [frame] = await eventually(() => {
      assert.equal(link.envelopes().length, 1);
      return link.envelopes();
    });
    link.ack(frame);
    link.ack(frame);
    await typing;
    const notes = () => slack.journal.filter((line) => line.method === "socket ack").map((line) => line.note);
    await eventually(() =>
      assert.deepEqual(notes(), ["unknown or late envelope", "second acknowledgement of one envelope"]),
    );
  });

  it("S6 take no payload where none is accepted, and read an empty one as none", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const link = await open(slack);
    link.socket.on("message", (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      link.ack(frame, frame.type === "events_api" ? { text: "no" } : {});
    });
    await slack.as("ana").type("deploys", "<@U0CANARY01> hi @canary");
    await eventually(() => assert.ok(slack.journal.some((line) => line.outcome === "payload_ignored")));
    assert.equal(link.envelopes()[0]?.accepts_response_payload, false);
    assert.deepEqual((await slack.as("ana").type("deploys", "/canary")).notices, []);
    assert.deepEqual(slack.ephemeralsFor("ana"), []);
  });

  it("S10 get an unacknowledged event again, three times, under the same id", async () => {
    await using playing = await stage();
    const { slack, clock } = playing;
    const link = await open(slack);
    const typing = slack.as("ana").type("deploys", "hello @canary");
    const count = async (wanted: number, passing: number) => {
      clock.advance(passing);
      await eventually(() => assert.equal(link.envelopes().length, wanted));
    };
    await count(1, 0);
    await eventually(() => {
      clock.advance(1000);
      assert.equal(link.envelopes().length, 2);
    });
    await typing;
    clock.advance(3000);
    await eventually(() => assert.equal(slack.journal.filter((line) => line.outcome === "timeout").length, 2));
    await count(3, 60_000);
    clock.advance(3000);
    await eventually(() => assert.equal(slack.journal.filter((line) => line.outcome === "timeout").length, 3));
    await count(4, 300_000);
    clock.advance(1_000_000);
    assert.deepEqual(
      link.envelopes().map((frame) => frame.retry_attempt),
      [0, 1, 2, 3],
    );
    assert.deepEqual(
      link.envelopes().map((frame) => frame.retry_reason),
      ["", "timeout", "timeout", "timeout"],
    );
    assert.equal(new Set(link.envelopes().map((frame) => frame.payload?.event_id)).size, 1);
  });

  it("S7 get an event later when nobody was there at first", async () => {
    await using playing = await stage();
    const { slack, clock } = playing;
    await slack.as("ana").type("deploys", "hello @canary");
    const failed = () => slack.journal.filter((line) => line.outcome === "connection_failed").length;
    clock.advance(1);
    await eventually(() => assert.equal(failed(), 2));
    const link = await open(slack);
    clock.advance(60_000);
    await eventually(() => assert.equal(link.envelopes().length, 1));
    link.ack(link.envelopes()[0]);
  });

  it("S8 are warned before they are closed and get nothing after the warning", async () => {
    await using playing = await stage();
    const { slack, clock } = playing;
    const old = await open(slack, "&debug_reconnects=true");
    clock.advance(350_000);
    await eventually(() => assert.equal(old.frames.at(-1)?.reason, "warning"));
    const fresh = await open(slack);
    fresh.socket.on("message", (data) => fresh.ack(JSON.parse(String(data)) as Frame));
    for (let index = 0; index < 3; index += 1) await slack.as("ana").type("deploys", "/canary");
    assert.deepEqual([old.envelopes().length, fresh.envelopes().length], [0, 3]);
    clock.advance(10_000);
    await eventually(() => assert.equal(old.socket.readyState, WebSocket.CLOSED));
    assert.equal(old.frames.at(-1)?.reason, "refresh_requested");
  });

  it("S9 live 360 seconds with debug_reconnects and hours without", async () => {
    await using playing = await stage();
    const short = await open(playing.slack, "&debug_reconnects=true");
    const long = await open(playing.slack);
    playing.clock.advance(360_000);
    await eventually(() => assert.equal(short.socket.readyState, WebSocket.CLOSED));
    assert.equal(long.socket.readyState, WebSocket.OPEN);
    assert.deepEqual(
      long.frames.map((frame) => frame.type),
      ["hello"],
    );
  });

  it("S11 are answered with pong unless the server is frozen", async () => {
    await using playing = await stage();
    const { slack, clock } = playing;
    const link = await open(slack);
    let pongs = 0;
    link.socket.on("pong", () => (pongs += 1));
    link.socket.ping();
    await eventually(() => assert.equal(pongs, 1));
    slack.faults.freeze(true);
    link.socket.ping();
    const typing = slack.as("ana").type("deploys", "/canary");
    clock.advance(3000);
    assert.equal((await typing).notices.length, 1);
    assert.deepEqual([pongs, link.envelopes().length], [1, 0]);
  });
});

describe("the real client", () => {
  it("comes back after it was asked to leave", { timeout: 30_000 }, async () => {
    await using playing = await stage();
    const { slack } = playing;
    await using _app = await socketApp(slack, (app) => app.command("/canary", async ({ ack }) => ack("here")));
    slack.faults.disconnectSockets("refresh_requested");
    await eventually(() => assert.equal(slack.openSockets(), 0));
    await eventually(() => assert.equal(slack.openSockets(), 1), { timeoutMs: 20_000 });
    await slack.as("ana").type("deploys", "/canary");
    assert.equal(slack.ephemeralsFor("ana").length, 1);
  });
});
