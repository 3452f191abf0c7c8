import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { reasonOf, type Log } from "../services/log.ts";
import { Gates } from "./gates.ts";
import { readPayload, ROUTES, type Answer, type Tester } from "./routes.ts";
import { Loads } from "./trials.ts";

export interface LoadTesterOptions {
  /** The mesh's ingress. */
  readonly meshUrl: string;
  /** Default: any free one. */
  readonly port?: number;
  readonly log: Log;
}

/** Answers webhooks as the load tester does that users of the Canary API deploy: gates, and trials of the canary. */
export interface LoadTester {
  readonly url: string;
  readonly gates: Gates;
  stop(): Promise<void>;
}

const MOST_BYTES = 256 * 1024;

export async function startLoadTester({ meshUrl, port = 0, log }: LoadTesterOptions): Promise<LoadTester> {
  const gates = new Gates();
  const loads = new Loads(log);
  const tester: Tester = { gates, loads, meshUrl };
  const server = createServer((request, response) => {
    answer(tester, request).then(
      (found) => send(response, found),
      (error: unknown) => {
        log.warn({ reason: reasonOf(error) }, "load tester");
        send(response, { status: 500, text: reasonOf(error) });
      },
    );
  });
  server.listen(port, "127.0.0.1");
  await new Promise<void>((resolve, reject) => server.once("listening", resolve).once("error", reject));
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error("while starting the load tester: it has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    gates,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await loads.stop();
    },
  };
}

async function answer(tester: Tester, request: IncomingMessage): Promise<Answer> {
  const body = await readBody(request);
  const path = request.url?.split("?")[0] ?? "/";
  const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
  if (path === "/") return { status: 501, text: "this load tester runs no commands; use /load or /acceptance" };
  if (route === undefined) return { status: 404, text: `there are ${Object.keys(ROUTES).join(", ")}` };
  if (body === null) return { status: 413, text: `at most ${MOST_BYTES} bytes` };
  if (route.takes === "any") return route.answer(tester, { name: "", namespace: "", metadata: {} });
  if (request.method !== "POST") return { status: 405, text: "POST the payload of a webhook" };
  const payload = readPayload(body);
  return "status" in payload ? payload : route.answer(tester, payload);
}

/** The whole body; `null` when it is too large. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    // Read to its end all the same: a client that is still sending would not hear our refusal.
    if (size <= MOST_BYTES) chunks.push(bytes);
  }
  return size <= MOST_BYTES ? Buffer.concat(chunks).toString("utf8") : null;
}

function send(response: ServerResponse, { status, text }: Answer): void {
  const allow = status === 405 ? { allow: "POST" } : {};
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...allow }).end(text);
}
