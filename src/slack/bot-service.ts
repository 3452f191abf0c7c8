import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { ErrorCode, type WebClientOptions } from "@slack/web-api";
import { explain, TerminalError } from "../errors.ts";
import type { AnnouncementJob, CommandSender, SignedCommand } from "../queue/jobs.ts";
import type { ReceiptBoard } from "../queue/receipts.ts";
import type { NoteKeeper } from "../queue/thread-notes.ts";
import type { RolloutCommand } from "../rollout/command.ts";
import type { SnapshotReader } from "../snapshots/snapshots.ts";
import type { Log } from "../telemetry/log.ts";
import { Announcer } from "./announcer.ts";
import { createSlackApp, type SlackApp } from "./app.ts";
import { Ask } from "./ask.ts";
import { createBackgroundClient } from "./background-client.ts";
import { boltLogger } from "./bolt-logger.ts";
import { Channels } from "./channels.ts";
import { CommandDesk, type DeskTimes } from "./commands.ts";
import { HomePublisher } from "./home.ts";
import { createInteractiveClient, type Identity, type InteractiveClient } from "./interactive-client.ts";
import { Once } from "./once.ts";
import { outcomeMessage } from "./outcome.ts";
import { People } from "./people.ts";
import { Permissions } from "./permissions.ts";
import { approversOf, type Policy } from "./policy.ts";
import { rememberIn } from "./posted.ts";
import type { SlackApi } from "./slack-api.ts";
import type { Transport } from "./transport.ts";

const EVENTS_KEPT = 10 * 60_000;
const LONGEST_WAIT = 30_000;

export interface BotOptions {
  readonly transport: Transport;
  readonly botToken: string;
  /** Base of the Web API, ends with a slash. */
  readonly apiUrl: string;
  readonly defaultChannel: string;
  readonly policy: () => Policy;
  readonly sender: CommandSender;
  readonly sign: (command: RolloutCommand) => SignedCommand;
  readonly board: ReceiptBoard;
  readonly notes: NoteKeeper;
  readonly snapshots: SnapshotReader;
  readonly log: Log;
  readonly now: () => number;
  readonly times?: DeskTimes;
}

/** A bot that Slack can reach. */
export interface BotService {
  /** Port that takes Slack's requests; 0 with Socket Mode. */
  readonly port: number;
  /** Does one job of the announcements queue. Rejects when it has to be tried again. */
  run(job: AnnouncementJob, signal: AbortSignal): Promise<void>;
  /** Whether Slack can reach this process now. */
  connected(): boolean;
  /** Takes nothing more, answers what was taken, and lets go. */
  stop(): Promise<void>;
}

/** Connects all parts of the bot and opens it to Slack. Rejects with a TerminalError when Slack refuses the token. */
export async function startBot(options: BotOptions): Promise<BotService> {
  const { log, botToken, apiUrl, snapshots, now } = options;
  const webOptions = (): WebClientOptions => ({ slackApiUrl: apiUrl, logger: boltLogger(log) });
  const interactive = createInteractiveClient(botToken, webOptions());
  const slack = createBackgroundClient({ token: botToken, client: webOptions(), now });
  const identity = await identify(interactive, log);
  const people = new People({ directory: interactive, team: identity.team, log, now });
  const permissions = new Permissions({ people, policy: options.policy, log });
  const desk = createDesk(options, slack, identity);
  const shared = { permissions, snapshots, workspace: identity.workspace, log };
  const ask = new Ask({ ...shared, desk });
  const home = new HomePublisher({ ...shared, views: interactive, now });
  const announcer = createAnnouncer(options, slack);
  const events = new Once(EVENTS_KEPT, now);
  const { transport } = options;
  const app = createSlackApp({
    transport,
    apiUrl,
    botToken,
    now,
    ask,
    home,
    views: interactive,
    slack,
    snapshots,
    permissions,
    identity,
    events,
    log,
  });
  await desk.start();
  const port = await app.start();
  log.info({ team: identity.team, transport: transport.kind, port }, "bot is open to slack");
  return {
    port,
    connected: () => app.connected(),
    stop: () => close(app, desk, home),
    run: async (job, signal) => {
      if (job.kind === "receipt") return await desk.take(job.receipt);
      home.changed();
      await announcer.announce(job.view, signal);
    },
  };
}

function createDesk(options: BotOptions, slack: SlackApi, identity: Identity): CommandDesk {
  const { sender, sign, board, snapshots, log, now, times } = options;
  return new CommandDesk({
    sender,
    sign,
    board,
    log,
    now,
    via: `bot-${randomUUID()}`,
    outcome: (receipt) => outcomeMessage(receipt, { snapshots, workspace: identity.workspace }),
    whisper: ({ channel, actor }, message) => slack.whisper({ channel, user: actor.user }, message),
    ...(times !== undefined && { times }),
  });
}

function createAnnouncer({ sender, notes, defaultChannel, policy, log, now }: BotOptions, slack: SlackApi): Announcer {
  return new Announcer({
    slack,
    memory: rememberIn(notes),
    sender,
    channels: new Channels(slack, now),
    defaultChannel,
    audience: { approvers: (canary, group) => approversOf(policy(), canary, group) },
    log,
    now,
  });
}

async function close(app: SlackApp, desk: CommandDesk, home: HomePublisher): Promise<void> {
  const left = app.stop(4_000);
  await desk.stop();
  await left;
  home.stop();
}

/** Who we are, as soon as Slack says so. A refused token ends the bot; anything else is tried again for ever. */
async function identify(client: InteractiveClient, log: Log): Promise<Identity> {
  for (let wait = 500; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    try {
      return await client.identity();
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === ErrorCode.PlatformError)
        throw new TerminalError("while asking Slack who this bot is: check SLACK_BOT_TOKEN", { cause: error });
      log.warn({ error: explain(error) }, "slack does not answer, trying again");
      await pause(wait);
    }
  }
}
