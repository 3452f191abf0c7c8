import { z } from "zod";
import { messageJson } from "../../workspace/message-json.ts";
import type { Channel, Message } from "../../workspace/model.ts";
import type { JsonObject } from "../../ui-protocol.ts";
import { requireKindScope, sharedMessage, visibleChannel } from "../access.ts";
import { ApiError, RateLimited } from "../api-error.ts";
import { count, flag, ids, page, text } from "../args.ts";
import { method } from "../method.ts";
import type { Call } from "../method.ts";

const reading = ["channels:read", "groups:read", "im:read", "mpim:read"];
const history = ["channels:history", "groups:history", "im:history", "mpim:history"];
const paging = { cursor: text.optional(), limit: count.optional() };

function channelJson(call: Call, channel: Channel): JsonObject {
  const bot = call.token.app.botUser;
  if (channel.kind === "im") {
    const other = [...channel.members].find((member) => member !== bot) ?? "";
    return { id: channel.id, is_im: true, user: other, is_archived: false, is_org_shared: false };
  }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === "public",
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === "private",
    is_archived: channel.archived,
    is_general: channel.name === "general",
    is_member: channel.members.has(bot),
    is_shared: channel.externallyShared,
    is_ext_shared: channel.externallyShared,
    is_org_shared: false,
    is_pending_ext_shared: false,
    context_team_id: call.core.workspace.team.id,
    topic: { value: channel.topic, creator: "", last_set: 0 },
    purpose: { value: "", creator: "", last_set: 0 },
  };
}

const info = method({
  name: "conversations.info",
  scopes: reading,
  tokens: ["bot"],
  tier: "tier3",
  json: false,
  args: z.object({ channel: text, include_num_members: flag.optional(), include_locale: flag.optional() }),
  run: (args, call) => {
    const channel = visibleChannel(call, args.channel);
    requireKindScope(call, channel.kind, "read");
    return {
      ok: true,
      channel: {
        ...channelJson(call, channel),
        ...(args.include_num_members === true && { num_members: channel.members.size }),
      },
    };
  },
});

const typeNames = { public_channel: "public", private_channel: "private", im: "im", mpim: "mpim" } as const;
const isTypeName = (name: string): name is keyof typeof typeNames => Object.hasOwn(typeNames, name);

const list = method({
  name: "conversations.list",
  scopes: reading,
  tokens: ["bot"],
  tier: "tier2",
  json: false,
  args: z.object({ ...paging, types: ids.optional(), exclude_archived: flag.optional() }),
  run: (args, call) => {
    const limit = args.limit ?? 100;
    if (limit < 1 || limit > 1000) throw new ApiError("invalid_limit");
    const types = args.types ?? ["public_channel"];
    const wanted = types.map((name) => (isTypeName(name) ? typeNames[name] : undefined));
    for (const kind of wanted) {
      if (kind === undefined) throw new ApiError("invalid_types");
      requireKindScope(call, kind, "read");
    }
    const visible = [...call.core.workspace.channels.values()].filter((channel) => {
      const known = channel.kind === "public" || channel.members.has(call.token.app.botUser);
      return known && wanted.includes(channel.kind) && !(args.exclude_archived === true && channel.archived);
    });
    const { items, ...rest } = page(visible, { cursor: args.cursor, limit });
    return { ok: true, channels: items.map((channel) => channelJson(call, channel)), ...rest };
  },
});

const members = method({
  name: "conversations.members",
  scopes: reading,
  tokens: ["bot"],
  tier: "tier4",
  json: false,
  args: z.object({ ...paging, channel: text }),
  run: (args, call) => {
    const channel = visibleChannel(call, args.channel);
    requireKindScope(call, channel.kind, "read");
    const { items, ...rest } = page([...channel.members], { cursor: args.cursor, limit: args.limit ?? 100 });
    return { ok: true, members: [...items], ...rest };
  },
});

const join = method({
  name: "conversations.join",
  scopes: ["channels:join"],
  tokens: ["bot"],
  tier: "tier3",
  json: true,
  args: z.object({ channel: text }),
  run: (args, call) => {
    const channel = visibleChannel(call, args.channel);
    if (channel.kind !== "public") throw new ApiError("method_not_supported_for_channel_type");
    if (channel.archived) throw new ApiError("is_archived");
    const { botUser } = call.token.app;
    const already = channel.members.has(botUser);
    channel.members.add(botUser);
    if (!already)
      void call.core.events.send("member_joined_channel", {
        user: botUser,
        channel: channel.id,
        channel_type: "C",
        team: call.core.workspace.team.id,
        event_ts: call.core.ids.ts(),
      });
    return {
      ok: true,
      channel: channelJson(call, channel),
      ...(already && { warning: "already_in_channel", response_metadata: { warnings: ["already_in_channel"] } }),
    };
  },
});

