import type { Message } from "./messages/blocks.ts";

/** Where a message stands. */
export interface MessagePlace {
  readonly channel: string;
  readonly ts: string;
}

/** What every message of a rollout carries, so that it can be found again: 0 is the root, others are events. */
export interface Mark {
  readonly rollout: string;
  readonly sequence: number;
}

export interface Posting {
  readonly channel: string;
  /** Root of the thread; absent for a root message. */
  readonly threadTs?: string;
  readonly message: Message;
  readonly mark: Mark;
  readonly broadcast?: boolean;
  /** Called when nothing is left to wait for, right before it goes out. When it rejects, nothing is sent. */
  readonly beforeSending: () => Promise<void>;
}

/** A message of ours that was found again. */
export interface Found extends MessagePlace {
  readonly mark: Mark;
}

/** The calls behind everybody's back: posting, redrawing, finding again. Each rejects with a SlackCallError. */
export interface SlackApi {
  post(posting: Posting): Promise<MessagePlace>;
  update(place: MessagePlace, message: Message, options: { readonly urgent: boolean }): Promise<void>;
  /** To one person in a channel; `threadTs` puts it into a thread. */
  whisper(
    to: { readonly channel: string; readonly user: string; readonly threadTs?: string },
    message: Message,
  ): Promise<void>;
  /** Root messages of ours since `oldest` (seconds), newest first. */
  roots(channel: string, oldest: number): Promise<readonly Found[]>;
  replies(root: MessagePlace): Promise<readonly Found[]>;
  /** Id of a channel by its name without `#`; `null` when there is none that the bot can see. */
  channelNamed(name: string): Promise<string | null>;
}

/**
 * A call that did not succeed. `refused`: Slack said no, nothing was stored. `unknown`: no (usable) answer came, so it may
 * have been stored. Calls that were limited are repeated by the client and never end here unless it gave up: `refused`.
 */
export class SlackCallError extends Error {
  override readonly name = "SlackCallError";
  readonly outcome: "refused" | "unknown";
  /** Slack's own code, such as `channel_not_found`; empty when no answer came. */
  readonly code: string;
  constructor(message: string, options: ErrorOptions & Pick<SlackCallError, "outcome" | "code">) {
    super(message, options);
    this.outcome = options.outcome;
    this.code = options.code;
  }
}

/** Codes that mean that this channel cannot take the message, while another may. */
export function isChannelTrouble(error: unknown): boolean {
  if (!(error instanceof SlackCallError)) return false;
  const codes = [
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "is_inactive",
    "access_denied",
    "invalid_channel",
  ];
  return (
    codes.includes(error.code) || error.code.startsWith("restricted_action") || error.code.startsWith("slack_connect_")
  );
}

/** Codes that mean that the message, or the thread's root, is gone. */
export function isMessageGone(error: unknown): boolean {
  return error instanceof SlackCallError && ["message_not_found", "thread_not_found"].includes(error.code);
}
