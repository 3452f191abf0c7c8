import { Consumer } from "../../../src/queue/consumer.ts";
import { RolloutJob, rolloutsQueue } from "../../../src/queue/jobs.ts";

/** A process that takes a job and never finishes it; the test kills it. */
const [, , redisUrl = "", cluster = ""] = process.argv;
const log = { debug() {}, info() {}, warn() {}, error() {} };
new Consumer({
  queue: rolloutsQueue(cluster),
  schema: RolloutJob,
  redisUrl,
  concurrency: 1,
  log,
  run: async () => {
    process.stdout.write("took it\n");
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  },
}).start();
