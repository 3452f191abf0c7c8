import { configOrExit, readBotConfig, type BotConfig } from "./config.ts";
import { explain } from "./errors.ts";
import { Consumer } from "./queue/consumer.ts";
import { ANNOUNCEMENTS_QUEUE, AnnouncementJob } from "./queue/jobs.ts";
import { createReceiptBoard } from "./queue/receipts.ts";
import { createCommandSender } from "./queue/sender.ts";
import { signCommand } from "./queue/signature.ts";
import { createNoteKeeper } from "./queue/thread-notes.ts";
import { startBot, type BotService } from "./slack/bot-service.ts";
import { PolicyFile } from "./slack/policy-file.ts";
import { createSnapshotReader } from "./snapshots/redis-reader.ts";
import { createBotMetrics, type BotMetrics } from "./telemetry/bot-metrics.ts";
import { startHealthServer } from "./telemetry/health-server.ts";
import type { Log } from "./telemetry/log.ts";
import { createLogger } from "./telemetry/logger.ts";

/** Rollouts that are drawn at the same time. Most of that time is waiting for Slack's limits. */
const CONCURRENCY = 40;
/** How long jobs may take to end when the process is asked to; Kubernetes kills after 30 s. */
const STOP_WITHIN_MS = 5_000;

/** Puts a bot together and starts it; answers how to stop it. */
async function openBot(config: BotConfig, log: Log): Promise<() => Promise<void>> {
  const { slack, redisUrl, commandKey, healthPort } = config;
  const policy = new PolicyFile(config.policyFile, log);
  await policy.start();
  let bot: BotService | null = null;
  const metrics = createBotMetrics(() => bot?.connected() ?? false);
  const consumer = createConsumer(config, { log, metrics, service: () => bot });
  const health = await startHealthServer({
    port: healthPort,
    registry: metrics.registry,
    log,
    checks: [
      { name: "slack", needed: true, problem: () => (bot?.connected() ? "" : "Slack cannot reach this bot yet") },
      { name: "queue", needed: false, problem: () => consumer.problem() },
    ],
  });
  const sender = createCommandSender({ redisUrl, log });
  const board = createReceiptBoard({ redisUrl, log });
  const notes = createNoteKeeper({ redisUrl, log });
  const snapshots = createSnapshotReader({ redisUrl, log });
  bot = await startBot({
    transport: slack.transport,
    botToken: slack.botToken,
    apiUrl: slack.apiUrl,
    defaultChannel: slack.defaultChannel,
    policy: () => policy.current,
    sender,
    sign: (command) => signCommand(command, commandKey),
    board,
    notes,
    snapshots,
    log,
    now: () => Date.now(),
  });
  consumer.start();
  return async () => {
    // Receipts are taken to the end, since they are what the last wishes wait for.
    await bot?.stop();
    await consumer.stop(STOP_WITHIN_MS);
    policy.stop();
    await Promise.all([sender.close(), board.close(), notes.close(), snapshots.close(), health.close()]);
  };
}

interface ConsumerParts {
  readonly log: Log;
  readonly metrics: BotMetrics;
  readonly service: () => BotService | null;
}

function createConsumer({ redisUrl }: BotConfig, { log, metrics, service }: ConsumerParts): Consumer<AnnouncementJob> {
  return new Consumer({
    queue: ANNOUNCEMENTS_QUEUE,
    schema: AnnouncementJob,
    redisUrl,
    concurrency: CONCURRENCY,
    log,
    run: async (job, signal) => {
      try {
        await service()?.run(job, signal);
        metrics.jobEnded(job.kind, "done");
      } catch (error) {
        metrics.jobEnded(job.kind, "failed");
        throw error;
      }
    },
  });
}

const config = configOrExit(readBotConfig);
const log = createLogger({ process: "bot", level: config.logLevel });
// The Socket Mode client leaves some rejections to nobody when a reconnect races a disconnect; it comes back by itself, and
// /readyz tells when it does not.
process.on("unhandledRejection", (error) => log.error({ error: explain(error) }, "nobody waited for a failure"));

try {
  const stop = await openBot(config, log);
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      log.info({ signal }, "bot stops");
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ error: explain(error) }, "bot did not stop in order");
          process.exit(1);
        },
      );
    });
} catch (error) {
  log.error({ error: explain(error) }, "bot cannot start");
  process.exit(1);
}
