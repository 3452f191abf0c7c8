import type { Channel, Message } from "../workspace/model.ts";
import { ApiError } from "./api-error.ts";
import type { Call } from "./method.ts";

const scopePrefix = { public: "channels", private: "groups", im: "im", mpim: "mpim" } as const;

/** A channel the app may know of: private ones only as a member. Throws `channel_not_found`. */
export function visibleChannel(call: Call, id: string): Channel {
  const channel = call.core.workspace.channels.get(id);
  if (channel === undefined || (channel.kind !== "public" && !channel.members.has(call.token.app.botUser)))
    throw new ApiError("channel_not_found");
  return channel;
}

/** Demands the scope that belongs to this kind of channel, such as `groups:read` for private ones. */
export function requireKindScope(call: Call, kind: keyof typeof scopePrefix, right: "read" | "history"): void {
  const needed = `${scopePrefix[kind]}:${right}`;
  if (!call.token.scopes.has(needed))
    throw new ApiError("missing_scope", { needed, provided: [...call.token.scopes].join(",") });
}

/** Where the app may post: a channel it is in, a public one with `chat:write.public`, or a direct message by user id. */
export function postableChannel(call: Call, id: string): Channel {
  const { workspace } = call.core;
  const person = workspace.people.get(id);
  if (person !== undefined && person.kind !== "bot")
    return visibleChannel(call, workspace.directMessage(id, call.token.app.botUser));
  const channel = visibleChannel(call, id);
  if (channel.archived) throw new ApiError("is_archived");
  const member = channel.members.has(call.token.app.botUser);
  if (!member && !call.token.scopes.has("chat:write.public")) throw new ApiError("not_in_channel");
  if (channel.posters !== undefined && !channel.posters.includes(call.token.app.botUser))
    throw new ApiError("restricted_action_read_only_channel");
  return channel;
}

/** The root of the thread that `ts` belongs to. Throws `thread_not_found`. */
export function threadRoot(call: Call, channel: Channel, ts: string): Message {
  const message = call.core.workspace.message(channel.id, ts);
  if (message === undefined || message.onlyFor !== undefined) throw new ApiError("thread_not_found");
  if (message.threadTs === undefined || message.threadTs === message.ts) return message;
  call.core.journal.write({
    method: "chat.postMessage",
    outcome: "lenient?",
    note: "thread_ts is a reply's: attached to its parent",
  });
  return threadRoot(call, channel, message.threadTs);
}

/** A stored message that everybody sees. Throws `message_not_found`. */
export function sharedMessage(call: Call, channel: Channel, ts: string): Message {
  const message = call.core.workspace.message(channel.id, ts);
  if (message === undefined || message.onlyFor !== undefined) throw new ApiError("message_not_found");
  return message;
}
