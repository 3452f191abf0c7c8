import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { ServingBehaviour } from "./catalog.ts";
import { drawLatencyMs } from "./catalog.ts";
import type { Random } from "./random.ts";
import { seededRandom } from "./random.ts";
import { samplePage } from "./sample-page.ts";
import { versionColor } from "./version-color.ts";

export interface ServiceInstanceOptions {
  readonly service: string;
  readonly version: string;
  /** Name of the pod that this server plays. */
  readonly pod: string;
  /** Asked at every request, so that a version can start to fail while it runs. */
  readonly serving: () => ServingBehaviour;
  /** The same seed gives the same errors and delays in the same order. Default: the pod's name. */
  readonly seed?: string;
}

export interface ServiceInstance {
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** Refuses new connections at once, lets answers that are under way finish for up to three seconds. */
  stop(): Promise<void>;
}

/** What `/` answers. */
export interface Greeting {
  readonly service: string;
  readonly version: string;
  readonly pod: string;
  readonly message: string;
  /** A CSS colour that belongs to the version. */
  readonly color: string;
}

interface Route {
  readonly path: RegExp;
  answer(exchange: Exchange): void | Promise<void>;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the route's groups caught, in order. */
  readonly caught: readonly string[];
  readonly greeting: Greeting;
  readonly random: Random;
  readonly serving: () => ServingBehaviour;
}

const MAX_DELAY_SECONDS = 60;
const DRAIN_MS = 3_000;

const ROUTES: readonly Route[] = [
  { path: /^\/$/, answer: greet },
  { path: /^\/(?:healthz|readyz)$/, answer: ({ response }) => sendJson(response, 200, { status: "OK" }) },
  { path: /^\/version$/, answer: ({ response, greeting }) => sendJson(response, 200, { version: greeting.version }) },
  { path: /^\/headers$/, answer: ({ request, response }) => sendJson(response, 200, request.headersDistinct) },
  { path: /^\/echo$/, answer: echo },
  {
    path: /^\/status\/([2-5]\d\d)$/,
    answer: ({ response, caught: [code] }) => sendJson(response, Number(code), { status: Number(code) }),
  },
  { path: /^\/delay\/(\d+(?:\.\d+)?)$/, answer: delay },
];

/** Starts a real HTTP server that plays one pod of a sample service. */
export async function startServiceInstance(options: ServiceInstanceOptions): Promise<ServiceInstance> {
  const greeting = greetingOf(options);
  const random = seededRandom(options.seed ?? options.pod);
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    for (const route of ROUTES) {
      const caught = route.path.exec(path);
      if (caught === null) continue;
      void route.answer({ request, response, caught: caught.slice(1), greeting, random, serving: options.serving });
      return;
    }
    sendJson(response, 404, { error: `nothing is served at ${path}` });
  });
  // Longer than any client keeps an idle connection, so that it is never we who close one just as it is used again.
  server.keepAliveTimeout = 120_000;
  return { port: await listen(server), stop: () => drain(server) };
}

/** Listens on a free port of 127.0.0.1 (or on `port`) and returns the port. */
export function listen(server: Server, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("while listening: no TCP address"));
      else resolve(address.port);
    });
  });
}

function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cutOff = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    // Again and again, because a connection becomes idle when its last answer is out.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(cutOff);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function greetingOf({ service, version, pod }: ServiceInstanceOptions): Greeting {
  const message = `greetings from ${service} ${version}`;
  return { service, version, pod, message, color: versionColor(version) };
}

async function greet({ request, response, greeting, random, serving }: Exchange): Promise<void> {
  const behaviour = serving();
  const fails = random() < behaviour.errorShare;
  await sleep(drawLatencyMs(behaviour, random));
  if (fails) return sendJson(response, 500, { ...greeting, error: `${greeting.version} failed on purpose` });
  if (!(request.headers.accept ?? "").includes("text/html")) return sendJson(response, 200, greeting);
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  response.end(samplePage(greeting));
}

async function echo({ request, response }: Exchange): Promise<void> {
  response.writeHead(200, { "content-type": request.headers["content-type"] ?? "application/octet-stream" });
  request.pipe(response);
}

async function delay({ response, caught: [text] }: Exchange): Promise<void> {
  const seconds = Math.min(Number(text), MAX_DELAY_SECONDS);
  await sleep(seconds * 1_000);
  sendJson(response, 200, { delay: seconds });
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
