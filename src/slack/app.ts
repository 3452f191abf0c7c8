import bolt from "@slack/bolt";
import { explain } from "../errors.ts";
import type { Log } from "../telemetry/log.ts";
import type { Ask } from "./ask.ts";
import type { HomePublisher } from "./home.ts";
import type { Identity } from "./interactive-client.ts";
import { boltLogger } from "./bolt-logger.ts";
import { listenToButtons } from "./buttons/listen.ts";
import { listenToForms } from "./forms.ts";
import { listenToMentions } from "./mentions.ts";
import { listenToCommands } from "./slash-commands/listen.ts";
import type { Once } from "./once.ts";
import type { Views } from "./interactive-client.ts";
import type { SlackApi } from "./slack-api.ts";
import type { SnapshotReader } from "../snapshots/snapshots.ts";
import type { Permissions } from "./permissions.ts";
import { openConnection, type Transport } from "./transport.ts";

export type BoltApp = InstanceType<typeof bolt.App>;

/** What listeners work with. */
export interface ListenerParts {
  readonly ask: Ask;
  readonly home: HomePublisher;
  readonly views: Views;
  readonly slack: Pick<SlackApi, "whisper">;
  readonly snapshots: SnapshotReader;
  readonly permissions: Permissions;
  readonly identity: Identity;
  /** Event ids that were taken before. */
  readonly events: Once;
  readonly log: Log;
}

export interface SlackAppOptions extends ListenerParts {
  readonly transport: Transport;
  readonly apiUrl: string;
  readonly botToken: string;
  readonly now: () => number;
}

export interface SlackApp {
  /** Resolves when Slack can reach the bot, with the port that takes its requests (0 with Socket Mode). */
  start(): Promise<number>;
  /** Takes nothing more, and waits for what was taken, up to `patience` milliseconds. */
  stop(patience: number): Promise<void>;
  connected(): boolean;
}

/** The Bolt app in either transport, with every listener. Each acknowledges first and authorizes before anything else. */
export function createSlackApp(options: SlackAppOptions): SlackApp {
  const { transport, apiUrl, botToken, identity, log, now } = options;
  const logger = boltLogger(log);
  const connection = openConnection({ transport, apiUrl, logger, now });
  const app = new bolt.App({
    token: botToken,
    receiver: connection.receiver,
    botId: identity.botId,
    botUserId: identity.botUser,
    convoStore: false,
    tokenVerificationEnabled: false,
    clientOptions: { slackApiUrl: apiUrl, retryConfig: { retries: 0 } },
    logger,
  });
  const running = new Set<Promise<void>>();
  app.use(async ({ next }) => {
    const work = next();
    running.add(work);
    try {
      await work;
    } finally {
      running.delete(work);
    }
  });
  app.error(async (error) => log.error({ error: explain(error) }, "a delivery from Slack could not be handled"));
  listenToCommands(app, options);
  listenToButtons(app, options);
  listenToForms(app, options);
  listenToMentions(app, options);
  return {
    start: () => connection.start(),
    connected: () => connection.connected(),
    stop: async (patience) => {
      const late = new Promise<void>((resolve) => setTimeout(resolve, patience).unref());
      const closed = connection
        .stop()
        .catch((error: unknown) => log.warn({ error: explain(error) }, "connection to Slack did not close"));
      await Promise.race([Promise.allSettled([...running, closed]), late]);
    },
  };
}
