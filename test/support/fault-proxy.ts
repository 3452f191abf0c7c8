import { Agent as HttpAgent, createServer, request as httpRequest, type IncomingMessage, type Server } from "node:http";
import type { ServerResponse } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** One request of the worker, as it stood in front of the API server. */
export interface Asked {
  readonly method: string;
  /** Path without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  /** Anything but a read, and not a mere courtesy: a Kubernetes Event is none. */
  readonly isWrite: boolean;
  readonly isWatch: boolean;
}

/** What the worker gets instead of the server's answer: a refusal, or a connection that breaks. */
export type Reply = "broken" | { readonly status: number; readonly headers?: Readonly<Record<string, string>> };

/** What becomes of a request that does not simply pass. */
export interface Fate {
  /** Whether the server gets it, and does it. */
  readonly reaches: boolean;
  readonly reply: Reply;
  /** Called when that is so, before the worker hears of it. */
  readonly meanwhile?: () => void;
}

/** Decides about one request; `null` lets it pass. */
export type Judge = (asked: Asked) => Fate | null;

export interface Upstream {
  readonly url: string;
  /** PEM; empty for a server on plain HTTP. */
  readonly ca: string;
}

/**
 * Stands between one worker and its API server: counts, and lets go wrong what a network or a sick server lets go wrong. Towards
 * the worker it speaks plain HTTP, so that the worker comes in with a token.
 */
export class FaultProxy {
  readonly #upstream: URL;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #server: Server;
  readonly #judges = new Set<Judge>();
  readonly #watches = new Set<IncomingMessage>();
  readonly #asked: Asked[] = [];
  #held: Promise<void> | null = null;
  #letGo: () => void = () => {};
  #isDown = false;

  private constructor({ url, ca }: Upstream) {
    this.#upstream = new URL(url);
    const isHttps = this.#upstream.protocol === "https:";
    this.#agent = isHttps ? new HttpsAgent({ keepAlive: true, ca }) : new HttpAgent({ keepAlive: true });
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.requestTimeout = 0;
    this.#server.keepAliveTimeout = 90_000;
  }

  static async start(upstream: Upstream): Promise<FaultProxy> {
    const proxy = new FaultProxy(upstream);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once("error", reject);
      proxy.#server.listen(0, "127.0.0.1", resolve);
    });
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Every write so far, oldest first, whatever became of it. */
  writes(): readonly Asked[] {
    return this.#asked.filter(({ isWrite }) => isWrite);
  }

  /** Asks `judge` about every request from now on. Answers how to stop that. */
  judge(judge: Judge): () => void {
    this.#judges.add(judge);
    return () => void this.#judges.delete(judge);
  }

  /** The next requests that fit have this fate. Resolves when it has befallen all of them. */
  befall(fate: Fate, fits: (asked: Asked) => boolean, times = 1): Promise<void> {
    return new Promise((resolve) => {
      let left = times;
      const stop = this.judge((asked) => {
        if (left === 0 || !fits(asked)) return null;
        left -= 1;
        const meanwhile = (): void => {
          fate.meanwhile?.();
          if (left === 0) resolve();
        };
        if (left === 0) stop();
        return { ...fate, meanwhile };
      });
    });
  }

  /** Breaks the connections of all watches that are open. */
  cutWatches(): number {
    const cut = this.#watches.size;
    for (const request of this.#watches) request.socket.resetAndDestroy();
    return cut;
  }

  /** From now on nothing is answered, although connections stay open, until it is let go. */
  hold(): void {
    if (this.#held !== null) return;
    this.#held = new Promise((resolve) => (this.#letGo = resolve));
  }

  letGo(): void {
    this.#held = null;
    this.#letGo();
  }

  /** While down, every connection breaks, open watches too. */
  down(isDown: boolean): void {
    this.#isDown = isDown;
    if (isDown) this.cutWatches();
  }

  async stop(): Promise<void> {
    this.letGo();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#agent.destroy();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on("error", () => response.destroy());
    try {
      const body = await buffer(request);
      const asked = describe(request, body.toString("utf8"));
      this.#asked.push(asked);
      if (this.#held !== null && !asked.isWatch) await this.#held;
      if (request.socket.destroyed) return;
      const fate = this.#isDown ? BROKEN : this.#fateOf(asked);
      if (fate === null) return this.#pass(request, response, { asked, body });
      if (fate.reaches) await this.#forward(request, body).then(buffer);
      fate.meanwhile?.();
      give(fate.reply, request, response);
    } catch {
      // The server went away: so does the connection, as it would without us.
      request.socket.resetAndDestroy();
    }
  }

  #fateOf(asked: Asked): Fate | null {
    for (const judge of this.#judges) {
      const fate = judge(asked);
      if (fate !== null) return fate;
    }
    return null;
  }

  async #pass(
    request: IncomingMessage,
    response: ServerResponse,
    { asked, body }: { readonly asked: Asked; readonly body: Buffer },
  ): Promise<void> {
    const answer = await this.#forward(request, body);
    if (asked.isWatch) {
      this.#watches.add(request);
      response.once("close", () => this.#watches.delete(request));
    }
    response.once("close", () => answer.destroy());
    answer.once("error", () => request.socket.resetAndDestroy());
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    answer.pipe(response);
  }

  #forward(request: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    const { protocol, hostname, port } = this.#upstream;
    const send = protocol === "https:" ? httpsRequest : httpRequest;
    const { method, headers, url: path } = request;
    return new Promise((resolve, reject) => {
      const forwarded = send({
        ...{ protocol, hostname, port, method, path },
        headers: { ...headers, host: this.#upstream.host },
        agent: this.#agent,
      });
      forwarded.once("error", reject);
      forwarded.once("response", resolve);
      forwarded.end(body);
    });
  }
}

const BROKEN: Fate = { reaches: false, reply: "broken" };

function describe(request: IncomingMessage, body: string): Asked {
  const { pathname: path, searchParams: query } = new URL(request.url ?? "/", "http://localhost");
  const method = request.method ?? "GET";
  const isWrite = method !== "GET" && !path.includes("/events");
  return { method, path, query, body, isWrite, isWatch: query.get("watch") === "1" };
}

function give(reply: Reply, request: IncomingMessage, response: ServerResponse): void {
  if (reply === "broken") return void request.socket.resetAndDestroy();
  const { status, headers = {} } = reply;
  const message = `a fault that a test ordered: ${status}`;
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", message, code: status }));
}
