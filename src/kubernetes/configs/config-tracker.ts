import { explain, NotFoundError } from "../../errors.ts";
import type { Log } from "../../telemetry/log.ts";
import type { KubernetesClient } from "../client.ts";
import { lazily, type Collection, type LazyCollection, type OpenCollection } from "../collection.ts";
import { isOlder } from "../shelf.ts";
import { checksumsOf, type Checksums } from "./checksum.ts";
import { CONFIG_RESOURCES, isTrackedType, readConfig, type ConfigRecord } from "./config-record.ts";
import { configKey, type ConfigKind, type ConfigReference } from "./config-references.ts";

/** What is known of a ConfigMap or Secret. */
export type ConfigState =
  | { readonly kind: "tracked"; readonly checksums: Checksums }
  /** Primary shares it, since its owner or its type asks for that. */
  | { readonly kind: "shared" }
  | { readonly kind: "missing" }
  | { readonly kind: "unread"; readonly why: string };

type Read = Extract<ConfigState, { kind: "tracked" | "shared" | "unread" }>;

/** One object whose content was asked for. */
interface Entry {
  /** The version that was read last, or is being read. */
  version: string;
  state: Read;
  reading: boolean;
  failures: number;
  retry: NodeJS.Timeout | undefined;
}

interface Key extends Pick<ConfigReference, "kind" | "name"> {
  readonly namespace: string;
}

export interface CanaryName {
  readonly namespace: string;
  readonly name: string;
}

export interface ConfigTrackerOptions {
  readonly client: Pick<KubernetesClient, "request">;
  readonly open: OpenCollection;
  readonly log: Log;
  /** Called when a canary may find another answer than before. */
  readonly onChange: (canary: CanaryName) => void;
}

/** Reads at once. At the start of a worker thousands may be wanted together. */
const READERS = 8;
const RETRY_MS = 1_000;
const RETRY_AT_MOST_MS = 60_000;
const BEING_READ: Read = { kind: "unread", why: "it is being read" };

/**
 * Knows checksums of the ConfigMaps and Secrets that canaries refer to. It follows the metadata of all, and reads by name what a
 * canary refers to, once for each version: the content is hashed and dropped. Nothing is followed before a canary needs it.
 */
export class ConfigTracker {
  readonly #options: ConfigTrackerOptions;
  readonly #kinds: Readonly<Record<ConfigKind, LazyCollection<ConfigRecord>>>;
  readonly #entries = new Map<string, Entry>();
  /** Names of canaries by what they refer to, and the other way round by canary and purpose. */
  readonly #users = new Map<string, Set<string>>();
  readonly #uses = new Map<string, Map<string, readonly string[]>>();
  readonly #waiting: (() => Promise<void>)[] = [];
  #running = 0;
  #stopped = false;

  constructor(options: ConfigTrackerOptions) {
    this.#options = options;
    const follow = (kind: ConfigKind) =>
      lazily(() =>
        options.open<ConfigRecord>({
          resource: CONFIG_RESOURCES[kind],
          metadataOnly: true,
          project: readConfig,
          onChange: (namespace, name) => this.#changed({ kind, namespace, name }),
        }),
      );
    this.#kinds = { configmap: follow("configmap"), secret: follow("secret") };
  }

  /** What is known of an object now. Begins to find out what is not. */
  look(key: Key): ConfigState {
    const entry = this.#entries.get(idOf(key)) ?? this.#begin(key);
    const collection = this.collection(key.kind);
    if (!collection.isSynced()) return unsynced(collection);
    const record = collection.get(key.namespace, key.name);
    if (record === null) return { kind: "missing" };
    if (record.optedOut) return { kind: "shared" };
    if (isNews(record.resourceVersion, entry) && entry.retry === undefined) this.#read(key, entry);
    return entry.state;
  }

  /** The collection behind a kind, for writes and for owners. Begins to follow it. */
  collection(kind: ConfigKind): Collection<ConfigRecord> {
    return this.#kinds[kind].ask();
  }

  /** Notes what a canary refers to for one purpose, so that it hears of changes; replaces what it noted before. */
  use(canary: CanaryName, purpose: string, references: readonly Pick<ConfigReference, "kind" | "name">[]): void {
    const user = nameOf(canary);
    const ids = references.map(({ kind, name }) => idOf({ kind, name, namespace: canary.namespace }));
    const uses = this.#uses.get(user) ?? new Map<string, readonly string[]>();
    const before = uses.get(purpose) ?? [];
    if (before.length === ids.length && before.every((id, index) => id === ids[index])) return;
    uses.set(purpose, ids);
    this.#uses.set(user, uses);
    this.#release(user, before);
    for (const id of ids) this.#users.set(id, (this.#users.get(id) ?? new Set()).add(user));
  }

