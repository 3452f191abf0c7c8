import { WebAPIPlatformError, WebAPIRateLimitedError, WebClient, type WebClientOptions } from "@slack/web-api";
import { z } from "zod";
import type { Message } from "./messages/blocks.ts";
import { SlackCallError, type Found, type MessagePlace, type Posting, type SlackApi } from "./slack-api.ts";
import { TokenBuckets, type Rate } from "./token-buckets.ts";

/** Name of the metadata that our messages carry. */
const EVENT_TYPE = "coalmine_rollout";
/** How often a limited call is tried again before the job that wanted it is given back to the queue. */
const PATIENCE = 6;
const PAGES = 5;

/** Below Slack's tiers (50, 60 per channel, some hundreds, 50, 50, 100, 20 a minute), for they are shared by all bots. */
const RATES: Readonly<Record<string, Rate>> = {
  "chat.update": { burst: 5, perMinute: 45 },
  "chat.postMessage": { burst: 20, perMinute: 200 },
  "conversations.history": { burst: 5, perMinute: 40 },
  "conversations.replies": { burst: 5, perMinute: 40 },
  "chat.postEphemeral": { burst: 10, perMinute: 80 },
  "conversations.list": { burst: 3, perMinute: 15 },
};
const PER_CHANNEL: Rate = { burst: 3, perMinute: 60 };

/** Codes of an answer after which the call may all the same have been carried out. */
const HALF_DONE = ["internal_error", "fatal_error", "service_unavailable", "request_timeout"];

