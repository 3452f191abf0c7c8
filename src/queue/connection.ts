import { Redis } from "ioredis";
import type { Log } from "../telemetry/log.ts";

/** How long a command to Redis may take before whoever waits is told that it failed. */
const PATIENCE_MS = 2_000;
const DEADLINE_MS = 2_500;
/** The server refused for a reason of its own state: a connection to it is of no use until it is made anew. */
const USELESS = /^(READONLY|UNBLOCKED|LOADING|MASTERDOWN)/;

/** Where Redis is, in the words of ioredis: a host and port, or the path of a socket. */
export type RedisAddress = {
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
} & (
  | { readonly path: string }
  | { readonly host: string; readonly port: number; readonly tls?: { readonly servername: string } }
);

/** How a connection behaves; the names are those of ioredis. */
export type RedisSettings = RedisAddress & {
  maxRetriesPerRequest: number | null;
  connectTimeout: number;
  keepAlive: number;
  enableOfflineQueue?: boolean;
  commandTimeout?: number;
  retryStrategy: (attempt: number) => number;
  reconnectOnError: (error: Error) => boolean;
};

/**
 * Where Redis is, for ioredis: `redis://`, `rediss://` (TLS) or `unix://` followed by the socket's path.
 * A database may follow as path (`redis://host/2`) or, for sockets, as `?db=2`.
 */
export function redisAddress(text: string): RedisAddress {
  const url = new URL(text);
  const secrets = {
    ...(url.username !== "" && { username: decodeURIComponent(url.username) }),
    ...(url.password !== "" && { password: decodeURIComponent(url.password) }),
  };
  if (url.protocol === "unix:") {
    return { path: decodeURIComponent(url.pathname), db: Number(url.searchParams.get("db") ?? 0), ...secrets };
  }
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? 6379 : Number(url.port),
    db: Number(url.pathname.slice(1) || 0),
    ...secrets,
    ...(url.protocol === "rediss:" && { tls: { servername: url.hostname } }),
  };
}

/** Options of a connection that tries for ever to come back, in steps of at most 2 s. */
export function patientOptions(url: string): RedisSettings {
  return {
    ...redisAddress(url),
    maxRetriesPerRequest: null,
    connectTimeout: 5_000,
    keepAlive: 10_000,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000) * (0.5 + Math.random() / 2),
    reconnectOnError: (error) => USELESS.test(error.message),
  };
}

/** Options of a connection that answers within 2 s, if only by failing: for whatever somebody waits for. */
export function failFastOptions(url: string): RedisSettings {
  return {
    ...patientOptions(url),
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: PATIENCE_MS,
  };
}

/** A connection that tries for ever, and the copies that BullMQ makes of it. */
export interface PatientConnection {
  readonly redis: Redis;
  /** Ends it and its copies at once, whatever still waits for Redis on them. */
  end(): void;
}

/** Opens a patient connection. BullMQ would wait for ever to say goodbye to a Redis that is away; its owner need not. */
export function connectPatient(url: string): PatientConnection {
  const redis = new Redis(patientOptions(url));
  const all = [redis];
  const duplicate = redis.duplicate.bind(redis);
  redis.duplicate = (override) => {
    const copy = duplicate(override);
    all.push(copy);
    return copy;
  };
  return {
    redis,
    end: () => {
      for (const one of all) {
        // BullMQ takes its own listeners away when it closes.
        one.on("error", () => undefined);
        one.disconnect();
      }
    },
  };
}

/** A connection of our own that fails fast. Losing it is logged once, and it comes back by itself. */
export function connectFailFast(url: string, log: Log): Redis {
  const redis = new Redis(failFastOptions(url));
  logConnection(redis, log);
  return redis;
}

/**
 * Resolves when the connection can be used. Waits while it is being made for the first time, at most 2.5 s; when it was lost,
 * rejects at once.
 */
export async function whenReady(redis: Redis): Promise<void> {
  if (redis.status === "ready") return;
  if (!["wait", "connecting", "connect"].includes(redis.status)) throw new Error(`redis is away (${redis.status})`);
  await withDeadline(new Promise<void>((resolve) => redis.once("ready", resolve)));
}

/** Rejects after 2.5 s. What was asked may still happen later: jobs that must not be doubled have ids of their own. */
export async function withDeadline<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Closes what uses a connection of its own, then the connection. Does not wait for a Redis that is away. */
export async function closeWith(redis: Redis, users: readonly { close(): Promise<void> }[]): Promise<void> {
  const closed = Promise.allSettled(users.map((user) => user.close()));
  if (redis.status === "ready") {
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 500).unref())]);
  }
  redis.disconnect();
}

/** Logs when a connection is lost and when it is back, once each. */
export function logConnection(redis: Redis, log: Log): void {
  let lost = false;
  redis.on("error", (error: Error) => {
    if (!lost) log.warn({ error: error.message }, "lost redis, trying again");
    lost = true;
  });
  redis.on("ready", () => {
    if (lost) log.info({}, "redis is back");
    lost = false;
  });
}
