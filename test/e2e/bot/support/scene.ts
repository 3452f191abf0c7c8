import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startSlack, type SlackEmulator } from "../../../../src/playground/slack/server.ts";
import type { UiMessage } from "../../../../src/playground/slack/ui-protocol.ts";
import type { Receipt } from "../../../../src/queue/jobs.ts";
import type { RolloutCommand } from "../../../../src/rollout/command.ts";
import type { CanaryView } from "../../../../src/rollout/view.ts";
import { startBot, type BotService } from "../../../../src/slack/bot-service.ts";
import { parsePolicy } from "../../../../src/slack/policy-file.ts";
import { eventually } from "../../../support/eventually.ts";
import { memoryLog, type LogLine } from "../../../unit/slack/support/log.ts";
import { NOON, progressing } from "../../../unit/slack/support/views.ts";
import { fakeNotes, FakeBoard, FakeQueue, FakeSnapshots, sign } from "./fakes.ts";

const policy = parsePolicy(
  readFileSync(join(import.meta.dirname, "../../../../deploy/samples/policy.yaml"), "utf8"),
  "sample",
);

export const never = new AbortController().signal;

export interface Scene extends AsyncDisposable {
  readonly slack: SlackEmulator;
  readonly queue: FakeQueue;
  readonly board: FakeBoard;
  readonly snapshots: FakeSnapshots;
  readonly bot: BotService;
  readonly lines: readonly LogLine[];
  /** Another bot over the same workspace, queue and board. */
  addBot(): Promise<BotService>;
  /** The n-th command that was passed on, as soon as it is. */
  command(index?: number): Promise<RolloutCommand>;
  give(receipt: Receipt, bot?: BotService): Promise<void>;
  announce(view: CanaryView): Promise<void>;
  /** Private words that a person sees, newest last. */
  told(name: string): readonly UiMessage[];
  /** Waits until the newest private words of a person match. */
  sees(name: string, words: RegExp): Promise<UiMessage>;
}

export interface SceneOptions {
  readonly transport?: "socket" | "http";
  readonly grace?: number;
}

/** An emulated workspace with a real bot in it; queue, snapshots and shared memory are fakes that a test steers. */
export async function openScene({ transport = "socket", grace = 300 }: SceneOptions = {}): Promise<Scene> {
  const slack = await startSlack({ rateLimits: "off" });
  const [queue, board, snapshots] = [new FakeQueue(), new FakeBoard(), new FakeSnapshots()];
  snapshots.views = [progressing({ root: null })];
  snapshots.health = [{ name: "prod-eu", state: "live", lastSeen: NOON, workers: 1 }];
  const notes = fakeNotes();
  const { log, lines } = memoryLog();
  const bots: BotService[] = [];
  const addBot = async (): Promise<BotService> => {
    const bot = await startBot({
      transport:
        transport === "socket"
          ? { kind: "socket", appToken: slack.appToken }
          : { kind: "http", signingSecret: slack.signingSecret, port: 0 },
      botToken: slack.botToken,
      apiUrl: slack.apiUrl,
      defaultChannel: "deploys",
      policy: () => policy,
      sender: queue,
      sign,
      board,
      notes,
      snapshots,
      log,
      now: () => Date.now(),
      times: { grace, addAgain: 150, doubt: 700, expire: 2_000 },
    });
    bots.push(bot);
    return bot;
  };
  const bot = await addBot();
  if (transport === "http")
    slack.setDelivery({ kind: "http", requestUrl: `http://127.0.0.1:${bot.port}/slack/events` });
  const told = (name: string) => slack.ephemeralsFor(name);
  return {
    slack,
    queue,
    board,
    snapshots,
    bot,
    lines,
    addBot,
    told,
    command: (index = 0) =>
      eventually(() => {
        const command = queue.commands()[index];
        if (command === undefined)
          throw new Error(`no command ${index} was passed on; told: ${JSON.stringify(lines.slice(-3))}`);
        return command;
      }),
    give: (receipt, to = bot) => to.run({ kind: "receipt", receipt }, never),
    announce: (view) => bot.run({ kind: "announce", view }, never),
    sees: (name, words) =>
      eventually(() => {
        const last = told(name).at(-1);
        if (last === undefined || !words.test(last.text)) throw new Error(`${name} sees: ${last?.text ?? "nothing"}`);
        return last;
      }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(bots.map((one) => one.stop()));
      await slack.stop();
    },
  };
}
