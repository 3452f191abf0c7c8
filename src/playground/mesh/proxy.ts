import { Agent } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Log } from "../services/log.ts";
import { reasonOf } from "../services/log.ts";
import type { AttemptOutcome } from "./attempt.ts";
import { attempt } from "./attempt.ts";
import { applyHeaderOperations, forwardable, toNodeHeaders } from "./header-changes.ts";
import type { Headers } from "./header-changes.ts";
import { parseAuthority, serviceHost } from "./hosts.ts";
import type { RequestFacts, RequestSource } from "./matching.ts";
import type { MeshConfig } from "./mesh-config.ts";
import type { MeshMetrics, RecordedRequest } from "./mesh-metrics.ts";
import type { Pod } from "./pods.ts";
import type { AttemptFailure, RetryPolicy } from "./retries.ts";
import type { Service } from "./services.ts";
import type { TrafficWindow } from "./traffic.ts";
import type { Destination, Rule } from "./virtual-service.ts";
import { rewrittenPath } from "./virtual-service.ts";

export interface ProxyOptions {
  readonly config: MeshConfig;
  readonly metrics: MeshMetrics;
  readonly traffic: TrafficWindow;
  /** The port on 127.0.0.1 of the server that plays the pod; undefined when it does not run. */
  readonly portOf: (podUid: string) => number | undefined;
  readonly log: Log;
}

/** A request as it came in, with its body read. */
export interface IncomingRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly authority: string;
  readonly source: RequestSource;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** How a request ended, as the client's side of the mesh reports it. */
interface Ending {
  readonly status: number;
  readonly flags: string;
  readonly pod: Pod | undefined;
  readonly service: Service | undefined;
}

interface Exchange {
  readonly request: IncomingRequest;
  readonly response: ServerResponse;
  readonly signal: AbortSignal;
}

interface Leg {
  readonly service: Service;
  readonly pods: readonly Pod[];
  readonly target: string;
  readonly headers: Headers;
}

/** Envoy's words for what it answers by itself. */
const BODIES: Readonly<Record<string, string>> = {
  UH: "no healthy upstream",
  UF: "upstream connect error or disconnect/reset before headers",
  UC: "upstream connect error or disconnect/reset before headers",
  UT: "upstream request timeout",
};

const FAILURE_FLAGS = {
  "connect-failure": "UF",
  "reset-before-request": "UC",
  reset: "UC",
  timeout: "UT",
} satisfies Record<AttemptFailure, string>;

/** Sends requests where the configuration says and counts what becomes of them. */
export class Proxy {
  readonly #options: ProxyOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 512 });
  readonly #turns = new Map<string, number>();

  constructor(options: ProxyOptions) {
    this.#options = options;
  }

  /** Answers one request. Never rejects. */
  async serve(request: IncomingRequest, response: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const lookup = this.#options.config.findRule(factsOf(request));
    const app = lookup.kind === "unknown-host" ? parseAuthority(request.authority).host : lookup.app;
    const ending =
      lookup.kind === "rule"
        ? await this.#route({ request, response, signal: gone.signal }, lookup)
        : refuse(response, { status: 404, flags: "NR" });
    const durationMs = performance.now() - startedAt;
    this.#record("source", request.source, { ...ending, durationMs });
    if (lookup.kind === "unknown-host") return;
    const version = ending.pod?.version ?? "no pod";
    this.#options.traffic.record({ service: app, version, durationMs, status: ending.status });
  }

  stop(): void {
    this.#agent.destroy();
  }

  async #route(exchange: Exchange, { rule, prefix }: { rule: Rule; prefix: string }): Promise<Ending> {
    const { request, response } = exchange;
    const preflight = rule.cors?.preflight(factsOf(request));
    if (preflight !== undefined) {
      response.writeHead(200, toNodeHeaders(preflight)).end();
      return { status: 200, flags: "-", pod: undefined, service: undefined };
    }
    const { path, search } = splitTarget(request.target);
    const target = rewrittenPath(path, { uri: rule.rewrite?.uri, prefix }) + search;
    const headers = new Map(request.headers);
    if (rule.rewrite?.authority !== undefined) headers.set("host", [rule.rewrite.authority]);
    applyHeaderOperations(headers, rule.headers?.request);
    for (const { destination, isTurn } of rule.mirrors) {
      if (isTurn()) void this.#mirror(exchange, { destination, target, headers: new Map(headers) });
    }

