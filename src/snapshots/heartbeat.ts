import type { Redis } from "ioredis";
import { z } from "zod";
import { CLUSTERS_KEY, epochKey, viewsKey, WORKER_TTL_MS, workersKey } from "./keys.ts";

/** A cluster of the same name but with another uid has to be silent this long before its name may be taken over. */
const NAME_KEPT_MS = 60_000;

/**
 * One round trip: says that this worker lives, forgets those that do not, and answers who lives, and whether the views are
 * complete. Time is that of Redis, so that the clocks of workers do not matter. A foreign cluster gets nothing written.
 */
const BEAT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HGET', KEYS[2], ARGV[3])
if known then
  local other = cjson.decode(known)
  if other.uid ~= ARGV[4] and now - other.lastSeen < tonumber(ARGV[5]) then return {'foreign', other.uid} end
  if other.uid ~= ARGV[4] then redis.call('DEL', KEYS[1], KEYS[3], KEYS[4]) end
end
redis.call('HSET', KEYS[2], ARGV[3], cjson.encode({ uid = ARGV[4], lastSeen = now }))
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
local complete = redis.call('GET', KEYS[3]) or ''
return {'ours', complete, unpack(redis.call('ZRANGE', KEYS[1], 0, -1))}
`;

const Answer = z.union([
  z.tuple([z.literal("foreign"), z.string()]),
  z.tuple([z.literal("ours"), z.string()], z.string()),
]);

export interface Beat {
  readonly cluster: string;
  /** Identifies the cluster itself, whatever it is called. */
  readonly clusterUid: string;
  /** Identifies this process. */
  readonly worker: string;
}

/** What a heartbeat answered: who lives and whether the views are complete, or that the name belongs to another cluster. */
export type Pulse =
  | { readonly kind: "ours"; readonly epoch: string; readonly workers: readonly string[] }
  | { readonly kind: "foreign"; readonly uid: string };

/** Beats once. Rejects when Redis does not answer. */
export async function beat(redis: Redis, { cluster, clusterUid, worker }: Beat): Promise<Pulse> {
  const keys = [workersKey(cluster), CLUSTERS_KEY, epochKey(cluster), viewsKey(cluster)];
  const answer = await redis.eval(BEAT, keys.length, ...keys, worker, WORKER_TTL_MS, cluster, clusterUid, NAME_KEPT_MS);
  const [kind, second, ...workers] = Answer.parse(answer);
  return kind === "foreign" ? { kind, uid: second } : { kind, epoch: second, workers };
}
