import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRedis, type PrivateRedis } from "../../../../src/playground/services/redis.ts";
import { silentLog } from "../../../../src/playground/services/log.ts";
import { startSlack, type SlackEmulator } from "../../../../src/playground/slack/server.ts";
import { playgroundPolicy } from "../../../../src/playground/stage/policy.ts";
import { startProduct, type ProductProcess } from "../../../../src/playground/stage/product.ts";
import { Consumer } from "../../../../src/queue/consumer.ts";
import { RolloutJob, rolloutsQueue } from "../../../../src/queue/jobs.ts";
import { createWorkerSender } from "../../../../src/queue/sender.ts";
import { isSigned } from "../../../../src/queue/signature.ts";
import type { RolloutCommand } from "../../../../src/rollout/command.ts";
import type { CanaryView } from "../../../../src/rollout/view.ts";
import { RedisSnapshotWriter } from "../../../../src/snapshots/redis-writer.ts";
import { memoryLog } from "../../../unit/slack/support/log.ts";

const COMMAND_KEY = "k".repeat(64);
export const CLUSTER = "prod-eu";

/** A worker's outside, played by the test: it answers commands, folds reports in, and announces what it is told to. */
export interface PlayedWorker {
  readonly commands: RolloutCommand[];
  readonly through: () => number;
  readonly root: () => CanaryView["root"];
  /** What becomes of the next commands. */
  answer: (command: RolloutCommand) => Promise<void>;
  /** The canary as it stands now; `announce` sends it with what is not yet said. */
  show(view: CanaryView): void;
  announce(): Promise<void>;
}

export interface ProcessScene extends AsyncDisposable {
  readonly slack: SlackEmulator;
  readonly redis: PrivateRedis;
  readonly bots: readonly ProductProcess[];
  readonly worker: PlayedWorker;
}

/** Real bot processes, a real Redis, the emulated workspace, and a worker played by the test. */
export async function startProcesses({
  bots: howMany = 1,
  transport = "socket",
}: { readonly bots?: number; readonly transport?: "socket" } = {}): Promise<ProcessScene> {
  const stack = new AsyncDisposableStack();
  try {
    const directory = await mkdtemp(join(tmpdir(), "coalmine-bot-"));
    stack.defer(() => rm(directory, { recursive: true, force: true }));
    const redis = await startRedis({ directory: join(directory, "redis"), log: silentLog });
    stack.defer(() => redis.stop());
    const slack = await startSlack({ rateLimits: "off" });
    stack.defer(() => slack.stop());
    const policyFile = join(directory, "policy.yaml");
    await writeFile(policyFile, playgroundPolicy(slack.ids));
    const environment = {
      REDIS_URL: redis.url,
      COMMAND_KEY,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_API_URL: slack.apiUrl,
      SLACK_DEFAULT_CHANNEL: "#deploys",
      SLACK_TRANSPORT: transport,
      SLACK_APP_TOKEN: slack.appToken,
      POLICY_FILE: policyFile,
    };
    const bots: ProductProcess[] = [];
    for (let index = 0; index < howMany; index += 1) {
      const bot = await startProduct({ kind: "bot", name: `bot-${index}`, directory, environment });
      stack.defer(() => bot.stop());
      bots.push(bot);
    }
    const worker = await playWorker(redis.url, stack);
    return { slack, redis, bots, worker, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function playWorker(redisUrl: string, stack: AsyncDisposableStack): Promise<PlayedWorker> {
  const { log } = memoryLog();
  const sender = createWorkerSender(CLUSTER, { redisUrl, log });
  stack.defer(() => sender.close());
  const commands: RolloutCommand[] = [];
  const state: { view: CanaryView | null; through: number; root: CanaryView["root"] } = {
    view: null,
    through: 0,
    root: null,
  };
  const snapshots = new RedisSnapshotWriter({
    redisUrl,
    cluster: CLUSTER,
    clusterUid: "u-1",
    worker: "w-1",
    all: () => (state.view === null ? [] : [state.view]),
    log,
  });
  const played: PlayedWorker = {
    commands,
    through: () => state.through,
    root: () => state.root,
    answer: async (command) =>
      sender.sendReceipt({ command, outcome: { kind: "accepted", rollout: command.rollout, label: "6.1.0" } }),
    show: (view) => {
      state.view = { ...view, root: state.root, announcedThrough: state.through };
      snapshots.put(state.view);
    },
    announce: async () => {
      if (state.view === null) return;
      const { root, through } = state;
      const events = state.view.events.filter((event) => event.sequence > through);
      await sender.announce({ ...state.view, root, announcedThrough: through, events });
    },
  };
  const consumer = new Consumer({
    queue: rolloutsQueue(CLUSTER),
    schema: RolloutJob,
    redisUrl,
    concurrency: 4,
    log,
    run: async (job) => {
      if (job.kind === "posted") {
        state.through = Math.max(state.through, job.through);
        state.root = job.root;
      }
      if (job.kind !== "command" || !isSigned(job.signed, COMMAND_KEY)) return;
      if (!commands.some(({ id }) => id === job.signed.command.id)) commands.push(job.signed.command);
      await played.answer(job.signed.command);
    },
  });
  consumer.start();
  await snapshots.start();
  stack.defer(async () => {
    await consumer.stop(1_000);
    await snapshots.stop();
  });
  return played;
}