    const destination = rule.chooseDestination();
    applyHeaderOperations(headers, destination.headers?.request);
    const found = this.#options.config.findPods(destination, parseAuthority(request.authority).port);
    if (found.kind === "unknown-service") return refuse(response, { status: 503, flags: "NC" });
    const { service, pods } = found;
    if (pods.length === 0) return refuse(response, { status: 503, flags: "UH", service });
    return this.#deliver(exchange, { leg: { service, pods, target, headers }, rule, destination });
  }

  /** Attempts until there is an answer that is passed on, or the policy or the time says that it is enough. */
  async #deliver(exchange: Exchange, { leg, rule, destination }: Delivery): Promise<Ending> {
    const { response } = exchange;
    const deadline = rule.timeoutMs === undefined ? undefined : performance.now() + rule.timeoutMs;
    const tried = new Set<string>();
    for (let attempts = 0; ; attempts++) {
      const pod = this.#nextPod(leg, tried);
      tried.add(pod.uid);
      const startedAt = performance.now();
      const timeLeft = deadline === undefined ? Infinity : Math.max(deadline - startedAt, 0);
      const timeoutMs = Math.min(timeLeft, rule.retries.perTryTimeoutMs ?? Infinity);
      const outcome = await this.#attempt(exchange, { leg, pod, timeoutMs });
      const isOver = attempts >= rule.retries.attempts || (deadline !== undefined && performance.now() >= deadline);
      if (!isOver && isWorthAnother(outcome, rule.retries)) {
        if (outcome.kind === "answer") outcome.message.resume();
        continue;
      }
      const seen = { pod, service: leg.service, startedAt };
      switch (outcome.kind) {
        case "abandoned":
          return { status: 0, flags: "DC", pod, service: leg.service };
        case "failure":
          return refuse(response, { ...failureEnding(outcome.failure, attempts), ...seen });
        case "answer":
          return this.#passOn(outcome.message, { exchange, seen, rule, destination });
      }
    }
  }

  async #attempt(
    exchange: Pick<Exchange, "request" | "signal">,
    { leg, pod, timeoutMs }: Attempted,
  ): Promise<AttemptOutcome> {
    const startedAt = performance.now();
    const outcome = await attempt({
      agent: this.#agent,
      port: this.#options.portOf(pod.uid),
      method: exchange.request.method,
      target: leg.target,
      headers: leg.headers,
      body: exchange.request.body,
      timeoutMs: timeoutMs === Infinity ? undefined : timeoutMs,
      signal: exchange.signal,
    });
    const seen = { pod, service: leg.service };
    const { source } = exchange.request;
    const durationMs = (): number => performance.now() - startedAt;
    if (outcome.kind === "answer") {
      const status = outcome.message.statusCode ?? 502;
      // The pod's own side is done when it has written its answer.
      outcome.message.once("close", () => {
        this.#record("destination", source, { ...seen, status, flags: "-", durationMs: durationMs() });
      });
    } else if (outcome.kind === "abandoned" || outcome.failure === "timeout" || outcome.failure === "reset") {
      this.#record("destination", source, { ...seen, status: 0, flags: "DC", durationMs: durationMs() });
    }
    return outcome;
  }

  async #passOn(message: IncomingMessage, { exchange, seen, rule, destination }: PassedOn): Promise<Ending> {
    const { request, response } = exchange;
    const headers = forwardable(message.headersDistinct);
    applyHeaderOperations(headers, rule.headers?.response);
    applyHeaderOperations(headers, destination.headers?.response);
    rule.cors?.allow(factsOf(request), headers);
    headers.set("x-envoy-upstream-service-time", [String(Math.round(performance.now() - seen.startedAt))]);
    const status = message.statusCode ?? 502;
    response.writeHead(status, toNodeHeaders(headers));
    try {
      await pipeline(message, response);
      return { ...seen, status, flags: "-" };
    } catch (error) {
      this.#options.log.info({ pod: seen.pod.name, reason: reasonOf(error) }, "an answer broke off");
      return { ...seen, status, flags: response.destroyed ? "DC" : "UC" };
    }
  }

  /** Sends a copy whose answer nobody waits for. Like Envoy, it marks the copy in its Host header, and only the pod's side counts it. */
  async #mirror({ request }: Exchange, { destination, target, headers }: Mirrored): Promise<void> {
    const found = this.#options.config.findPods(destination, parseAuthority(request.authority).port);
    if (found.kind === "unknown-service" || found.pods.length === 0) return;
    const { service, pods } = found;
    const leg = { service, pods, target, headers };
    headers.set("host", [shadowOf(headers.get("host")?.[0] ?? request.authority)]);
    const pod = this.#nextPod(leg, new Set());
    const { signal } = new AbortController();
    const outcome = await this.#attempt({ request, signal }, { leg, pod, timeoutMs: Infinity });
    if (outcome.kind === "answer") outcome.message.resume();
  }

  /** Pods take turns; one that was tried is passed over while there are others. */
  #nextPod({ service, pods }: Leg, tried: ReadonlySet<string>): Pod {
    const key = `${service.namespace}/${service.name}`;
    const turn = (this.#turns.get(key) ?? -1) + 1;
    this.#turns.set(key, turn);
    const fresh = pods.filter(({ uid }) => !tried.has(uid));
    const candidates = fresh.length > 0 ? fresh : pods;
    const pod = candidates[turn % candidates.length];
    if (pod === undefined) throw new RangeError("a Service without pods cannot be asked");
    return pod;
  }

  #record(
    reporter: RecordedRequest["reporter"],
    source: RequestSource,
    ending: Ending & { readonly durationMs: number },
  ): void {
    const { pod, service, status, flags, durationMs } = ending;
    this.#options.metrics.record({
      reporter,
      source,
      pod,
      service: service && { ...service, host: serviceHost(service.name, service.namespace) },
      responseCode: status,
      responseFlags: flags,
      durationMs,
    });
  }
}

