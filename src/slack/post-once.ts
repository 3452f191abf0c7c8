import { setTimeout as pause } from "node:timers/promises";
import { explain } from "../errors.ts";
import type { Log } from "../telemetry/log.ts";
import { SlackCallError, type MessagePlace } from "./slack-api.ts";

/** How long to wait before the first look after an unclear answer; doubled each time. In milliseconds. */
const FIRST_WAIT = 250;
const ATTEMPTS = 4;

export interface OnePost {
  /** Whether it may stand there already: after a crash in mid-post, or when nothing is remembered. */
  readonly lookFirst: boolean;
  /** Looks for it in Slack by its metadata. */
  readonly find: () => Promise<MessagePlace | null>;
  /** Posts it. What it is about to do has to be remembered right before it goes out. */
  readonly post: () => Promise<MessagePlace>;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Where the message stands, and whether it was found rather than posted. */
export interface Posted {
  readonly place: MessagePlace;
  readonly found: boolean;
}

/** Posts a message exactly once: where an answer is lost or unclear, it looks for the message before it posts again. */
export async function postOnce({ lookFirst, find, post, signal, log }: OnePost): Promise<Posted> {
  for (let attempt = 0; ; attempt += 1) {
    const place = lookFirst || attempt > 0 ? await lookFor(find, log) : null;
    if (place !== null) return { place, found: true };
    signal.throwIfAborted();
    try {
      return { place: await post(), found: false };
    } catch (error) {
      const unclear = error instanceof SlackCallError && error.outcome === "unknown";
      if (!unclear || attempt + 1 >= ATTEMPTS) throw error;
      log.warn({ attempt, error: explain(error) }, "outcome of a post is unknown, looking for it");
      await pause(FIRST_WAIT * 2 ** attempt, undefined, { signal });
    }
  }
}

async function lookFor(find: OnePost["find"], log: Log): Promise<MessagePlace | null> {
  try {
    return await find();
  } catch (error) {
    // Without the right to read, a doubled message is the lesser evil beside a rollout that nobody hears of.
    if (!(error instanceof SlackCallError) || !CANNOT_READ.includes(error.code)) throw error;
    log.warn(
      { error: error.code },
      "may not read back messages, so one could be doubled; grant channels:history and groups:history",
    );
    return null;
  }
}

const CANNOT_READ = ["missing_scope", "no_permission", "channel_not_found", "not_in_channel"];
