import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiError, noSuchResource, qualified } from "../api-error.ts";
import type { Discovery } from "../discovery/discovery.ts";
import type { Faults } from "../faults.ts";
import type { Registry } from "../registry.ts";
import type { RequestCounter, RequestFacts } from "../requests.ts";
import { dispatch } from "../verbs/dispatch.ts";
import type { Services } from "../verbs/dispatch.ts";
import { readBody } from "./body.ts";
import { buildCall } from "./build-call.ts";
import { faultStatus } from "./fault-status.ts";
import type { Call } from "./call.ts";
import { negotiate } from "./negotiate.ts";
import type { Wanted } from "./negotiate.ts";
import { sendJson, writeAnswer } from "./write-answer.ts";

interface ApiServerParts {
  readonly services: Services;
  readonly discovery: Discovery;
  readonly faults: Faults;
  readonly requests: RequestCounter;
}

const PLAIN_JSON: Wanted = { form: "object", encoding: "json" };

/** The HTTP side: takes requests apart, has them done, and writes answers. */
export class ApiServer {
  readonly #parts: ApiServerParts;
  readonly #server: Server;

  constructor(parts: ApiServerParts) {
    this.#parts = parts;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    // Watches stay open for minutes, and clients keep idle connections for long.
    this.#server.keepAliveTimeout = 90_000;
    this.#server.requestTimeout = 0;
  }

  /** Listens on the loopback address and returns the port. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", () => {
        this.#server.off("error", reject);
        resolve(boundPort(this.#server.address(), port));
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { faults } = this.#parts;
    if (faults.isDown) {
      request.socket.resetAndDestroy();
      return;
    }
    if (faults.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, faults.delayMs));
    try {
      await this.#answer(request, response);
    } catch (error) {
      refuse(error, request, response);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { discovery, services } = this.#parts;
    const url = new URL(request.url ?? "/", "http://localhost");
    const document = discovery.find(request.method ?? "GET", url.pathname, request.headers.accept);
    if (document !== undefined) {
      if (document.kind === "text")
        response.writeHead(200, { "content-type": "text/plain; charset=utf-8" }).end(document.text);
      else response.writeHead(200, { "content-type": document.contentType, etag: document.etag }).end(document.body);
      return;
    }
    const body = await readBody(request);
    const call = buildCall({
      request,
      url,
      body,
      registry: services.cluster.registry,
      warn: (line) => response.appendHeader("warning", warning(line)),
    });
    if (call === undefined) {
      const reviewed = discovery.review(request.method ?? "GET", url.pathname, body);
      if (reviewed !== undefined) sendJson({ response, wanted: PLAIN_JSON }, 201, reviewed);
      else if (isInKnownGroup(url.pathname, services.cluster.registry)) throw noSuchResource();
      else response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("404 page not found\n");
      return;
    }
    this.#perform(call, request, response);
  }

  #perform(call: Call, request: IncomingMessage, response: ServerResponse): void {
    const { faults, requests, services } = this.#parts;
    const facts = factsOf(call, request);
    requests.record(facts);
    const failure = faults.takeFailure(facts);
    if (failure !== undefined) throw faultStatus(failure, call);
    if (call.resource.deprecation !== undefined) call.warn(call.resource.deprecation);
    const answer = dispatch(call, services);
    if (faults.takeDrop(facts)) {
      request.socket.resetAndDestroy();
      return;
    }
    writeAnswer(answer, {
      request,
      response,
      wanted: call.wanted,
      query: call.query,
      now: services.cluster.clock.now(),
    });
  }
}

/** Paths of groups that are served are answered by whoever serves them; no group, no Status. */
function isInKnownGroup(pathname: string, registry: Registry): boolean {
  const [root, first, second] = pathname.split("/").filter((part) => part !== "");
  if (root === "api") return first !== undefined;
  return (
    root === "apis" && second !== undefined && registry.all().some(({ group, custom }) => group === first && !custom)
  );
}

function boundPort(address: string | AddressInfo | null, fallback: number): number {
  return address !== null && typeof address === "object" ? address.port : fallback;
}

function factsOf(call: Call, request: IncomingMessage): RequestFacts {
  const resource = qualified(call.resource);
  return {
    verb: call.verb,
    resource: call.subresource === undefined ? resource : `${resource}/${call.subresource}`,
    namespace: call.namespace,
    name: call.name,
    userAgent: request.headers["user-agent"] ?? "",
  };
}

function warning(line: string): string {
  return `299 - "${line.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function refuse(error: unknown, request: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) {
    request.socket.destroy();
    return;
  }
  const problem =
    error instanceof ApiError
      ? error
      : new ApiError({
          code: 500,
          reason: "InternalError",
          message: `Internal error occurred: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        });
  if (problem.code === 429 || problem.code === 504) response.setHeader("retry-after", "1");
  sendJson({ response, wanted: wantedOrJson(request) }, problem.code, problem.toStatus());
}

function wantedOrJson(request: IncomingMessage): Wanted {
  try {
    return negotiate(request.headers.accept);
  } catch (error) {
    if (error instanceof ApiError) return PLAIN_JSON;
    throw error;
  }
}
