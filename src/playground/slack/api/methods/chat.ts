import { z } from "zod";
import { codePoints } from "../../blocks/check.ts";
import { messageJson } from "../../workspace/message-json.ts";
import type { Channel } from "../../workspace/model.ts";
import { postableChannel, sharedMessage, threadRoot, visibleChannel } from "../access.ts";
import { ApiError, RateLimited } from "../api-error.ts";
import { flag, json, text } from "../args.ts";
import { checkedContent, requireShortBlocks, requireSomething } from "../content.ts";
import { method } from "../method.ts";
import type { Call } from "../method.ts";
import { tellPings } from "../../text/tell-pings.ts";

const maxText = 40_000;

const content = {
  text: text.optional(),
  blocks: json.optional(),
  attachments: json.optional(),
  metadata: json.optional(),
  parse: text.optional(),
  link_names: flag.optional(),
};

const posting = {
  ...content,
  channel: text,
  markdown_text: text.optional(),
  thread_ts: text.optional(),
  reply_broadcast: flag.optional(),
  unfurl_links: flag.optional(),
  unfurl_media: flag.optional(),
  mrkdwn: flag.optional(),
  username: text.optional(),
  icon_emoji: text.optional(),
  icon_url: text.optional(),
};

function requireCustomize(
  call: Call,
  args: {
    readonly username?: string | undefined;
    readonly icon_emoji?: string | undefined;
    readonly icon_url?: string | undefined;
  },
): void {
  const wanted = args.username ?? args.icon_emoji ?? args.icon_url;
  if (wanted !== undefined && !call.token.scopes.has("chat:write.customize"))
    throw new ApiError("missing_scope", { needed: "chat:write.customize", provided: [...call.token.scopes].join(",") });
}

function paced(call: Call, channel: Channel): void {
  const wait = call.core.limits.post(`${call.token.app.id}/${channel.id}`);
  if (wait > 0) throw new RateLimited(wait);
}

function own(call: Call): { readonly user: string; readonly app: { readonly appId: string; readonly botId: string } } {
  const { app } = call.token;
  return { user: app.botUser, app: { appId: app.id, botId: app.botId } };
}

const postMessage = method({
  name: "chat.postMessage",
  scopes: ["chat:write"],
  tokens: ["bot"],
  tier: "none",
  json: true,
  args: z.object(posting),
  run: (args, call) => {
    const { core } = call;
    const channel = postableChannel(call, args.channel);
    requireCustomize(call, args);
    const long = codePoints(args.text ?? "") > maxText;
    const checked = checkedContent(core, {
      ...args,
      text: long ? [...(args.text ?? "")].slice(0, maxText).join("") : args.text,
    });
    requireSomething(checked);
    requireShortBlocks(checked.blocks);
    const root =
      args.thread_ts === undefined || args.thread_ts === "" ? undefined : threadRoot(call, channel, args.thread_ts);
    paced(call, channel);
    const message = core.workspace.post({
      ...own(call),
      channel: channel.id,
      text: checked.text ?? "",
      blocks: checked.blocks ?? [],
      attachments: checked.attachments ?? [],
      metadata: checked.metadata,
      threadTs: root?.ts,
      broadcast: args.reply_broadcast ?? false,
    });
    tellPings(core, message);
    return {
      ok: true,
      channel: channel.id,
      ts: message.ts,
      message: messageJson(message, { workspace: core.workspace, baseUrl: core.baseUrl(), withMetadata: true }),
      ...(long && { warning: "message_truncated", response_metadata: { warnings: ["message_truncated"] } }),
    };
  },
});

