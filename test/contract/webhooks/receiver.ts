import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createAddressPolicy } from "../../../src/outbound/address-policy.ts";
import { createOutbound, type OutboundOptions } from "../../../src/outbound/outbound.ts";
import type { HookCall } from "../../../src/rollout/hook.ts";
import { millis, seconds } from "../../../src/units.ts";
import { createHttpCaller, type CallOutcome } from "../../../src/webhooks/http-caller.ts";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Answering = (response: ServerResponse, request: Received) => void;

/** A real receiver on 127.0.0.1 that keeps what it got and answers as it is told. */
export async function startReceiver(answer: Answering, tls?: { readonly key: string; readonly cert: string }) {
  const received: Received[] = [];
  const listen = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const one = { method, path: url, headers, body: Buffer.concat(chunks).toString("utf8") };
      received.push(one);
      answer(response, one);
    });
  };
  const server = tls === undefined ? createServer(listen) : createSecureServer(tls, listen);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    received,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** Answers with a status and a text. */
export const say =
  (status: number, text = "", headers: Readonly<Record<string, string>> = {}): Answering =>
  (response) => {
    response.writeHead(status, headers).end(text);
  };

/** Answers a sequence, the last of it for ever. */
export function inTurn(...answers: readonly Answering[]): Answering {
  let next = 0;
  return (response, request) => answers[Math.min(next++, answers.length - 1)]?.(response, request);
}

export const LOOPBACK = createAddressPolicy({
  allow: { networks: ["127.0.0.0/8", "::1"], hosts: [] },
  deny: { networks: [], hosts: [] },
});
export const BUILT_IN = createAddressPolicy({
  allow: { networks: [], hosts: [] },
  deny: { networks: [], hosts: [] },
});

/** A caller that may call this machine, and whose pauses between attempts take no time. */
export function openCaller(options: Partial<OutboundOptions> = {}) {
  const pauses: number[] = [];
  const outcomes: CallOutcome[] = [];
  const outbound = createOutbound({
    policy: LOOPBACK,
    pause: async (length, signal) => {
      signal.throwIfAborted();
      pauses.push(length);
    },
    ...options,
  });
  const caller = createHttpCaller({
    outbound,
    userAgent: "coalmine/test",
    onCall: ({ outcome }) => outcomes.push(outcome),
  });
  return { caller, pauses, outcomes, close: () => outbound.close() };
}

export const patient = new AbortController().signal;

export function callTo(
  url: string,
  overrides: Partial<HookCall["hook"]> = {},
  key = "a1b2c3d4-1/7/rollout/load",
): HookCall {
  return {
    hook: {
      name: "load",
      type: "rollout",
      url,
      timeout: seconds(10),
      retries: 0,
      insecure: false,
      muteAlert: false,
      metadata: {},
      ...overrides,
    },
    canary: "podinfo",
    namespace: "demo",
    phase: "Progressing",
    checksum: "0123456789abcdef",
    key,
  };
}

/** Long enough for a loaded machine to answer, short enough to wait for. */
export const SHORTLY = millis(300);
