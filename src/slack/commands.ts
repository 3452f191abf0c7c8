import { setTimeout as pause } from "node:timers/promises";
import { explain } from "../errors.ts";
import type { CommandSender, Receipt, SignedCommand } from "../queue/jobs.ts";
import type { ReceiptBoard } from "../queue/receipts.ts";
import type { RolloutCommand } from "../rollout/command.ts";
import type { Log } from "../telemetry/log.ts";
import { timestamp } from "../units.ts";
import type { Answerer } from "./answerers.ts";
import { neverConfirmed, notConfirmed, notPassedOn, passing, stopping } from "./messages/answers.ts";
import type { Message } from "./messages/blocks.ts";

/** A wish that was understood and allowed: the command but for what this process adds. */
export type Wish = Omit<RolloutCommand, "via" | "issuedAt" | "expiresAt">;

/** How long things take, in milliseconds. Shortened in tests. */
export interface DeskTimes {
  /** How long an answer that nothing can replace waits for the outcome, so that usually only the outcome is shown. */
  readonly grace: number;
  readonly addAgain: number;
  readonly doubt: number;
  readonly expire: number;
}
export const DESK_TIMES: DeskTimes = { grace: 1_200, addAgain: 3_000, doubt: 15_000, expire: 120_000 };

/** How long a wish that was taken is not taken again, so that a double click is one wish. */
const SAME_WISH = 10_000;
const TELLING = 10_000;
const OTHER_BOT = 3_000;

export interface DeskParts {
  readonly sender: Pick<CommandSender, "send">;
  readonly sign: (command: RolloutCommand) => SignedCommand;
  readonly board: ReceiptBoard;
  /** The last way to tell a person: a private message in the channel where they asked. */
  readonly whisper: (command: RolloutCommand, message: Message) => Promise<void>;
  /** What to show for a receipt. Never rejects. */
  readonly outcome: (receipt: Receipt) => Promise<Message>;
  /** This process, as `command.via`. */
  readonly via: string;
  readonly log: Log;
  readonly now: () => number;
  readonly times?: DeskTimes;
}

/** A command that was passed on and has no outcome yet. */
interface Kept {
  readonly command: RolloutCommand;
  /** The version that the person had before them; empty when that is not known here. */
  readonly meant: string;
  readonly signed: SignedCommand;
  readonly answerer: Answerer;
  readonly done: Promise<void>;
  readonly finish: () => void;
  ended: boolean;
  /** Answers are shown one after the other. */
  line: Promise<void>;
}

