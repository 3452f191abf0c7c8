import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { signature } from "../../../src/playground/slack/delivery/signature.ts";
import type { SlackEmulator } from "../../../src/playground/slack/server.ts";
import { eventually } from "../../support/eventually.ts";
import { httpApp, stage } from "./stage.ts";

interface Got {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An app that writes down what it gets and answers as told, or not at all. */
async function listener(
  slack: SlackEmulator,
  answer: (count: number) => { readonly status: number; readonly headers?: Record<string, string> } | undefined,
) {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      got.push({ headers: request.headers, body });
      const said = answer(got.length);
      if (said === undefined) return;
      const { status, headers = {} } = said;
      response.writeHead(status, headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const requestUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  slack.setDelivery({ kind: "http", requestUrl });
  return {
    got,
    requestUrl,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Sends a captured request once more, with changes. */
async function resend(
  url: string,
  got: Got | undefined,
  changes: { readonly headers?: Record<string, string | undefined>; readonly body?: string },
) {
  const kept = Object.fromEntries(
    ["content-type", "x-slack-request-timestamp", "x-slack-signature"].map((name) => [
      name,
      String(got?.headers[name]),
    ]),
  );
  const headers = Object.fromEntries(
    Object.entries({ ...kept, ...changes.headers }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  return (await fetch(url, { method: "POST", headers, body: Buffer.from(changes.body ?? got?.body ?? "") })).status;
}

describe("signed requests", () => {
  it("H1 carry the signature of the published example", () => {
    const body =
      "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner" +
      "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN" +
      "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const made = signature({
      secret: ["8f742231b10e8888", "abcd99yyyzzz85a5"].join(""),
      timestamp: "1531420618",
      body,
    });
    assert.equal(made, "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503");
  });

  it("H1 are refused by the real receiver when changed, old or unsigned", async () => {
    await using playing = await stage();
    const { slack } = playing;
    await using spy = await listener(slack, () => ({ status: 200 }));
    await slack.as("ana").type("deploys", "/canary");
    const [captured] = spy.got;
    let runs = 0;
    await using running = await httpApp(slack, (app) =>
      app.command("/canary", async ({ ack }) => {
        runs += 1;
        await ack();
      }),
    );
    const requestUrl = String((running.app as unknown as { receiver: { endpoints: string[] } }).receiver.endpoints[0]);
    await slack.as("ana").type("deploys", "/canary");
    assert.equal(runs, 1);
    const line = slack.journal.find((entry) => entry.method === "http delivery");
    assert.equal(line, undefined);
    const port = (
      running.app as unknown as { receiver: { server: { address(): AddressInfo } } }
    ).receiver.server.address().port;
    const url = `http://127.0.0.1:${port}${requestUrl}`;
    assert.equal(await resend(url, captured, {}), 200);
    assert.equal(await resend(url, captured, { body: `${captured?.body}x` }), 401);
    const timestamp = String(Number(captured?.headers["x-slack-request-timestamp"]) - 301);
    const old = signature({ secret: slack.signingSecret, timestamp, body: captured?.body ?? "" });
    assert.equal(
      await resend(url, captured, { headers: { "x-slack-request-timestamp": timestamp, "x-slack-signature": old } }),
      401,
    );
    assert.equal(await resend(url, captured, { headers: { "x-slack-signature": undefined } }), 401);
    assert.equal(runs, 2);
  });

  it("H3 have exactly the two content types", async () => {
    await using playing = await stage();
    await using spy = await listener(playing.slack, () => ({ status: 200 }));
    await playing.slack.as("ana").type("deploys", "/canary");
    await playing.slack.as("ana").type("deploys", "hello @canary");
    await playing.slack.as("ana").shortcut("canary_start");
    const form = "application/x-www-form-urlencoded";
    assert.deepEqual(
      spy.got.map((got) => got.headers["content-type"]),
      [form, "application/json", form],
    );
    assert.match(spy.got[2]?.body ?? "", /^payload=%7B/);
  });
});

describe("failed deliveries", () => {
  it("H2 repeat events at once, after one and after five minutes, and say why", async () => {
    await using playing = await stage();
    const { slack, clock } = playing;
    await using spy = await listener(slack, () => ({ status: 500 }));
    await slack.as("ana").type("deploys", "hello @canary");
    for (const [wanted, passing] of [
      [2, 1],
      [3, 60_000],
      [4, 300_000],
    ] as const) {
      clock.advance(passing);
      await eventually(() =>
        assert.equal(slack.journal.filter((line) => line.outcome === "http_error").length, wanted),
      );
    }
    clock.advance(10_000_000);
    assert.deepEqual(
      spy.got.map((got) => got.headers["x-slack-retry-num"]),
      [undefined, "1", "2", "3"],
    );
    assert.deepEqual(
      spy.got.map((got) => got.headers["x-slack-retry-reason"]),
      [undefined, "http_error", "http_error", "http_error"],
    );
    assert.equal(new Set(spy.got.map((got) => (JSON.parse(got.body) as { event_id: string }).event_id)).size, 1);
  });

  it("H2 stop when the app asks for it", async () => {
    await using playing = await stage();
    await using spy = await listener(playing.slack, () => ({ status: 500, headers: { "X-Slack-No-Retry": "1" } }));
    await playing.slack.as("ana").type("deploys", "hello @canary");
    playing.clock.advance(10_000_000);
    assert.equal(spy.got.length, 1);
  });

  it("H2 call an answer that does not come in three seconds a timeout", async () => {
    await using playing = await stage();
    const { slack, clock } = playing;
    await using spy = await listener(slack, (count) => (count === 1 ? undefined : { status: 200 }));
    const typing = slack.as("ana").type("deploys", "hello @canary");
    await eventually(() => assert.equal(spy.got.length, 1));
    clock.advance(3000);
    await typing;
    clock.advance(1);
    await eventually(() => assert.equal(spy.got.length, 2));
    assert.equal(spy.got[1]?.headers["x-slack-retry-reason"], "http_timeout");
  });

  it("H2 follow two redirects and no third", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const target = { status: 302, headers: { location: "/again" } };
    await using spy = await listener(slack, (count) => (count <= 2 ? target : count === 3 ? { status: 200 } : target));
    await slack.as("ana").type("deploys", "hello @canary");
    assert.equal(spy.got.length, 3);
    assert.equal(slack.journal.at(-1)?.outcome, "ok");
    await slack.as("ana").type("deploys", "hello @canary");
    assert.equal(slack.journal.at(-1)?.outcome, "too_many_redirects");
  });

  it("H2 are not repeated for commands and clicks", async () => {
    await using playing = await stage();
    await using spy = await listener(playing.slack, () => ({ status: 503 }));
    const seen = await playing.slack.as("ana").type("deploys", "/canary");
    assert.deepEqual(seen.notices, ['/canary failed with the error "dispatch_failed"']);
    playing.clock.advance(10_000_000);
    assert.equal(spy.got.length, 1);
  });
});