const open = method({
  name: "conversations.open",
  scopes: ["im:write", "mpim:write"],
  tokens: ["bot"],
  tier: "tier3",
  json: true,
  args: z.object({ users: ids.optional(), channel: text.optional(), return_im: flag.optional() }),
  run: (args, call) => {
    const { workspace } = call.core;
    if (args.channel !== undefined) return { ok: true, channel: channelJson(call, visibleChannel(call, args.channel)) };
    const [user, ...more] = args.users ?? [];
    if (user === undefined) throw new ApiError("users_list_not_supplied");
    // Group direct messages are not emulated.
    if (more.length > 0) throw new ApiError("invalid_user_combination");
    const person = workspace.people.get(user);
    if (person === undefined) throw new ApiError("user_not_found");
    if (person.deactivated) throw new ApiError("user_disabled");
    if (person.kind === "bot") throw new ApiError("invalid_user_combination");
    const id = workspace.directMessage(user, call.token.app.botUser);
    const channel = visibleChannel(call, id);
    return { ok: true, channel: args.return_im === true ? channelJson(call, channel) : { id } };
  },
});

/** Demands membership, and for distributed apps the tighter limits of 2025. Returns how many objects one answer holds. */
function readable(
  call: Call,
  parts: { readonly channel: Channel; readonly limit: number | undefined; readonly name: string },
): number {
  const { channel, limit = 100, name } = parts;
  requireKindScope(call, channel.kind, "history");
  if (!channel.members.has(call.token.app.botUser)) throw new ApiError("not_in_channel");
  if (limit < 1 || limit > 1000) throw new ApiError("invalid_limit");
  if (!call.core.settings.commercialApp) return limit;
  const wait = call.core.limits.call(`${name}/commercial/${call.token.app.id}`, "tier1");
  if (wait > 0) throw new RateLimited(wait);
  return Math.min(limit, 15);
}

const window = {
  oldest: text.optional(),
  latest: text.optional(),
  inclusive: flag.optional(),
  include_all_metadata: flag.optional(),
};

function within(
  message: Message,
  args: {
    readonly oldest?: string | undefined;
    readonly latest?: string | undefined;
    readonly inclusive?: boolean | undefined;
  },
): boolean {
  const at = Number(message.ts);
  const oldest = Number(args.oldest ?? 0);
  const latest = Number(args.latest ?? Infinity);
  return args.inclusive === true ? at >= oldest && at <= latest : at > oldest && at < latest;
}

function shown(call: Call, messages: readonly Message[], withMetadata: boolean | undefined): readonly JsonObject[] {
  const { workspace } = call.core;
  return messages.map((message) =>
    messageJson(message, { workspace, baseUrl: call.core.baseUrl(), withMetadata: withMetadata === true }),
  );
}

const conversationHistory = method({
  name: "conversations.history",
  scopes: history,
  tokens: ["bot"],
  tier: "tier3",
  json: false,
  args: z.object({ ...paging, ...window, channel: text }),
  run: (args, call) => {
    const channel = visibleChannel(call, args.channel);
    const limit = readable(call, { channel, limit: args.limit, name: "conversations.history" });
    const roots = call.core.workspace
      .messagesIn(channel.id)
      .filter(
        (message) =>
          message.onlyFor === undefined &&
          (message.threadTs === undefined || message.threadTs === message.ts || message.broadcast),
      )
      .filter((message) => within(message, args))
      .reverse();
    const { items, response_metadata } = page(roots, { cursor: args.cursor, limit: Math.min(limit, 999) });
    return {
      ok: true,
      messages: shown(call, items, args.include_all_metadata),
      has_more: response_metadata.next_cursor !== "",
      pin_count: call.core.workspace.pins.get(channel.id)?.size ?? 0,
      response_metadata,
    };
  },
});

const replies = method({
  name: "conversations.replies",
  scopes: history,
  tokens: ["bot"],
  tier: "tier3",
  json: false,
  args: z.object({ ...paging, ...window, channel: text, ts: text }),
  run: (args, call) => {
    const channel = visibleChannel(call, args.channel);
    const limit = readable(call, { channel, limit: args.limit, name: "conversations.replies" });
    const { workspace } = call.core;
    const message = workspace.message(channel.id, args.ts);
    if (message === undefined || message.onlyFor !== undefined) throw new ApiError("thread_not_found");
    const root = sharedMessage(call, channel, message.threadTs ?? message.ts);
    const thread = [root, ...workspace.replies(channel.id, root.ts).filter((reply) => within(reply, args))];
    const { items, response_metadata } = page(thread, { cursor: args.cursor, limit });
    return {
      ok: true,
      messages: shown(call, items, args.include_all_metadata),
      has_more: response_metadata.next_cursor !== "",
      response_metadata,
    };
  },
});

export const conversationMethods = [info, list, members, join, open, conversationHistory, replies] as const;
