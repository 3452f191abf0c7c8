import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { explain, TerminalError } from "../errors.ts";
import { closeWith, connectFailFast, whenReady } from "../queue/connection.ts";
import type { CanaryView } from "../rollout/view.ts";
import type { Log } from "../telemetry/log.ts";
import { beat, type Pulse } from "./heartbeat.ts";
import { epochKey, fieldOf, viewsKey } from "./keys.ts";
import type { SnapshotWriter } from "./snapshots.ts";

const BEAT_EVERY_MS = 2_000;
const COLLECT_MS = 50;
/** Entries per round trip. */
const BATCH = 200;

export interface SnapshotWriterOptions {
  readonly redisUrl: string;
  readonly cluster: string;
  /** Identifies the cluster itself, such as the uid of its namespace `kube-system`. */
  readonly clusterUid: string;
  /** Identifies this process among the workers. */
  readonly worker: string;
  /** Every view as this worker's cache has it, for writing all of them anew. */
  readonly all: () => readonly CanaryView[];
  readonly log: Log;
}

/** A worker's snapshots in Redis, with its heartbeat. */
export class RedisSnapshotWriter implements SnapshotWriter {
  readonly #options: SnapshotWriterOptions;
  readonly #redis: Redis;
  /** What Redis has not got yet; `null`: to be removed. */
  readonly #dirty = new Map<string, string | null>();
  #workers: readonly string[];
  #epoch = "";
  #flushing: Promise<void> | null = null;
  #collecting: NodeJS.Timeout | undefined;
  #beating: NodeJS.Timeout | undefined;
  #stopped = false;
  #problem = "it has not been started";

  constructor(options: SnapshotWriterOptions) {
    this.#options = options;
    this.#workers = [options.worker];
    this.#redis = connectFailFast(options.redisUrl, options.log);
  }

  put(view: CanaryView): void {
    this.#change(fieldOf(view), JSON.stringify(view));
  }

  remove(key: { readonly namespace: string; readonly name: string }): void {
    this.#change(fieldOf(key), null);
  }

  /** Workers of this cluster that live, as last heard; always this one too. Old news is kept while Redis is away. */
  workers(): readonly string[] {
    return this.#workers;
  }

  /** Why chat does not see this worker's canaries at present; empty when it does. */
  problem(): string {
    return this.#problem;
  }

  /**
   * Writes all views and begins to beat. Goes on in the background when Redis is away.
   * Throws a TerminalError when the cluster's name is in use by another cluster.
   */
  async start(): Promise<void> {
    const pulse = await this.#beat();
    if (pulse?.kind === "foreign") {
      await this.stop();
      throw new TerminalError(foreign(this.#options.cluster, pulse.uid));
    }
    this.#scheduleBeat();
  }

  /** Sends what is left, if Redis is there, and says nothing more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#beating);
    clearTimeout(this.#collecting);
    if (this.#redis.status === "ready") await this.#flush();
    await closeWith(this.#redis, []);
  }

  #change(field: string, text: string | null): void {
    if (this.#stopped) return;
    this.#dirty.set(field, text);
    this.#collecting ??= setTimeout(() => {
      this.#collecting = undefined;
      void this.#flush();
    }, COLLECT_MS).unref();
  }

  #scheduleBeat(): void {
    if (this.#stopped) return;
    const pause = BEAT_EVERY_MS * (0.9 + Math.random() / 5);
    this.#beating = setTimeout(() => void this.#beat().then(() => this.#scheduleBeat()), pause).unref();
  }

  /** `null`: Redis did not answer. */
  async #beat(): Promise<Pulse | null> {
    const { log, worker, cluster } = this.#options;
    try {
      await whenReady(this.#redis);
      const pulse = await beat(this.#redis, this.#options);
      if (pulse.kind === "foreign") {
        if (this.#problem !== "foreign") log.error({ cluster }, foreign(cluster, pulse.uid));
        this.#problem = "foreign";
        return pulse;
      }
      this.#workers = pulse.workers.includes(worker) ? pulse.workers : [...pulse.workers, worker];
      if (this.#epoch === "" || pulse.epoch === "") await this.#rewrite();
      else if (this.#dirty.size > 0) await this.#send();
      this.#problem = "";
      return pulse;
    } catch (error) {
      if (this.#problem === "") log.warn({ error: explain(error) }, "snapshots are not written for now");
      this.#problem = "redis is away";
      return null;
    }
  }

  /** Everything anew: at the start, and whenever Redis has lost its data. */
  async #rewrite(): Promise<void> {
    const { cluster, log } = this.#options;
    const views = new Map(this.#options.all().map((view) => [fieldOf(view), JSON.stringify(view)]));
    const present = await this.#redis.hkeys(viewsKey(cluster));
    for (const field of present) if (!views.has(field)) this.#dirty.set(field, null);
    for (const [field, text] of views) this.#dirty.set(field, text);
    await this.#send();
    this.#epoch = randomUUID();
    await this.#redis.set(epochKey(cluster), this.#epoch, "NX");
    log.info({ cluster, views: views.size }, "wrote all snapshots");
  }

  #flush(): Promise<void> {
    this.#flushing ??= this.#send()
      .catch((error: unknown) => this.#options.log.debug({ error: explain(error) }, "snapshots wait for redis"))
      .finally(() => (this.#flushing = null));
    return this.#flushing;
  }

  /** Sends what is dirty; what could not be sent stays so, unless there is something newer by then. */
  async #send(): Promise<void> {
    const key = viewsKey(this.#options.cluster);
    while (this.#dirty.size > 0) {
      const batch = [...this.#dirty].slice(0, BATCH);
      const pipeline = this.#redis.pipeline();
      for (const [field, text] of batch) {
        if (text === null) pipeline.hdel(key, field);
        else pipeline.hset(key, field, text);
      }
      const answers = (await pipeline.exec()) ?? [];
      const failure = answers.find(([error]) => error !== null)?.[0];
      if (failure) throw failure;
      for (const [field, text] of batch) if (this.#dirty.get(field) === text) this.#dirty.delete(field);
    }
  }
}

function foreign(cluster: string, uid: string): string {
  return (
    `The name ${cluster} is in use by another cluster (its uid is ${uid}). ` +
    "Give this cluster a CLUSTER_NAME of its own, or wait a minute after the last worker of the other one has stopped."
  );
}
