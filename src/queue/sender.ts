import { createHash, randomUUID } from "node:crypto";
import { Job, Queue, type JobsOptions } from "bullmq";
import type { Redis } from "ioredis";
import type { Log } from "../telemetry/log.ts";
import { closeWith, connectFailFast, whenReady, withDeadline } from "./connection.ts";
import {
  ANNOUNCEMENTS_QUEUE,
  rolloutsQueue,
  type AnnouncementJob,
  type CommandSender,
  type RolloutJob,
  type WorkerSender,
} from "./jobs.ts";

/** Lower runs first; jobs without one run before all. A bot's report never waits behind a thousand passes. */
const PASS_PRIORITY = 10;
const REPORT_PRIORITY = 5;

const RETRIES = { attempts: 8, backoff: { type: "exponential", delay: 500, jitter: 0.5 } } as const;
/** Finished jobs go at once: the record is the truth, and a kept job would keep its id from being added again. */
const GONE_WHEN_DONE = { removeOnComplete: true, removeOnFail: true } as const;

export interface SenderOptions {
  readonly redisUrl: string;
  readonly log: Log;
}

/** Something that holds connections. */
export interface Closable {
  close(): Promise<void>;
}

/** A bot's sender. Adding a command again under the same id while it waits or runs changes nothing. */
export function createCommandSender(options: SenderOptions): CommandSender & Closable {
  const queues = openQueues(options);
  const queueOf = (cluster: string) => queues.named(rolloutsQueue(cluster));
  return {
    send: async (signed) => {
      const job: RolloutJob = { kind: "command", signed };
      const jobId = `command-${digest(signed.command.id + signed.signature)}`;
      await add(queueOf(signed.command.cluster), job, { jobId, ...RETRIES, ...GONE_WHEN_DONE });
    },
    sendPosted: async (cluster, posted) => {
      await add(queueOf(cluster), posted, { priority: REPORT_PRIORITY, ...RETRIES, ...GONE_WHEN_DONE });
    },
    close: queues.close,
  };
}

/** A worker's sender. Everything it does is a courtesy that may fail: nothing that moves traffic waits for it. */
export function createWorkerSender(cluster: string, options: SenderOptions): WorkerSender & Closable {
  const queues = openQueues(options);
  const rollouts = queues.named(rolloutsQueue(cluster));
  const announcements = queues.named(ANNOUNCEMENTS_QUEUE);
  return {
    announce: async (view) => {
      const id = `rollout-${digest(`${view.cluster}/${view.namespace}/${view.name}`)}`;
      await addNewest(announcements, { kind: "announce", view }, id);
    },
    sendReceipt: async (receipt) => {
      await add(announcements, { kind: "receipt", receipt }, { ...RETRIES, ...GONE_WHEN_DONE });
    },
    wakeAt: async ({ namespace, name }, at) => {
      const deduplication = { id: `wake-${digest(`${namespace}/${name}`)}`, replace: true, keepLastIfActive: true };
      const delay = Math.max(0, Math.ceil(at - Date.now()));
      const job: RolloutJob = { kind: "pass", namespace, name };
      await add(rollouts, job, { delay, deduplication, priority: PASS_PRIORITY, ...GONE_WHEN_DONE });
    },
    close: queues.close,
  };
}

/**
 * Adds a job of which only the newest data matters: at most one runs and one waits under `id`. BullMQ keeps the newest data
 * while one runs; while one only waits it would drop them, so they are put into the job that waits.
 */
async function addNewest(target: SharedQueue, data: AnnouncementJob, id: string): Promise<void> {
  const { queue } = target;
  const deduplication = { id, keepLastIfActive: true };
  const jobId = `${id}-${randomUUID()}`;
  const added = await add(target, data, { jobId, deduplication, ...RETRIES, ...GONE_WHEN_DONE });
  if (added.id === jobId || added.id === undefined) return;
  const waiting = await withDeadline(Job.fromId(queue, added.id));
  if (waiting === undefined) return;
  if ((await withDeadline(waiting.getState())) !== "unknown") {
    await withDeadline(waiting.updateData(data));
    return;
  }
  // Its key survived an outage but it stands in no list: it will never run, and would block this rollout for ever.
  await withDeadline(queue.removeDeduplicationKey(id));
  await add(target, data, { jobId, deduplication, ...RETRIES, ...GONE_WHEN_DONE });
}

/** Opens queues that share one connection. */
function openQueues({ redisUrl, log }: SenderOptions) {
  const redis = connectFailFast(redisUrl, log);
  const open = new Map<string, SharedQueue>();
  return {
    named: (name: string): SharedQueue => {
      const shared = open.get(name) ?? { redis, queue: openQueue(name, redis) };
      open.set(name, shared);
      return shared;
    },
    close: () =>
      closeWith(
        redis,
        [...open.values()].map(({ queue }) => queue),
      ),
  };
}

interface SharedQueue {
  readonly redis: Redis;
  readonly queue: Queue;
}

function openQueue(name: string, redis: Redis): Queue {
  const queue = new Queue(name, { connection: redis, streams: { events: { maxLen: 1_000 } } });
  // The connection logs its own troubles; without a listener they would end the process.
  queue.on("error", () => undefined);
  return queue;
}

async function add(target: SharedQueue, job: RolloutJob | AnnouncementJob, options: JobsOptions): Promise<Job> {
  const { queue, redis } = target;
  try {
    await whenReady(redis);
    return await withDeadline(queue.add(job.kind, job, options));
  } catch (error) {
    throw new Error(`while adding a ${job.kind} job to ${queue.name}: is Redis reachable?`, { cause: error });
  }
}

/** BullMQ ids may not hold a colon, and names of canaries are long. */
function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