const update = method({
  name: "chat.update",
  scopes: ["chat:write"],
  tokens: ["bot"],
  tier: "tier3",
  json: true,
  args: z.object({
    ...content,
    channel: text,
    ts: text,
    markdown_text: text.optional(),
    reply_broadcast: flag.optional(),
  }),
  run: (args, call) => {
    const { core } = call;
    const channel = visibleChannel(call, args.channel);
    const stored = sharedMessage(call, channel, args.ts);
    if (stored.app?.appId !== call.token.app.id) throw new ApiError("cant_update_message");
    if (channel.archived) throw new ApiError("is_inactive");
    if (core.clock.now() - Number(stored.ts) * 1000 > core.settings.editWindowMs)
      throw new ApiError("edit_window_closed");
    if (codePoints(args.text ?? "") > 4000) throw new ApiError("msg_too_long");
    const checked = checkedContent(core, args);
    if ([checked.text, checked.blocks, checked.attachments, checked.metadata].every((part) => part === undefined))
      throw new ApiError("no_text");
    const next = {
      ...stored,
      text: checked.text ?? stored.text,
      // Text without blocks takes the blocks away; only a call with neither keeps them.
      blocks: checked.blocks ?? (checked.text === undefined ? stored.blocks : []),
      attachments: checked.attachments ?? stored.attachments,
      metadata:
        checked.metadata === undefined
          ? stored.metadata
          : Object.keys(checked.metadata).length === 0
            ? undefined
            : checked.metadata,
      broadcast: args.reply_broadcast ?? stored.broadcast,
      edited: checked.blocks === undefined ? { user: stored.user, ts: core.ids.ts() } : stored.edited,
    };
    requireSomething(next);
    const rich = (blocks: typeof next.blocks): boolean => blocks.some((block) => block["type"] === "rich_text");
    if (rich(stored.blocks) && !rich(next.blocks)) throw new ApiError("block_mismatch");
    core.workspace.replace(next);
    return {
      ok: true,
      channel: channel.id,
      ts: stored.ts,
      text: next.text,
      message: messageJson(next, { workspace: core.workspace, baseUrl: core.baseUrl(), withMetadata: true }),
    };
  },
});

const postEphemeral = method({
  name: "chat.postEphemeral",
  scopes: ["chat:write"],
  tokens: ["bot"],
  tier: "tier4",
  json: true,
  args: z.object({ ...posting, user: text }),
  run: (args, call) => {
    const { core } = call;
    const channel = postableChannel(call, args.channel);
    requireCustomize(call, args);
    if (!channel.members.has(args.user) || core.workspace.people.get(args.user)?.deactivated !== false)
      throw new ApiError("user_not_in_channel");
    if (codePoints(args.text ?? "") > 4000) throw new ApiError("msg_too_long");
    const checked = checkedContent(core, args);
    if (checked.attachments?.some((attachment) => attachment["blocks"] !== undefined))
      throw new ApiError("invalid_attachments");
    requireSomething(checked);
    requireShortBlocks(checked.blocks);
    const root =
      args.thread_ts === undefined || args.thread_ts === "" ? undefined : threadRoot(call, channel, args.thread_ts);
    const message = core.workspace.post({
      ...own(call),
      channel: channel.id,
      text: checked.text ?? "",
      blocks: checked.blocks ?? [],
      attachments: checked.attachments ?? [],
      threadTs: root?.ts,
      onlyFor: args.user,
    });
    return { ok: true, message_ts: message.ts };
  },
});

const remove = method({
  name: "chat.delete",
  scopes: ["chat:write"],
  tokens: ["bot"],
  tier: "tier3",
  json: true,
  args: z.object({ channel: text, ts: text }),
  run: (args, call) => {
    const { workspace } = call.core;
    const channel = visibleChannel(call, args.channel);
    const message = sharedMessage(call, channel, args.ts);
    if (message.app?.appId !== call.token.app.id) throw new ApiError("cant_delete_message");
    if (workspace.replies(channel.id, message.ts).length === 0) workspace.remove(message);
    // The root of a thread leaves a mark behind, so that the replies keep their place.
    else
      workspace.replace({
        ...message,
        text: "This message was deleted.",
        blocks: [],
        attachments: [],
        metadata: undefined,
        fileIds: [],
        reactions: [],
        app: undefined,
        subtype: "tombstone",
      });
    return { ok: true, channel: channel.id, ts: message.ts };
  },
});

const getPermalink = method({
  name: "chat.getPermalink",
  scopes: [],
  tokens: ["bot"],
  tier: "special",
  json: false,
  args: z.object({ channel: text, message_ts: text }),
  run: (args, call) => {
    const channel = visibleChannel(call, args.channel);
    const message = sharedMessage(call, channel, args.message_ts);
    const thread =
      message.threadTs === undefined || message.threadTs === message.ts
        ? ""
        : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
    return {
      ok: true,
      channel: channel.id,
      permalink: `${call.core.baseUrl()}/archives/${channel.id}/p${message.ts.replace(".", "")}${thread}`,
    };
  },
});

export const chatMethods = [postMessage, update, postEphemeral, remove, getPermalink] as const;