interface Delivery {
  readonly leg: Leg;
  readonly rule: Rule;
  readonly destination: Destination;
}

interface Attempted {
  readonly leg: Leg;
  readonly pod: Pod;
  readonly timeoutMs: number;
}

interface PassedOn {
  readonly exchange: Exchange;
  readonly seen: { readonly pod: Pod; readonly service: Service; readonly startedAt: number };
  readonly rule: Rule;
  readonly destination: Destination;
}

interface Mirrored {
  readonly destination: Destination;
  readonly target: string;
  readonly headers: Headers;
}

function isWorthAnother(outcome: AttemptOutcome, policy: RetryPolicy): boolean {
  switch (outcome.kind) {
    case "abandoned":
      return false;
    case "failure":
      return policy.retriesFailure(outcome.failure);
    case "answer":
      return policy.retriesStatus(outcome.message.statusCode ?? 502);
  }
}

/** What the client gets when the last attempt failed; URX marks that there were others before. */
function failureEnding(failure: AttemptFailure, attempts: number): { status: number; flags: string } {
  const flags = FAILURE_FLAGS[failure];
  return { status: failure === "timeout" ? 504 : 503, flags: attempts > 0 ? `${flags},URX` : flags };
}

interface Refusal {
  readonly status: number;
  readonly flags: string;
  readonly pod?: Pod;
  readonly service?: Service;
}

/** Answers by itself, as Envoy does, and returns the ending to count. */
function refuse(response: ServerResponse, { status, flags, pod, service }: Refusal): Ending {
  const body = BODIES[flags.split(",")[0] ?? ""] ?? "";
  response.writeHead(status, { "content-type": "text/plain", "content-length": body.length });
  response.end(body);
  return { status, flags, pod, service };
}

function factsOf(request: IncomingRequest): RequestFacts {
  return { ...request, ...splitTarget(request.target) };
}

function splitTarget(target: string): { path: string; search: string; query: URLSearchParams } {
  const at = target.indexOf("?");
  const path = at === -1 ? target : target.slice(0, at);
  const search = at === -1 ? "" : target.slice(at);
  return { path, search, query: new URLSearchParams(search) };
}

function shadowOf(authority: string): string {
  const { host, port } = parseAuthority(authority);
  return port === undefined ? `${host}-shadow` : `${host}-shadow:${port}`;
}
