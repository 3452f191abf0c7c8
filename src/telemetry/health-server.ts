import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { Registry } from "prom-client";
import { explain } from "../errors.ts";
import type { Log } from "./log.ts";

const STALE_MS = 120_000;

/** One thing that may be wrong. */
export interface HealthCheck {
  readonly name: string;
  /** Whether the process cannot do its work without it; otherwise it is only mentioned. */
  readonly needed: boolean;
  /** What is wrong, in words; empty when nothing is. */
  readonly problem: () => string;
}

/** Names watches that were not proven current for two minutes, by their ages in milliseconds; empty when all were. */
export function describeStale(ages: Readonly<Record<string, number>>): string {
  const stale = Object.entries(ages).filter(([, age]) => age > STALE_MS);
  return stale.map(([kind, age]) => `${kind} have not been heard of for ${Math.round(age / 1000)} s`).join(", ");
}

export interface HealthServerOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly checks: readonly HealthCheck[];
  readonly registry: Registry;
  readonly log: Log;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `/healthz` (the process lives), `/readyz` (503 with reasons while something needed is wrong) and `/metrics`.
 * Rejects when the port is taken.
 */
export async function startHealthServer({ port, checks, registry, log }: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0];
    if (path === "/healthz") return send(response, 200, "text/plain", "OK\n");
    if (path === "/readyz") return sendReadiness(response, checks);
    if (path === "/metrics") return void sendMetrics(response, registry, log);
    return send(response, 404, "text/plain", "There are /healthz, /readyz and /metrics.\n");
  });
  server.listen(port);
  try {
    await once(server, "listening");
  } catch (error) {
    throw new Error(`while listening on port ${port}: set HEALTH_PORT to a free one`, { cause: error });
  }
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  log.info({ port: bound }, "serving health and metrics");
  return {
    port: bound,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function sendReadiness(response: ServerResponse, checks: readonly HealthCheck[]): void {
  const found = checks.map(({ name, needed, problem }) => ({ name, needed, problem: problem() }));
  const wrong = found.filter(({ problem }) => problem !== "");
  const ready = !wrong.some(({ needed }) => needed);
  send(response, ready ? 200 : 503, "application/json", `${JSON.stringify({ ready, problems: wrong })}\n`);
}

async function sendMetrics(response: ServerResponse, registry: Registry, log: Log): Promise<void> {
  try {
    send(response, 200, registry.contentType, await registry.metrics());
  } catch (error) {
    log.error({ error: explain(error) }, "metrics could not be collected");
    send(response, 500, "text/plain", "metrics could not be collected\n");
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "content-type": type }).end(body);
}
