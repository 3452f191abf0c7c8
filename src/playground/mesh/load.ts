import { Agent, request } from "node:http";
import type { Log } from "../services/log.ts";
import { reasonOf } from "../services/log.ts";

export interface LoadOptions {
  /** The mesh's ingress. */
  readonly meshUrl: string;
  /** Host header: the service that is called, e.g. "podinfo.demo". */
  readonly host: string;
  /** Requests per second; 0 pauses. */
  readonly perSecond: number;
  /** Path and query. Default "/". */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly log: Log;
}

/** Counts since the start. */
export interface LoadCounts {
  readonly sent: number;
  /** Answers below 500. */
  readonly succeeded: number;
  /** Answers from 500 on, and requests without an answer. */
  readonly failed: number;
  /** Requests that were left out because too many were still waiting for an answer. */
  readonly skipped: number;
}

export interface Load {
  counts(): LoadCounts;
  /** Sets another rate, in requests per second, from now on; 0 pauses. */
  setRate(perSecond: number): void;
  /** Sends no more and waits for the answers that are still due, at most five seconds. */
  stop(): Promise<void>;
}

/** As many answers may be due at once; what would be above is skipped, so that a slow version cannot pile up work. */
const MAX_WAITING = 200;
const REQUEST_TIMEOUT_MS = 10_000;
const TICK_MS = 20;

/** Sends a steady stream of real requests, whether or not the earlier ones have been answered. */
export function startLoad({ meshUrl, host, perSecond, path = "/", headers = {}, log }: LoadOptions): Load {
  const { hostname, port } = new URL(meshUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_WAITING });
  const counts = { sent: 0, succeeded: 0, failed: 0, skipped: 0 };
  let rate = checkedRate(perSecond);
  let due = 0;
  let waiting = 0;
  let tickedAt = performance.now();

  const send = (): void => {
    counts.sent++;
    waiting++;
    const outgoing = request({
      hostname,
      port,
      path,
      agent,
      headers: { accept: "application/json", ...headers, host },
    });
    let status: number | undefined;
    outgoing.setTimeout(REQUEST_TIMEOUT_MS, () => outgoing.destroy(new Error("no answer in time")));
    outgoing.on("response", (response) => {
      status = response.statusCode;
      response.resume();
    });
    outgoing.on("error", (error) => log.info({ host, reason: reasonOf(error) }, "a request of the load failed"));
    outgoing.once("close", () => {
      waiting--;
      if (status !== undefined && status < 500) counts.succeeded++;
      else counts.failed++;
    });
    outgoing.end();
  };

  const timer = setInterval(() => {
    const now = performance.now();
    // After a pause of the whole machine the missed requests are not sent in one burst.
    due = Math.min(due + (rate * (now - tickedAt)) / 1_000, Math.max(rate / 2, 1));
    tickedAt = now;
    for (; due >= 1; due--) {
      if (waiting < MAX_WAITING) send();
      else counts.skipped++;
    }
  }, TICK_MS);

  return {
    counts: () => ({ ...counts }),
    setRate: (next) => {
      rate = checkedRate(next);
    },
    stop: async () => {
      clearInterval(timer);
      const giveUpAt = performance.now() + 5_000;
      while (waiting > 0 && performance.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 10));
      agent.destroy();
    },
  };
}

function checkedRate(perSecond: number): number {
  if (!(perSecond >= 0 && perSecond <= 10_000)) throw new RangeError(`${perSecond} is not a rate from 0 to 10,000`);
  return perSecond;
}
