import { Consumer } from "../../../src/queue/consumer.ts";
import { RolloutJob, rolloutsQueue } from "../../../src/queue/jobs.ts";
import { createCommandSender } from "../../../src/queue/sender.ts";
import { signCommand } from "../../../src/queue/signature.ts";
import { KEY, sampleCommand } from "./samples.ts";

/** A process that works until its input ends, stops everything, and has to end by itself after that. */
const [, , redisUrl = "", cluster = ""] = process.argv;
const log = { debug() {}, info() {}, warn() {}, error() {} };
const sender = createCommandSender({ redisUrl, log });
const consumer = new Consumer({
  queue: rolloutsQueue(cluster),
  schema: RolloutJob,
  redisUrl,
  concurrency: 1,
  log,
  run: async () => void process.stdout.write("took it\n"),
});
consumer.start();
await sender.send(signCommand(sampleCommand({ cluster }), KEY));
process.stdin.resume().once("end", () => {
  void Promise.all([consumer.stop(100), sender.close()]).then(() => process.stdout.write("stopped\n"));
});
