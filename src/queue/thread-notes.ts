import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { closeWith, connectFailFast, whenReady } from "./connection.ts";
import type { Log } from "../telemetry/log.ts";

/**
 * Small notes that all bots share, written only by the one that holds the thing they are about. Everything rejects within
 * 2.5 s when Redis is away.
 */
export interface NoteKeeper {
  /** Takes hold of a name, or `null` while another process holds it. A dead holder lets go by itself after 8 s. */
  hold(name: string): Promise<NoteHold | null>;
  close(): Promise<void>;
}

export interface NoteHold {
  /** Redis was emptied a moment ago: whoever held this before may not have noticed yet. */
  readonly emptied: boolean;
  read(name: string): Promise<string | null>;
  /** Rejects, and writes nothing, when the hold was lost. */
  write(name: string, text: string): Promise<void>;
  /** Has to be called every 2 s or so. `false`: the hold was lost. */
  keep(): Promise<boolean>;
  release(): Promise<void>;
}

const PREFIX = "coalmine:bot:";
const HOLD_MS = 8_000;
const YOUNG_MS = 10_000;
const WEEK_S = 7 * 24 * 3600;

// Each is one step for Redis, so that nobody can lose a hold between being asked about it and using it.
const KEEP = `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("pexpire", KEYS[1], ARGV[2]) else return 0 end`;
const RELEASE = `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) else return 0 end`;
const WRITE = `if redis.call("get", KEYS[1]) ~= ARGV[1] then return 0 end
redis.call("set", KEYS[2], ARGV[2], "EX", ARGV[3])
redis.call("pexpire", KEYS[1], ARGV[4])
return 1`;

export function createNoteKeeper({ redisUrl, log }: { readonly redisUrl: string; readonly log: Log }): NoteKeeper {
  const redis = connectFailFast(redisUrl, log);
  return {
    hold: async (name) => {
      await whenReady(redis);
      const token = randomUUID();
      const lease = `${PREFIX}hold:${name}`;
      if ((await redis.set(lease, token, "PX", HOLD_MS, "NX")) !== "OK") return null;
      return { emptied: await wasEmptied(redis), ...holding(redis, lease, token) };
    },
    close: () => closeWith(redis, []),
  };
}

function holding(redis: Redis, lease: string, token: string): Omit<NoteHold, "emptied"> {
  return {
    read: (name) => redis.get(`${PREFIX}note:${name}`),
    write: async (name, text) => {
      const written = await redis.eval(WRITE, 2, lease, `${PREFIX}note:${name}`, token, text, WEEK_S, HOLD_MS);
      if (written !== 1) throw new Error(`while writing the note ${name}: another process has taken over`);
    },
    keep: async () => (await redis.eval(KEEP, 1, lease, token, HOLD_MS)) === 1,
    release: async () => void (await redis.eval(RELEASE, 1, lease, token)),
  };
}

/** The first one to look at an empty Redis leaves a mark for good, and another that says for a while how young the first is. */
async function wasEmptied(redis: Redis): Promise<boolean> {
  const first = (await redis.set(`${PREFIX}born`, "1", "NX")) === "OK";
  if (first) await redis.set(`${PREFIX}young`, "1", "PX", YOUNG_MS);
  return first || (await redis.exists(`${PREFIX}young`)) === 1;
}
