import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { samplePeople } from "./fake-workspace-state.ts";
import type { UiEvent, UiMessage, UiState } from "../../src/playground/slack/ui-protocol.ts";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = join(ROOT, "src/playground/slack/page");
const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const MODULES: Record<string, string> = {
  preact: "preact/dist/preact.mjs",
  "preact/hooks": "preact/hooks/dist/hooks.mjs",
  "@preact/signals": "@preact/signals/dist/signals.mjs",
  "@preact/signals-core": "@preact/signals-core/dist/signals-core.mjs",
  htm: "htm/dist/htm.mjs",
};

/** What the page sent: the last part of the path and the body. */
export interface RecordedAction {
  readonly kind: string;
  readonly body: unknown;
}

type Answer = { readonly ok: true; readonly [key: string]: unknown } | { readonly ok: false; readonly error: string };

/** A workspace server with canned state: it serves the page, streams what a test pushes and records what the page sends. */
export interface FakeWorkspace {
  readonly url: string;
  readonly actions: readonly RecordedAction[];
  /** Sends an event to every open page; messages are also kept for the next state. */
  push(event: UiEvent): void;
  /** Decides the answer to one kind of action; without it everything is answered `{ok:true}`. */
  answer(kind: string, reply: (body: unknown) => Answer | Promise<Answer>): void;
  /** Cuts all event streams, as a restart of the server would. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts it on a free port. `stateFor` gives what a person sees, or undefined for an unknown one; `people` is their ids by name. */
export async function startFakeWorkspace(
  stateFor: (user: string) => UiState | undefined,
  people: Readonly<Record<string, string>> = samplePeople,
): Promise<FakeWorkspace> {
  const actions: RecordedAction[] = [];
  const streams = new Set<ServerResponse>();
  const answers = new Map<string, (body: unknown) => Answer | Promise<Answer>>();
  const pushed: UiMessage[] = [];
  const states = (user: string) => withPushed(stateFor(user), pushed);

  const routes = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://page");
    if (pathname === "/ui/state") return sendJson(response, states(searchParams.get("user") ?? ""));
    if (pathname === "/admin/info") return sendJson(response, { ids: { people } });
    if (pathname === "/ui/events") return openStream(response, streams);
    if (pathname.startsWith("/ui/")) {
      const kind = pathname.slice("/ui/".length);
      const body = JSON.parse(await bodyOf(request));
      actions.push({ kind, body });
      return sendJson(response, (await answers.get(kind)?.(body)) ?? { ok: true });
    }
    await sendFile(response, pathname);
  };

  const server = createServer((request, response) => {
    routes(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    actions,
    push(event) {
      if (event.kind === "message") pushed.push(event.message);
      for (const stream of streams) stream.write(`data: ${JSON.stringify(event)}\n\n`);
    },
    answer: (kind, reply) => void answers.set(kind, reply),
    cut() {
      streams.forEach((stream) => stream.end());
      streams.clear();
    },
    async close() {
      streams.forEach((stream) => stream.destroy());
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function withPushed(state: UiState | undefined, pushed: readonly UiMessage[]): UiState | Answer {
  if (state === undefined) return { ok: false, error: "user_not_found" };
  const replaced = new Set(pushed.map(({ channel, ts }) => `${channel} ${ts}`));
  const kept = state.messages.filter(({ channel, ts }) => !replaced.has(`${channel} ${ts}`));
  return { ...state, messages: [...kept, ...pushed] };
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function openStream(response: ServerResponse, streams: Set<ServerResponse>): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write(": open\nretry: 100\n\n");
  streams.add(response);
  response.on("close", () => streams.delete(response));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

async function sendFile(response: ServerResponse, pathname: string): Promise<void> {
  const found = fileOf(pathname);
  try {
    const type = found.endsWith(".mjs") ? "text/javascript" : TYPES[extname(found)];
    const content = await readFile(found);
    response.writeHead(200, { "content-type": type ?? "application/octet-stream" }).end(content);
  } catch {
    // A missing file is an answer, not a failure of the test server.
    response.writeHead(404).end("not found");
  }
}

function fileOf(pathname: string): string {
  const module = pathname.startsWith("/modules/") ? MODULES[pathname.slice("/modules/".length)] : undefined;
  if (module) return join(ROOT, "node_modules", module);
  if (pathname === "/files/chart.svg") return join(ROOT, "test/support/fake-workspace-chart.svg");
  return join(PAGE, normalize(pathname === "/" || pathname.startsWith("/archives/") ? "/index.html" : pathname));
}
