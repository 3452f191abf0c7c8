import type { Redis } from "ioredis";
import { z } from "zod";
import { closeWith, connectFailFast, whenReady } from "../queue/connection.ts";
import { CanaryView } from "../rollout/view.ts";
import type { Log } from "../telemetry/log.ts";
import { timestamp, type Timestamp } from "../units.ts";
import { CLUSTERS_KEY, epochKey, fieldOf, viewsKey, WORKER_TTL_MS, workersKey } from "./keys.ts";
import type { ClusterHealth, SnapshotReader } from "./snapshots.ts";

const Seen = z.object({ uid: z.string(), lastSeen: z.number() });

export interface SnapshotReaderOptions {
  readonly redisUrl: string;
  readonly log: Log;
}

/** A bot's view of all clusters. Every answer comes within 2.5 s or is a rejection. */
export function createSnapshotReader(options: SnapshotReaderOptions): SnapshotReader & { close(): Promise<void> } {
  const redis = connectFailFast(options.redisUrl, options.log);
  const reader: Reader = { redis, log: options.log, remembered: new Map() };
  return {
    clusters: () => asked("which clusters there are", () => clusters(reader)),
    list: () => asked("all canaries", () => list(reader)),
    get: (key) =>
      asked(`${key.cluster}:${key.namespace}/${key.name}`, async () => {
        await whenReady(redis);
        const text = await redis.hget(viewsKey(key.cluster), fieldOf(key));
        return text === null ? null : parseView(reader, text);
      }),
    close: () => closeWith(redis, []),
  };
}

async function asked<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw new Error(`while reading ${what} from Redis`, { cause: error });
  }
}

async function clusters({ redis, remembered }: Reader): Promise<readonly ClusterHealth[]> {
  await whenReady(redis);
  const [[seconds], known] = await Promise.all([redis.time(), redis.hgetall(CLUSTERS_KEY)]);
  const now = Number(seconds) * 1_000;
  const found = Object.entries(known).map(async ([name, text]) => {
    const { lastSeen } = Seen.parse(JSON.parse(text));
    const [workers, epoch] = await Promise.all([
      redis.zcount(workersKey(name), now - WORKER_TTL_MS, "+inf"),
      redis.exists(epochKey(name)),
    ]);
    const state = workers === 0 ? "silent" : epoch === 0 ? "rebuilding" : "live";
    return { name, state, lastSeen: timestamp(lastSeen), workers } as const;
  });
  const present = await Promise.all(found);
  for (const { name, lastSeen } of present) remembered.set(name, lastSeen);
  return [...present, ...forgotten(remembered, new Set(Object.keys(known)))].toSorted((a, b) =>
    a.name.localeCompare(b.name),
  );
}

/** Clusters that were there a moment ago: Redis was emptied, and their workers have not had the time to say so. */
function forgotten(remembered: Reader["remembered"], present: ReadonlySet<string>): readonly ClusterHealth[] {
  const missing = [...remembered].filter(([name]) => !present.has(name));
  return missing.map(([name, lastSeen]) => ({ name, state: "rebuilding", lastSeen, workers: 0 }));
}

interface Reader {
  readonly redis: Redis;
  readonly log: Log;
  /** Every cluster that this process has heard of, and when it was seen last. */
  readonly remembered: Map<string, Timestamp>;
}

async function list(reader: Reader): Promise<readonly CanaryView[]> {
  const heard = (await clusters(reader)).filter((cluster) => cluster.state !== "silent");
  const texts = await Promise.all(heard.map((cluster) => reader.redis.hvals(viewsKey(cluster.name))));
  return texts.flat().flatMap((text) => parseView(reader, text) ?? []);
}

/** `null` for one that another version of the worker wrote, or that somebody tampered with. */
function parseView({ log }: Reader, text: string): CanaryView | null {
  try {
    return CanaryView.parse(JSON.parse(text));
  } catch (error) {
    log.warn({ problem: String(error).slice(0, 300) }, "left out a snapshot that cannot be understood");
    return null;
  }
}