const Placed = z.object({ channel: z.string(), ts: z.string() });
const Page = z.object({
  messages: z
    .array(
      z.object({
        ts: z.string(),
        metadata: z
          .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
          .partial()
          .optional(),
      }),
    )
    .default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
const ChannelPage = z.object({
  channels: z.array(z.object({ id: z.string(), name: z.string().optional() })).default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
const OurMark = z.object({ rollout: z.string(), sequence: z.int() });

export interface BackgroundOptions {
  readonly token: string;
  readonly client: WebClientOptions;
  readonly now: () => number;
}

/** The client for announcements: paced below Slack's limits, and never repeating a call whose outcome is unknown. */
export function createBackgroundClient({ token, client, now }: BackgroundOptions): SlackApi {
  // A repeated post could double a message, so repeating is left to callers, who look before they do.
  const web = new WebClient(token, {
    ...client,
    timeout: 10_000,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
  });
  const buckets = new TokenBuckets((key) => RATES[key] ?? PER_CHANNEL, now);
  const call: Call = (method, body, options = {}) => paced({ web, buckets, method, body, ...options });
  return {
    post: async (posting) =>
      Placed.parse(
        await call("chat.postMessage", postBody(posting), {
          channel: posting.channel,
          urgent: true,
          beforeSending: posting.beforeSending,
        }),
      ),
    update: async ({ channel, ts }, message, { urgent }) => {
      await call("chat.update", { channel, ts, ...contentOf(message) }, { urgent });
    },
    whisper: async ({ channel, user, threadTs }, message) => {
      const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
      await call("chat.postEphemeral", { channel, user, ...thread, ...contentOf(message) }, { urgent: true });
    },
    roots: (channel, oldest) =>
      pages({ call, method: "conversations.history", channel, body: { oldest: String(oldest), inclusive: true } }),
    replies: ({ channel, ts }) => pages({ call, method: "conversations.replies", channel, body: { ts } }),
    channelNamed: (name) => findChannel(call, name),
  };
}

type Method =
  | "chat.postMessage"
  | "chat.update"
  | "chat.postEphemeral"
  | "conversations.history"
  | "conversations.replies"
  | "conversations.list";
type Call = (
  method: Method,
  body: Readonly<Record<string, unknown>>,
  options?: Pick<Paced, "channel" | "urgent" | "beforeSending">,
) => Promise<unknown>;

interface Paced {
  readonly web: WebClient;
  readonly buckets: TokenBuckets;
  readonly method: Method;
  readonly body: Readonly<Record<string, unknown>>;
  readonly channel?: string;
  readonly urgent?: boolean;
  readonly beforeSending?: () => Promise<void>;
}

async function paced({ web, buckets, method, body, channel, urgent = false, beforeSending }: Paced): Promise<unknown> {
  const key = channel === undefined ? method : `${method}:${channel}`;
  for (let attempt = 1; ; attempt += 1) {
    await buckets.take(key, urgent);
    if (key !== method) await buckets.take(method, urgent);
    await beforeSending?.();
    try {
      return await web.apiCall(method, { ...body });
    } catch (error) {
      if (!(error instanceof WebAPIRateLimitedError) || attempt >= PATIENCE) throw asCallError(method, error);
      // All bots were told to come back at once; a little chance spreads them.
      buckets.freeze(key, error.retryAfter * 1000 + Math.random() * 500);
    }
  }
}

function asCallError(method: Method, error: unknown): SlackCallError {
  const platform = error instanceof WebAPIPlatformError ? error.data.error : "";
  const code = error instanceof WebAPIRateLimitedError ? "ratelimited" : platform;
  const outcome = code === "" || HALF_DONE.includes(code) ? "unknown" : "refused";
  return new SlackCallError(`while calling ${method}${code === "" ? "" : ` (${code})`}`, {
    cause: error,
    outcome,
    code,
  });
}

function postBody({ channel, threadTs, message, mark, broadcast }: Posting): Readonly<Record<string, unknown>> {
  return {
    channel,
    ...contentOf(message),
    ...(threadTs !== undefined && { thread_ts: threadTs }),
    ...(broadcast === true && { reply_broadcast: true }),
    metadata: { event_type: EVENT_TYPE, event_payload: { ...mark } },
    unfurl_links: false,
    unfurl_media: false,
  };
}

const contentOf = ({ text, blocks }: Message): { readonly text: string; readonly blocks: Message["blocks"] } => ({
  text,
  blocks,
});

interface Pages {
  readonly call: Call;
  readonly method: "conversations.history" | "conversations.replies";
  readonly channel: string;
  readonly body: Readonly<Record<string, unknown>>;
}

async function pages({ call, method, channel, body }: Pages): Promise<readonly Found[]> {
  const found: Found[] = [];
  let cursor = "";
  for (let page = 0; page < PAGES; page += 1) {
    const more = cursor === "" ? {} : { cursor };
    const answer = Page.parse(
      await call(method, { channel, limit: 200, include_all_metadata: true, ...body, ...more }, { urgent: true }),
    );
    for (const { ts, metadata } of answer.messages) {
      const mark = metadata?.event_type === EVENT_TYPE ? OurMark.safeParse(metadata.event_payload).data : undefined;
      if (mark !== undefined) found.push({ channel, ts, mark });
    }
    cursor = answer.response_metadata?.next_cursor ?? "";
    if (cursor === "") return found;
  }
  return found;
}

async function findChannel(call: Call, name: string): Promise<string | null> {
  let cursor = "";
  for (let page = 0; page < 4 * PAGES; page += 1) {
    const more = cursor === "" ? {} : { cursor };
    const body = { types: "public_channel,private_channel", exclude_archived: true, limit: 500, ...more };
    const answer = ChannelPage.parse(await call("conversations.list", body));
    const match = answer.channels.find((channel) => channel.name === name);
    if (match !== undefined) return match.id;
    cursor = answer.response_metadata?.next_cursor ?? "";
    if (cursor === "") return null;
  }
  return null;
}

/** Where a message stands as an address that people can open. `workspace` ends with a slash; empty without a message. */
export function permalink(workspace: string, place: MessagePlace | null): string {
  return place === null || workspace === ""
    ? ""
    : `${workspace}archives/${place.channel}/p${place.ts.replace(".", "")}`;
}
