import { Redis } from "ioredis";
import { explain } from "../errors.ts";
import type { Log } from "../telemetry/log.ts";
import { connectFailFast, logConnection, patientOptions, whenReady } from "./connection.ts";
import { Receipt } from "./jobs.ts";

/**
 * How bots hand each other receipts, and agree on who shows one: any bot may take a receipt from the queue, but the bot named
 * in `command.via` has the person's screen. All reject within 2 s when Redis is away.
 */
export interface ReceiptBoard {
  /** Calls back with each receipt that another bot passes to this one. */
  listen(via: string, take: (receipt: Receipt) => Promise<void>): Promise<void>;
  /** Hands a receipt to the bot that keeps its command. `false`: that bot is gone. */
  pass(receipt: Receipt): Promise<boolean>;
  /** Takes hold of a name for a while; `false` when somebody else holds it. `holdMs` bounds how long a dead holder is in the way. */
  claim(name: string, holdMs: number): Promise<boolean>;
  release(name: string): Promise<void>;
  /** Notes for an hour that the outcome of this command was shown. */
  noteTold(command: string): Promise<void>;
  wasTold(command: string): Promise<boolean>;
  close(): Promise<void>;
}

const PREFIX = "coalmine:bot:";
const HOUR_S = 3600;

export interface BoardOptions {
  readonly redisUrl: string;
  readonly log: Log;
}

/** The board in Redis. Connects in the background and comes back by itself. */
export function createReceiptBoard({ redisUrl, log }: BoardOptions): ReceiptBoard {
  const redis = connectFailFast(redisUrl, log);
  const ear = new Redis(patientOptions(redisUrl));
  logConnection(ear, log);
  const ready = async (): Promise<Redis> => {
    await whenReady(redis);
    return redis;
  };
  return {
    listen: async (via, take) => {
      ear.on("message", (_, text) => void takeText(text, take, log));
      // Not awaited: a subscription waits for Redis, and the bot must start without it.
      ear
        .subscribe(`${PREFIX}receipts:${via}`)
        .catch((error: unknown) => log.warn({ error: explain(error) }, "cannot listen for receipts"));
    },
    pass: async (receipt) => {
      const hearers = await (
        await ready()
      ).publish(`${PREFIX}receipts:${receipt.command.via}`, JSON.stringify(receipt));
      return hearers > 0;
    },
    claim: async (name, holdMs) =>
      (await (await ready()).set(`${PREFIX}claim:${name}`, "1", "PX", holdMs, "NX")) === "OK",
    release: async (name) => void (await (await ready()).del(`${PREFIX}claim:${name}`)),
    noteTold: async (command) => void (await (await ready()).set(`${PREFIX}told:${command}`, "1", "EX", HOUR_S)),
    wasTold: async (command) => (await (await ready()).exists(`${PREFIX}told:${command}`)) === 1,
    close: async () => {
      ear.disconnect();
      redis.disconnect();
    },
  };
}

async function takeText(text: string, take: (receipt: Receipt) => Promise<void>, log: Log): Promise<void> {
  try {
    await take(Receipt.parse(JSON.parse(text)));
  } catch (error) {
    // The bot that passed it sees that nobody told the person, and does it itself.
    log.warn({ error: explain(error) }, "receipt from another bot could not be shown");
  }
}
