import { explain, NotFoundError } from "../errors.ts";
import { apiErrorOf } from "./api-error.ts";
import { METADATA_LIST, METADATA_WATCH, type KubernetesClient } from "./client.ts";
import type { Log } from "../telemetry/log.ts";
import { identify, isObject, listAt, textAt, type Identity, type KubernetesObject } from "./object.ts";
import { isOlder, Shelf } from "./shelf.ts";
import { readEvents } from "./watch-stream.ts";

export interface WatchCacheOptions<R> {
  readonly client: Pick<KubernetesClient, "request" | "stream">;
  readonly log: Log;
  /** Path of the collection, such as `/apis/apps/v1/namespaces/demo/deployments`. */
  readonly collection: string;
  /** Only objects with these labels, such as `app=shop`. */
  readonly labelSelector?: string;
  /** Whether only the objects' metadata is asked for; the rest never reaches this process. */
  readonly metadataOnly?: boolean;
  /** What to keep of an object; `null`: nothing. The raw object is dropped at once. */
  readonly project: (object: KubernetesObject, identity: Identity) => R | null;
  /**
   * Called with `namespace/name` after an object appeared, changed or went away, also during the first list. `by` says whether
   * the news came from the server, or from a write of ours.
   */
  readonly onChange: (key: string, by: "server" | "us") => void;
  readonly timing?: Partial<WatchTiming>;
}

/** Milliseconds each, save where it says otherwise. */
export interface WatchTiming {
  /** Seconds after which the server ends a watch; half as much again at most, by chance. */
  readonly watchSeconds: number;
  /** Nothing received for so long, not even a bookmark (one a minute): the connection is dead. */
  readonly silence: number;
  readonly firstPause: number;
  readonly longestPause: number;
}

const TIMING: WatchTiming = { watchSeconds: 240, silence: 150_000, firstPause: 250, longestPause: 30_000 };
const PAGE = 500;
const NOT_INSTALLED = "the cluster does not have this kind";
/** A watch that ends sooner than this counts as a failure, lest a server that closes each one be asked without end. */
const SHORT_WATCH_MS = 1_000;

/**
 * A local copy of one collection, kept by list and watch: only projected records stay in memory. It outlives lost connections,
 * expired history and errors of its listeners, and never goes back behind a version that we wrote ourselves.
 */
export class WatchCache<R> {
  /** Resolves after the first complete list. Stays open while the kind is not installed. */
  readonly synced: Promise<void>;
  /** Resolves after the first list, or the first attempt at one that failed. */
  readonly attempted: Promise<void>;
  readonly #options: WatchCacheOptions<R>;
  readonly #timing: WatchTiming;
  readonly #shelf = new Shelf<R>();
  readonly #stopping = new AbortController();
  #markSynced: () => void = () => {};
  #markAttempted: () => void = () => {};
  #problem = "";
  #isSynced = false;
  #resourceVersion = "";
  #failures = 0;
  #provenAt = -Infinity;
  #running: Promise<void> | null = null;

