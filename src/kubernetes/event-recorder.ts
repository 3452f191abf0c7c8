import { randomBytes } from "node:crypto";
import type { CanaryRef } from "../rollout/canary.ts";
import { explain } from "../errors.ts";
import type { Log } from "../telemetry/log.ts";
import { MERGE_PATCH, type KubernetesClient } from "./client.ts";
import type { EventRecorder } from "./cluster.ts";
import { collectionPath, EVENTS } from "./collection.ts";

export interface EventRecorderOptions {
  readonly client: Pick<KubernetesClient, "request">;
  readonly log: Log;
  /** Milliseconds between two requests. Default 200. */
  readonly everyMs?: number;
}

/** A recorder that writes until it is stopped. */
export interface RunningRecorder extends EventRecorder {
  /** Resolves when everything that was recorded has been written or given up, or after `withinMs` (default: no limit). */
  drained(withinMs?: number): Promise<void>;
  stop(): void;
}

/** Events waiting to be written; more are dropped, the oldest first. */
const WAITING = 200;
/** Repeats are counted on the same Event for so long. */
const SAME_FOR_MS = 600_000;
const REMEMBERED = 500;

type Said = Parameters<EventRecorder["record"]>[1];

/** One Event object, written once and then counted up. */
interface Entry {
  readonly about: CanaryRef;
  readonly said: Said;
  readonly name: string;
  readonly firstAt: string;
  lastAt: string;
  count: number;
  written: boolean;
  queued: boolean;
  touchedAt: number;
}

/** Writes Events about Canaries in the background, a few a second. What it cannot write it drops and logs. */
export function createEventRecorder({ client, log, everyMs = 200 }: EventRecorderOptions): RunningRecorder {
  const entries = new Map<string, Entry>();
  const queue: Entry[] = [];
  let dropped = 0;
  let stopped = false;
  let writing: Promise<void> | null = null;

  const write = async (entry: Entry): Promise<void> => {
    entry.queued = false;
    const path = collectionPath(EVENTS, entry.about.namespace);
    try {
      if (entry.written) {
        const body = { count: entry.count, lastTimestamp: entry.lastAt };
        await client.request({ method: "PATCH", path: `${path}/${entry.name}`, body, contentType: MERGE_PATCH });
      } else {
        await client.request({ method: "POST", path, body: eventObject(entry) });
        entry.written = true;
      }
    } catch (error) {
      entries.delete(keyOf(entry.about, entry.said));
      log.warn({ reason: explain(error), event: entry.said.reason }, "event could not be written");
    }
  };

  const drain = async (): Promise<void> => {
    for (let entry = queue.shift(); entry !== undefined && !stopped; entry = queue.shift()) {
      await write(entry);
      if (queue.length > 0) await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    if (dropped > 0) log.warn({ dropped }, "events were dropped because too many waited");
    dropped = 0;
    writing = null;
  };

  const remember = (key: string, entry: Entry): void => {
    entries.delete(key);
    entries.set(key, entry);
    const [oldest] = entries.keys();
    if (entries.size > REMEMBERED && oldest !== undefined) entries.delete(oldest);
  };

  return {
    record(about, said) {
      if (stopped) return;
      const key = keyOf(about, said);
      const entry = repeat(entries.get(key)) ?? begin(about, said);
      remember(key, entry);
      if (entry.queued) return;
      entry.queued = true;
      queue.push(entry);
      if (queue.length > WAITING && queue.shift() !== undefined) dropped += 1;
      writing ??= drain();
    },
    async drained(withinMs) {
      if (withinMs === undefined) {
        while (writing !== null) await writing;
        return;
      }
      const { promise: over, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, withinMs);
      if (writing !== null) await Promise.race([writing, over]);
      clearTimeout(timer);
    },
    stop() {
      stopped = true;
      queue.length = 0;
    },
  };
}

const keyOf = ({ uid }: CanaryRef, { type, reason, message }: Said): string => [uid, type, reason, message].join("\n");
const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, "Z");

function begin(about: CanaryRef, said: Said): Entry {
  const at = now();
  const name = `${about.name}.${randomBytes(8).toString("hex")}`;
  const touchedAt = performance.now();
  return { about, said, name, firstAt: at, lastAt: at, count: 1, written: false, queued: false, touchedAt };
}

/** The same entry counted up; `null` when there is none that is recent enough. */
function repeat(entry: Entry | undefined): Entry | null {
  if (entry === undefined || performance.now() - entry.touchedAt > SAME_FOR_MS) return null;
  entry.count += 1;
  entry.lastAt = now();
  entry.touchedAt = performance.now();
  return entry;
}

function eventObject({ about, said, name, firstAt, lastAt, count }: Entry): object {
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace: about.namespace },
    involvedObject: {
      apiVersion: "flagger.app/v1beta1",
      kind: "Canary",
      namespace: about.namespace,
      name: about.name,
      uid: about.uid,
    },
    type: said.type,
    reason: said.reason,
    message: said.message.slice(0, 1_000),
    source: { component: "coalmine" },
    reportingComponent: "coalmine",
    reportingInstance: "",
    firstTimestamp: firstAt,
    lastTimestamp: lastAt,
    count,
  };
}
