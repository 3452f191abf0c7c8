import { z } from "zod";
import type { Log } from "../services/log.ts";
import { reasonOf } from "../services/log.ts";

/** One object appeared or changed, or went away. `key` is "namespace/name". */
export type Change =
  | { readonly kind: "set"; readonly key: string; readonly object: unknown }
  | { readonly kind: "deleted"; readonly key: string };

export interface WatchOptions {
  /** The API server, e.g. `http://127.0.0.1:8001`. */
  readonly url: string;
  /** Collections that hold the same objects, e.g. in two versions of one API; the first that the server knows is used. */
  readonly paths: readonly string[];
  /** Called in order, for the first list as well. */
  readonly onChange: (change: Change) => void;
  readonly log: Log;
  /** Milliseconds until the first new attempt after a failure; doubles up to 5 s. Default 200. */
  readonly retryMs?: number;
}

export interface Watch {
  /** Resolves when the collection has been listed for the first time, or is known not to exist yet. */
  readonly firstLook: Promise<void>;
  stop(): void;
}

const Metadata = z.object({ name: z.string(), namespace: z.string().default(""), resourceVersion: z.string() });
const Listed = z.object({ metadata: Metadata });
const List = z.object({
  metadata: z.object({ resourceVersion: z.string().default(""), continue: z.string().default("") }),
  items: z.array(z.unknown()),
});
const WatchEvent = z.discriminatedUnion("type", [
  z.object({ type: z.enum(["ADDED", "MODIFIED", "DELETED"]), object: z.unknown() }),
  z.object({
    type: z.literal("BOOKMARK"),
    object: z.object({ metadata: z.object({ resourceVersion: z.string() }) }),
  }),
  z.object({
    type: z.literal("ERROR"),
    object: z.object({ code: z.number().optional(), message: z.string().optional() }),
  }),
]);

const WATCH_SECONDS = 240;
const MAX_RETRY_MS = 5_000;
/** A watch that ends sooner than this is not begun again at once, lest a server that closes each one be hammered. */
const SHORT_WATCH_MS = 500;

/** The server no longer has the history we asked for: only a new list helps. */
class HistoryGone extends Error {}

/** The server does not know this collection: perhaps its CRD is applied later. */
class UnknownCollection extends Error {}

/** Lists a collection and then follows it, through lost connections and expired history, until it is stopped. */
export function startWatch({ url, paths, onChange, log, retryMs = 200 }: WatchOptions): Watch {
  const stopping = new AbortController();
  const { signal } = stopping;
  const collection = new Collection(onChange);
  let lookedOnce = (): void => {};
  const firstLook = new Promise<void>((resolve) => (lookedOnce = resolve));

  const follow = async (path: string): Promise<void> => {
    let resourceVersion = await collection.list({ url, path, signal });
    lookedOnce();
    for (;;) {
      const startedAt = performance.now();
      resourceVersion = await collection.watch({ url, path, signal, resourceVersion });
      if (performance.now() - startedAt < SHORT_WATCH_MS) await pause(SHORT_WATCH_MS, signal);
    }
  };

  const run = async (): Promise<void> => {
    for (let failures = 0, at = 0; !signal.aborted;) {
      const path = paths[at % paths.length] ?? "/";
      const startedAt = performance.now();
      try {
        await follow(path);
      } catch (error) {
        if (signal.aborted) return;
        if (performance.now() - startedAt > 10_000) failures = 0;
        if (error instanceof HistoryGone) continue;
        if (error instanceof UnknownCollection) {
          at++;
          lookedOnce();
          if (at % paths.length === 0) await pause(retryMs * 2, signal);
          continue;
        }
        log.warn({ path, reason: reasonOf(error) }, "lost the watch, listing again");
        await pause(Math.min(retryMs * 2 ** failures++, MAX_RETRY_MS), signal);
      }
    }
  };

  void run();
  return { firstLook, stop: () => stopping.abort(new Error("the watch was stopped")) };
}

interface Request {
  readonly url: string;
  readonly path: string;
  readonly signal: AbortSignal;
}

/** What we know of a collection: enough to tell, after a new list, what went away in the meantime. */
class Collection {
  readonly #onChange: (change: Change) => void;
  readonly #versions = new Map<string, string>();

  constructor(onChange: (change: Change) => void) {
    this.#onChange = onChange;
  }

  /** Reads everything, reports the differences and returns the resourceVersion to watch from. */
  async list({ url, path, signal }: Request): Promise<string> {
    const gone = new Set(this.#versions.keys());
    let resourceVersion = "";
    let token = "";
    do {
      const query = new URLSearchParams({ limit: "500", ...(token === "" ? {} : { continue: token }) });
      const response = await get(`${url}${path}?${query.toString()}`, signal);
      const page = List.parse(await response.json());
      for (const item of page.items) gone.delete(this.#set(item));
      resourceVersion = page.metadata.resourceVersion;
      token = page.metadata.continue;
    } while (token !== "");
    for (const key of gone) this.#delete(key);
    return resourceVersion;
  }

  /** Follows changes until the server ends the watch; returns the resourceVersion to go on from. */
  async watch({ url, path, signal, resourceVersion }: Request & { readonly resourceVersion: string }): Promise<string> {
    const query = new URLSearchParams({
      watch: "1",
      allowWatchBookmarks: "true",
      timeoutSeconds: String(WATCH_SECONDS),
      resourceVersion,
    });
    // A connection that died without a word is given up a little after the server should have ended it.
    const limit = AbortSignal.timeout((WATCH_SECONDS + 30) * 1_000);
    const response = await get(`${url}${path}?${query.toString()}`, AbortSignal.any([signal, limit]));
    let latest = resourceVersion;
    for await (const line of linesOf(response)) {
      const event = WatchEvent.parse(JSON.parse(line));
      if (event.type === "ERROR") throw watchError(event.object);
      if (event.type === "BOOKMARK") {
        latest = event.object.metadata.resourceVersion;
        continue;
      }
      const { metadata } = Listed.parse(event.object);
      latest = metadata.resourceVersion;
      if (event.type === "DELETED") this.#delete(keyOf(metadata));
      else this.#set(event.object);
    }
    return latest;
  }

  #set(object: unknown): string {
    const { metadata } = Listed.parse(object);
    const key = keyOf(metadata);
    if (this.#versions.get(key) !== metadata.resourceVersion) {
      this.#versions.set(key, metadata.resourceVersion);
      this.#onChange({ kind: "set", key, object });
    }
    return key;
  }

  #delete(key: string): void {
    if (this.#versions.delete(key)) this.#onChange({ kind: "deleted", key });
  }
}

function keyOf({ namespace, name }: z.infer<typeof Metadata>): string {
  return `${namespace}/${name}`;
}

async function get(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal, headers: { accept: "application/json" } });
  if (response.ok) return response;
  const text = (await response.text()).slice(0, 300);
  if (response.status === 404) throw new UnknownCollection(`${url} does not exist`);
  if (response.status === 410) throw new HistoryGone(text);
  throw new Error(`while asking ${url}: status ${response.status}: ${text}`);
}

function watchError({ code, message }: { code?: number | undefined; message?: string | undefined }): Error {
  return code === 410 ? new HistoryGone(message) : new Error(`the server ended the watch: ${code} ${message}`);
}

async function* linesOf(response: Response): AsyncGenerator<string> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of response.body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield line;
  }
}

/** Waits, but not longer than until `signal` says stop. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    if (signal.aborted) done();
    else signal.addEventListener("abort", done);
  });
}