  constructor(options: WatchCacheOptions<R>) {
    this.#options = options;
    this.#timing = { ...TIMING, ...options.timing };
    this.synced = new Promise((resolve) => (this.#markSynced = resolve));
    this.attempted = new Promise((resolve) => (this.#markAttempted = resolve));
  }

  /** Begins to list and watch. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the watch; what is cached stays readable. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  get(key: string): R | null {
    return this.#shelf.get(key);
  }

  values(): readonly R[] {
    return this.#shelf.values();
  }

  /** Whether the first list is complete. */
  isSynced(): boolean {
    return this.#isSynced;
  }

  /** Why there has been no list yet; empty before the first attempt, and for ever after the first list. */
  problem(): string {
    return this.#isSynced ? "" : this.#problem;
  }

  /** Milliseconds since the server last proved that the copy is current; infinite before the first list. */
  age(): number {
    return performance.now() - this.#provenAt;
  }

  /** Takes over the server's answer to a write of ours, so that the next look sees it; the watch may be slower. */
  noteWritten(object: KubernetesObject): void {
    this.#set(object, "us");
  }

  /** Forgets an object that a write of ours has found to be gone. */
  noteGone(key: string): void {
    if (this.#shelf.drop(key)) this.#tell(key, "server");
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const listing = this.#resourceVersion === "";
      try {
        if (listing) await this.#list();
        const startedAt = performance.now();
        await this.#watch().finally(() => {
          if (performance.now() - startedAt > SHORT_WATCH_MS) this.#failures = -1;
        });
        this.#failures += 1;
      } catch (error) {
        if (!signal.aborted) this.#fail(error, listing);
      }
      if (this.#failures > 0) await this.#pause(signal);
    }
  }

  #fail(error: unknown, listed: boolean): void {
    const { log, collection } = this.#options;
    this.#problem = error instanceof NotFoundError ? NOT_INSTALLED : explain(error);
    this.#markAttempted();
    const expired = apiErrorOf(error)?.status === 410;
    // Expired history is expected after a long pause: then a list at once, without counting it, is right.
    if (!expired || listed) this.#failures = Math.max(0, this.#failures) + 1;
    // History is gone, or the watch cannot be carried on from here for some other reason: only a new list helps.
    if (expired || this.#failures >= 3) this.#resourceVersion = "";
    if (expired) return log.debug({ collection }, "watch history expired, listing again");
    const missing = error instanceof NotFoundError;
    const fields = { collection, attempt: this.#failures, reason: explain(error) };
    log.warn(fields, missing ? "kind is not installed in the cluster, looking again" : "watch failed, trying again");
  }

  /** Full jitter, so that many workers do not come back together. */
  async #pause(signal: AbortSignal): Promise<void> {
    const { firstPause, longestPause } = this.#timing;
    const ceiling = Math.min(longestPause, firstPause * 2 ** Math.min(this.#failures, 16));
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, firstPause / 4 + Math.random() * ceiling);
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      }
      signal.addEventListener("abort", done);
    });
  }

  async #list(): Promise<void> {
    const { client, collection } = this.#options;
    const present = new Set<string>();
    let continued = "";
    let version = "";
    do {
      const page = await client.request({
        method: "GET",
        path: `${collection}?${pageQuery(continued)}${this.#selection()}`,
        ...this.#form(METADATA_LIST),
      });
      for (const item of listAt(page, "items")) {
        if (isObject(item)) present.add(this.#set(item, "server") ?? "");
      }
      continued = textAt(page, "metadata", "continue");
      version = textAt(page, "metadata", "resourceVersion");
    } while (continued !== "" && !this.#stopping.signal.aborted);

    for (const key of this.#shelf.missing(present, version)) this.noteGone(key);
    this.#resourceVersion = version;
    this.#prove();
    this.#isSynced = true;
    this.#markSynced();
    this.#markAttempted();
  }

  async #watch(): Promise<void> {
    const { client, collection } = this.#options;
    const silence = new AbortController();
    const dead = () => silence.abort(new Error(`no byte for ${this.#timing.silence} ms`));
    const timer = setTimeout(dead, this.#timing.silence);
    try {
      const signal = AbortSignal.any([this.#stopping.signal, silence.signal]);
      const chunks = await client.stream({
        path: `${collection}?${this.#watchQuery()}`,
        signal,
        ...this.#form(METADATA_WATCH),
      });
      const heard = async function* (): AsyncGenerator<Uint8Array> {
        for await (const chunk of chunks) {
          timer.refresh();
          yield chunk;
        }
      };
      for await (const event of readEvents(heard())) {
        if (event.kind === "bookmark") this.#resourceVersion = event.resourceVersion;
        else this.#apply(event.kind, event.object);
        this.#prove();
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #watchQuery(): string {
    const seconds = Math.round(this.#timing.watchSeconds * (1 + Math.random() / 4));
    return `watch=1&allowWatchBookmarks=true&timeoutSeconds=${seconds}&resourceVersion=${this.#resourceVersion}${this.#selection()}`;
  }

  #selection(): string {
    const { labelSelector = "" } = this.#options;
    return labelSelector === "" ? "" : `&labelSelector=${encodeURIComponent(labelSelector)}`;
  }

  #form(metadata: string): { readonly accept?: string } {
    return this.#options.metadataOnly === true ? { accept: metadata } : {};
  }

  #prove(): void {
    this.#provenAt = performance.now();
  }

  #apply(kind: "set" | "deleted", object: KubernetesObject): void {
    const { resourceVersion } = identify(object);
    if (kind === "set") this.#set(object, "server");
    else this.#delete(object);
    if (!isOlder(resourceVersion, this.#resourceVersion)) this.#resourceVersion = resourceVersion;
  }

  /** Answers the object's key, whether or not it was news; `null` when it could not be read. */
  #set(object: KubernetesObject, by: "server" | "us"): string | null {
    const { log, collection, project } = this.#options;
    try {
      const identity = identify(object);
      const key = `${identity.namespace}/${identity.name}`;
      if (!this.#shelf.accepts(key, identity.resourceVersion)) return key;
      if (this.#shelf.put(key, identity.resourceVersion, project(object, identity))) this.#tell(key, by);
      return key;
    } catch (error) {
      const fields = { collection, name: textAt(object, "metadata", "name"), reason: explain(error) };
      log.error(fields, "object could not be read and is left out");
      return null;
    }
  }

  #delete(object: KubernetesObject): void {
    const { namespace, name, resourceVersion } = identify(object);
    const key = `${namespace}/${name}`;
    if (this.#shelf.accepts(key, resourceVersion)) this.noteGone(key);
  }

  #tell(key: string, by: "server" | "us"): void {
    try {
      this.#options.onChange(key, by);
    } catch (error) {
      this.#options.log.error({ key, reason: explain(error) }, "listener of a watch failed");
    }
  }
}

const pageQuery = (continued: string): string =>
  continued === "" ? `limit=${PAGE}` : `limit=${PAGE}&continue=${encodeURIComponent(continued)}`;