  /** The canary is gone. */
  forget(canary: CanaryName): void {
    const user = nameOf(canary);
    const ids = [...(this.#uses.get(user)?.values() ?? [])].flat();
    this.#uses.delete(user);
    this.#release(user, ids);
  }

  /** Whether nothing is being read and nothing waits for it; what cannot be read is not waited for. */
  isIdle(): boolean {
    return this.#running === 0 && this.#waiting.length === 0;
  }

  /** The kinds that are followed. */
  opened(): readonly { readonly kind: ConfigKind; readonly collection: Collection<ConfigRecord> }[] {
    return KINDS.flatMap((kind) => {
      const collection = this.#kinds[kind].opened;
      return collection === null ? [] : [{ kind, collection }];
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.length = 0;
    for (const { retry } of this.#entries.values()) clearTimeout(retry);
    await Promise.all(this.opened().map(({ collection }) => collection.stop()));
  }

  /** A watch brought news of an object. */
  #changed(key: Key): void {
    const id = idOf(key);
    const entry = this.#entries.get(id);
    const record = this.collection(key.kind).get(key.namespace, key.name);
    if (record !== null && !record.optedOut && entry !== undefined) {
      if (isNews(record.resourceVersion, entry)) this.#read(key, entry);
      return;
    }
    if (entry !== undefined) reset(entry);
    this.#tell(id);
  }

  #begin(key: Key): Entry {
    const entry: Entry = { version: "", state: BEING_READ, reading: false, failures: 0, retry: undefined };
    this.#entries.set(idOf(key), entry);
    return entry;
  }

  #read(key: Key, entry: Entry): void {
    if (entry.reading || this.#stopped) return;
    clearTimeout(entry.retry);
    entry.retry = undefined;
    entry.reading = true;
    this.#waiting.push(() => this.#readNow(key, entry));
    this.#runNext();
  }

  #runNext(): void {
    if (this.#running >= READERS) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#running += 1;
    void next().finally(() => {
      this.#running -= 1;
      this.#runNext();
    });
    this.#runNext();
  }

  async #readNow(key: Key, entry: Entry): Promise<void> {
    const id = idOf(key);
    const { namespace, name, kind } = key;
    const before = entry.state;
    try {
      const object = await this.#options.client.request({
        method: "GET",
        path: this.collection(kind).path(namespace, name),
      });
      const { resourceVersion } = readConfig(object);
      entry.version = resourceVersion;
      entry.state = isTrackedType(kind, object)
        ? { kind: "tracked", checksums: checksumsOf(object) }
        : { kind: "shared" };
      entry.failures = 0;
    } catch (error) {
      this.#failed(key, entry, error);
    } finally {
      entry.reading = false;
    }
    if (this.#entries.get(id) !== entry) return;
    if (!isSame(before, entry.state)) this.#tell(id);
    // Written again while it was read: the watch told of that already.
    const newest = this.collection(kind).get(namespace, name)?.resourceVersion;
    if (newest !== undefined && entry.version !== "" && isNews(newest, entry)) this.#read(key, entry);
  }

  #failed(key: Key, entry: Entry, error: unknown): void {
    const id = idOf(key);
    // The watch brings the deletion, or the object that came in its place.
    if (error instanceof NotFoundError) return reset(entry);
    entry.failures += 1;
    entry.state = { kind: "unread", why: explain(error) };
    this.#options.log.warn(
      { config: `${key.namespace}/${configKey(key)}`, reason: explain(error) },
      "a config could not be read, trying again",
    );
    const pause = Math.min(RETRY_MS * 2 ** (entry.failures - 1), RETRY_AT_MOST_MS);
    entry.retry = setTimeout(() => {
      if (this.#entries.get(id) === entry) this.#read(key, entry);
    }, pause).unref();
  }

  #drop(id: string): void {
    clearTimeout(this.#entries.get(id)?.retry);
    this.#entries.delete(id);
  }

  /** The user no longer refers to these, save for other purposes. What nobody refers to is forgotten. */
  #release(user: string, ids: readonly string[]): void {
    const still = new Set([...(this.#uses.get(user)?.values() ?? [])].flat());
    for (const id of ids) {
      if (still.has(id)) continue;
      const users = this.#users.get(id);
      users?.delete(user);
      if (users?.size !== 0) continue;
      this.#users.delete(id);
      this.#drop(id);
    }
  }

  #tell(id: string): void {
    for (const user of this.#users.get(id) ?? []) {
      const [namespace = "", name = ""] = user.split("/");
      this.#options.onChange({ namespace, name });
    }
  }
}

const KINDS: readonly ConfigKind[] = ["configmap", "secret"];
const idOf = ({ kind, namespace, name }: Key): string => `${kind}/${namespace}/${name}`;
const nameOf = ({ namespace, name }: CanaryName): string => `${namespace}/${name}`;

/** Whether an object's version is newer than the one that was read; the watch may be slower than a read. */
function isNews(version: string, entry: Entry): boolean {
  return version !== entry.version && !isOlder(version, entry.version);
}

function reset(entry: Entry): void {
  clearTimeout(entry.retry);
  entry.retry = undefined;
  entry.version = "";
  entry.state = BEING_READ;
}

function unsynced(collection: Collection<ConfigRecord>): ConfigState {
  const problem = collection.problem();
  return { kind: "unread", why: problem === "" ? "it is being read" : problem };
}

function isSame(left: Read, right: Read): boolean {
  if (left.kind === "tracked" && right.kind === "tracked") {
    return left.checksums.all === right.checksums.all && left.checksums.text === right.checksums.text;
  }
  if (left.kind === "unread" && right.kind === "unread") return left.why === right.why;
  return left.kind === right.kind;
}
