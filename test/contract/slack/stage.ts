import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import bolt from "@slack/bolt";
import { LogLevel, WebClient } from "@slack/web-api";
import { virtualClock } from "../../../src/playground/slack/clock.ts";
import type { VirtualClock } from "../../../src/playground/slack/clock.ts";
import { startSlack } from "../../../src/playground/slack/server.ts";
import type { SlackEmulator, SlackOptions } from "../../../src/playground/slack/server.ts";

export type BoltApp = InstanceType<typeof bolt.App>;

/** A retry policy of one attempt; a fresh object each time, because the SDK writes into it. */
export const once = () => ({ retries: 0 });

export interface Stage extends AsyncDisposable {
  readonly slack: SlackEmulator;
  readonly clock: VirtualClock;
}

/** An emulator with a clock that only moves when told. It begins now, because Bolt checks signed requests by the real time. */
export async function stage(options: SlackOptions = {}): Promise<Stage> {
  const clock = virtualClock(Math.floor(Date.now() / 1000) * 1000);
  const slack = await startSlack({ clock, ...options });
  return { slack, clock, [Symbol.asyncDispose]: () => slack.stop() };
}

/** The real web client, as the bot would use it. */
export function client(slack: SlackEmulator, token: string = slack.botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: once(),
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
  });
}

export interface RunningApp extends AsyncDisposable {
  readonly app: BoltApp;
}

/** A real Bolt app in Socket Mode; `prepare` adds its listeners. */
export async function socketApp(slack: SlackEmulator, prepare: (app: BoltApp) => void): Promise<RunningApp> {
  const app = new bolt.App({
    token: slack.botToken,
    appToken: slack.appToken,
    socketMode: true,
    convoStore: false,
    botId: "B0CANARY01",
    botUserId: slack.ids.botUser,
    logLevel: bolt.LogLevel.ERROR,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: once() },
  });
  prepare(app);
  await app.start();
  return { app, [Symbol.asyncDispose]: async () => void (await app.stop()) };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** The same over HTTP with signed requests. */
export async function httpApp(slack: SlackEmulator, prepare: (app: BoltApp) => void): Promise<RunningApp> {
  const app = new bolt.App({
    token: slack.botToken,
    signingSecret: slack.signingSecret,
    convoStore: false,
    botId: "B0CANARY01",
    botUserId: slack.ids.botUser,
    logLevel: bolt.LogLevel.ERROR,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: once() },
  });
  prepare(app);
  const port = await freePort();
  await app.start({ port, host: "127.0.0.1" });
  slack.setDelivery({ kind: "http", requestUrl: `http://127.0.0.1:${port}/slack/events` });
  return { app, [Symbol.asyncDispose]: async () => void (await app.stop()) };
}

/** The parts of an answer that tests look at. */
export interface Answer {
  readonly ok: boolean;
  readonly error?: string;
  readonly warning?: string;
  readonly needed?: string;
  readonly provided?: string;
  readonly ts?: string;
  readonly url?: string;
  readonly errors?: readonly string[];
  readonly response_metadata?: { readonly messages?: readonly string[]; readonly warnings?: readonly string[] };
}

/** Calls a method by hand, to see status, headers and body as they are on the wire. */
export async function rawCall(
  slack: SlackEmulator,
  method: string,
  options: {
    readonly token?: string | null;
    readonly body?: string;
    readonly type?: string;
    readonly verb?: string;
    readonly query?: string;
  } = {},
) {
  const {
    token = slack.botToken,
    body,
    type = "application/x-www-form-urlencoded",
    verb = "POST",
    query = "",
  } = options;
  const answer = await fetch(`${slack.apiUrl}${method}${query}`, {
    method: verb,
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(verb === "POST" && { "content-type": type }),
    },
    ...(verb === "POST" && { body: body ?? "" }),
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer };
}

/** Calls with the SDK and returns the error code it failed with; empty when it did not fail. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "";
  } catch (error) {
    return (error as { data?: { error?: string } }).data?.error ?? String(error);
  }
}

export const section = (text: string) => ({ type: "section" as const, text: { type: "mrkdwn" as const, text } });
export const button = (more: object = {}) => ({
  type: "button" as const,
  action_id: "go",
  text: { type: "plain_text" as const, text: "Go" },
  value: "v1",
  ...more,
});
export const actions = (...elements: object[]) => ({
  type: "actions" as const,
  block_id: "act",
  elements: elements as never[],
});