/** Passes commands on and keeps each until its outcome was shown: exactly one, and an honest word when there is none yet. */
export class CommandDesk {
  readonly #parts: DeskParts;
  readonly #times: DeskTimes;
  readonly #kept = new Map<string, Kept>();
  #stopping = false;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#times = parts.times ?? DESK_TIMES;
  }

  async start(): Promise<void> {
    await this.#parts.board.listen(this.#parts.via, async (receipt) => void (await this.#settle(receipt)));
  }

  /** Waits a little for outcomes that are on their way. What stays open is told by another bot, or by this one when it is back. */
  async stop(patience = 2_000): Promise<void> {
    this.#stopping = true;
    const open = [...this.#kept.values()].map((kept) => kept.done);
    const late = new AbortController();
    await Promise.race([Promise.all(open), pause(patience, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
    for (const kept of this.#kept.values()) kept.finish();
  }

  /** Passes a wish on; `meant` names the version that the person had before them. Resolves when its outcome, or an honest word about its lack, was shown. A repeated wish is taken once, quietly. */
  async pass(wish: Wish, answerer: Answerer, meant = ""): Promise<void> {
    if (this.#stopping) return await answerer.show(stopping());
    if (this.#kept.has(wish.id)) return;
    const kept = this.#keep(wish, answerer, meant);
    try {
      if (!(await this.#parts.board.claim(`asked:${wish.id}`, SAME_WISH))) return this.#forget(kept);
      await this.#parts.sender.send(kept.signed);
    } catch (error) {
      this.#parts.log.warn({ command: wish.id, error: explain(error) }, "command could not be passed on");
      this.#forget(kept);
      await this.#parts.board.release(`asked:${wish.id}`).catch(() => undefined);
      return await this.#show(kept, notPassedOn(wordsFor(kept)));
    }
    this.#parts.log.info(
      { command: wish.id, verb: wish.verb, canary: wish.name, user: wish.actor.user },
      "command passed on",
    );
    await this.#seeThrough(kept);
  }

  /** Takes a receipt from the queue: shows it here, or lets the bot that has the person's screen do it, or whispers it. */
  async take(receipt: Receipt): Promise<void> {
    const { board, via } = this.#parts;
    const { command } = receipt;
    if (await this.#settle(receipt)) return;
    if (await board.wasTold(command.id)) return;
    if (command.via !== via && (await board.pass(receipt)) && (await this.#toldWithin(command.id, OTHER_BOT))) return;
    if (!(await board.claim(`telling:${command.id}`, TELLING)))
      throw new Error(`while telling the outcome of ${command.id}: another bot is at it, trying again later`);
    if (await board.wasTold(command.id)) return;
    await this.#parts.whisper(command, await this.#parts.outcome(receipt));
    await board.noteTold(command.id);
  }

  #keep(wish: Wish, answerer: Answerer, meant: string): Kept {
    const now = this.#parts.now();
    const command: RolloutCommand = {
      ...wish,
      via: this.#parts.via,
      issuedAt: timestamp(now),
      expiresAt: timestamp(now + this.#times.expire),
    };
    const { promise, resolve } = Promise.withResolvers<void>();
    const kept: Kept = {
      command,
      meant,
      signed: this.#parts.sign(command),
      answerer,
      done: promise,
      finish: resolve,
      ended: false,
      line: Promise.resolve(),
    };
    this.#kept.set(wish.id, kept);
    return kept;
  }

  #forget(kept: Kept): void {
    kept.ended = true;
    this.#kept.delete(kept.command.id);
    kept.finish();
  }

  /** Says that it is on its way, adds it again and again, and says so when that takes long. */
  async #seeThrough(kept: Kept): Promise<void> {
    const { grace, addAgain, doubt, expire } = this.#times;
    const startedAt = this.#parts.now();
    const waited = (): number => this.#parts.now() - startedAt;
    await this.#wait(kept, kept.answerer.replaces ? 0 : grace);
    if (!kept.ended) await this.#show(kept, passing(wordsFor(kept)));
    let doubted = false;
    while (!kept.ended && !this.#stopping) {
      await this.#wait(kept, addAgain);
      if (kept.ended) return;
      if (waited() >= expire) {
        this.#forget(kept);
        return await this.#show(kept, neverConfirmed(wordsFor(kept), expire));
      }
      if (waited() >= doubt && !doubted) {
        doubted = true;
        await this.#show(kept, notConfirmed(wordsFor(kept), doubt));
      }
      await this.#addAgain(kept);
    }
  }

  async #addAgain(kept: Kept): Promise<void> {
    if (kept.ended) return;
    try {
      await this.#parts.sender.send(kept.signed);
    } catch (error) {
      this.#parts.log.warn({ command: kept.command.id, error: explain(error) }, "command could not be added again");
    }
  }

  async #wait(kept: Kept, length: number): Promise<void> {
    const early = new AbortController();
    await Promise.race([kept.done, pause(length, undefined, { signal: early.signal }).catch(() => undefined)]);
    early.abort();
  }

  /** Shows the outcome of a command that is kept here. `false`: it is not, or another bot is telling it. */
  async #settle(receipt: Receipt): Promise<boolean> {
    const { board } = this.#parts;
    const kept = this.#kept.get(receipt.command.id);
    if (kept === undefined) return false;
    if (kept.ended) return true;
    kept.ended = true;
    if (!(await board.claim(`telling:${receipt.command.id}`, TELLING).catch(() => true))) {
      this.#forget(kept);
      return true;
    }
    await this.#show(kept, await this.#parts.outcome(receipt));
    this.#forget(kept);
    await board.noteTold(receipt.command.id).catch(() => undefined);
    if (receipt.outcome.kind === "refused") await board.release(`asked:${receipt.command.id}`).catch(() => undefined);
    return true;
  }

  async #toldWithin(command: string, patience: number): Promise<boolean> {
    for (const until = this.#parts.now() + patience; this.#parts.now() < until; await pause(100))
      if (await this.#parts.board.wasTold(command)) return true;
    return false;
  }

  /** One after the other, so that an outcome never stands above the word that it is on its way. */
  async #show(kept: Kept, message: Message): Promise<void> {
    const shown = kept.line.then(async () => {
      try {
        await kept.answerer.show(message);
      } catch (error) {
        this.#parts.log.warn(
          { command: kept.command.id, error: explain(error) },
          "answer could not be shown, whispering it",
        );
        await this.#whisper(kept.command, message);
      }
    });
    kept.line = shown;
    await shown;
  }

  async #whisper(command: RolloutCommand, message: Message): Promise<void> {
    try {
      await this.#parts.whisper(command, message);
    } catch (error) {
      this.#parts.log.error({ command: command.id, error: explain(error) }, "person could not be told");
    }
  }
}

const wordsFor = ({ command, meant }: Pick<Kept, "command" | "meant">) => {
  const { verb, image, gate } = command;
  return { verb, target: command, image, gate, meant };
};
