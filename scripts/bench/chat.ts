import { Consumer } from "../../src/queue/consumer.ts";
import { AnnouncementJob, ANNOUNCEMENTS_QUEUE } from "../../src/queue/jobs.ts";
import { createCommandSender } from "../../src/queue/sender.ts";

/** A stand-in for the bot: confirms at once that every announced event stands in chat, as a bot does that keeps up. */
export interface Chat {
  /** How many reports it has sent back. */
  confirmed(): number;
  stop(): Promise<void>;
}

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const CONCURRENCY = 20;

export function startChat(redisUrl: string): Chat {
  const sender = createCommandSender({ redisUrl, log: quiet });
  let confirmed = 0;
  const run = async (job: AnnouncementJob): Promise<void> => {
    if (job.kind === "receipt") return;
    const { cluster, namespace, name, rollout, announcedThrough, events } = job.view;
    const through = events.at(-1)?.sequence ?? 0;
    if (through <= announcedThrough) return;
    const root = { channel: "C0BENCH0001", ts: `${rollout}.000001` };
    await sender.sendPosted(cluster, { kind: "posted", namespace, name, rollout, root, through });
    confirmed += 1;
  };
  const queue = ANNOUNCEMENTS_QUEUE;
  const consumer = new Consumer({
    queue,
    schema: AnnouncementJob,
    redisUrl,
    concurrency: CONCURRENCY,
    log: quiet,
    run,
  });
  consumer.start();
  return {
    confirmed: () => confirmed,
    stop: async () => {
      await consumer.stop(500);
      await sender.close();
    },
  };
}
