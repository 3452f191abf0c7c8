import { z } from "zod";
import { knownEmoji } from "../emoji.ts";
import type { JsonObject } from "../../ui-protocol.ts";
import { sharedMessage, visibleChannel } from "../access.ts";
import { ApiError } from "../api-error.ts";
import { text } from "../args.ts";
import { method } from "../method.ts";
import type { Call } from "../method.ts";

const reaction = z.object({ channel: text, timestamp: text, name: text });

function reactable(call: Call, args: z.output<typeof reaction>) {
  const [name = "", skin] = args.name.split("::");
  if (!knownEmoji.has(name) || (skin !== undefined && !/^skin-tone-[2-6]$/.test(skin)))
    throw new ApiError("invalid_name");
  const channel = visibleChannel(call, args.channel);
  if (channel.archived) throw new ApiError("is_archived");
  return sharedMessage(call, channel, args.timestamp);
}

const addReaction = method({
  name: "reactions.add",
  scopes: ["reactions:write"],
  tokens: ["bot"],
  tier: "tier3",
  json: true,
  args: reaction,
  run: (args, call) => {
    const message = reactable(call, args);
    const { botUser } = call.token.app;
    const known = message.reactions.find((one) => one.name === args.name);
    if (known?.users.includes(botUser) === true) throw new ApiError("already_reacted");
    const others = message.reactions.filter((one) => one !== known);
    call.core.workspace.replace({
      ...message,
      reactions: [...others, { name: args.name, users: [...(known?.users ?? []), botUser] }],
    });
    return { ok: true };
  },
});

const removeReaction = method({
  name: "reactions.remove",
  scopes: ["reactions:write"],
  tokens: ["bot"],
  tier: "tier2",
  json: true,
  args: reaction,
  run: (args, call) => {
    const message = reactable(call, args);
    const { botUser } = call.token.app;
    if (!message.reactions.some((one) => one.name === args.name && one.users.includes(botUser)))
      throw new ApiError("no_reaction");
    const reactions = message.reactions
      .map((one) => (one.name === args.name ? { ...one, users: one.users.filter((user) => user !== botUser) } : one))
      .filter((one) => one.users.length > 0);
    call.core.workspace.replace({ ...message, reactions });
    return { ok: true };
  },
});

const pin = z.object({ channel: text, timestamp: text });

function pinsOf(call: Call, args: z.output<typeof pin>): { readonly pins: Set<string>; readonly ts: string } {
  const channel = visibleChannel(call, args.channel);
  if (!channel.members.has(call.token.app.botUser)) throw new ApiError("not_in_channel");
  const { ts } = sharedMessage(call, channel, args.timestamp);
  const { pins } = call.core.workspace;
  const own = pins.get(channel.id) ?? new Set<string>();
  pins.set(channel.id, own);
  return { pins: own, ts };
}

const addPin = method({
  name: "pins.add",
  scopes: ["pins:write"],
  tokens: ["bot"],
  tier: "tier2",
  json: true,
  args: pin,
  run: (args, call) => {
    const { pins, ts } = pinsOf(call, args);
    if (pins.has(ts)) throw new ApiError("already_pinned");
    if (pins.size >= 100) throw new ApiError("too_many_pins");
    pins.add(ts);
    return { ok: true };
  },
});

const removePin = method({
  name: "pins.remove",
  scopes: ["pins:write"],
  tokens: ["bot"],
  tier: "tier2",
  json: true,
  args: pin,
  run: (args, call) => {
    const { pins, ts } = pinsOf(call, args);
    if (!pins.delete(ts)) throw new ApiError("no_pin");
    return { ok: true };
  },
});

const link = z.string().max(2048).refine(URL.canParse);
const bookmarkFields = { title: z.string().min(1).max(256), link: text, emoji: text.optional() };

function requireLink(address: string): void {
  if (!link.safeParse(address).success) throw new ApiError("invalid_link");
}

/** The bookmarks of a channel that the app is in. */
function bookmarksOf(call: Call, channelId: string): JsonObject[] {
  const channel = visibleChannel(call, channelId);
  if (!channel.members.has(call.token.app.botUser)) throw new ApiError("not_in_channel");
  const { bookmarks } = call.core.workspace;
  const own = bookmarks.get(channel.id) ?? [];
  bookmarks.set(channel.id, own);
  return own;
}

function indexOf(bookmarks: readonly JsonObject[], id: string): number {
  const index = bookmarks.findIndex((one) => one["id"] === id);
  if (index < 0) throw new ApiError("not_found");
  return index;
}

const addBookmark = method({
  name: "bookmarks.add",
  scopes: ["bookmarks:write"],
  tokens: ["bot"],
  tier: "tier2",
  json: true,
  args: z.object({ ...bookmarkFields, channel_id: text, type: z.literal("link") }),
  run: (args, call) => {
    const bookmarks = bookmarksOf(call, args.channel_id);
    requireLink(args.link);
    if (bookmarks.length >= 100) throw new ApiError("too_many_bookmarks");
    const bookmark = {
      id: call.core.ids.next("Bk"),
      channel_id: args.channel_id,
      type: "link",
      title: args.title,
      link: args.link,
      emoji: args.emoji ?? "",
    };
    bookmarks.push(bookmark);
    return { ok: true, bookmark };
  },
});

const editBookmark = method({
  name: "bookmarks.edit",
  scopes: ["bookmarks:write"],
  tokens: ["bot"],
  tier: "tier2",
  json: true,
  args: z.object({
    channel_id: text,
    bookmark_id: text,
    title: bookmarkFields.title.optional(),
    link: text.optional(),
    emoji: text.optional(),
  }),
  run: ({ channel_id, bookmark_id, ...changes }, call) => {
    const bookmarks = bookmarksOf(call, channel_id);
    if (changes.link !== undefined) requireLink(changes.link);
    const index = indexOf(bookmarks, bookmark_id);
    const given = Object.fromEntries(
      Object.entries(changes).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const bookmark = { ...bookmarks[index], ...given };
    bookmarks.splice(index, 1, bookmark);
    return { ok: true, bookmark };
  },
});

const listBookmarks = method({
  name: "bookmarks.list",
  scopes: ["bookmarks:read"],
  tokens: ["bot"],
  tier: "tier3",
  json: true,
  args: z.object({ channel_id: text }),
  run: (args, call) => ({ ok: true, bookmarks: bookmarksOf(call, args.channel_id) }),
});

const removeBookmark = method({
  name: "bookmarks.remove",
  scopes: ["bookmarks:write"],
  tokens: ["bot"],
  tier: "tier2",
  json: true,
  args: z.object({ channel_id: text, bookmark_id: text }),
  run: (args, call) => {
    const bookmarks = bookmarksOf(call, args.channel_id);
    bookmarks.splice(indexOf(bookmarks, args.bookmark_id), 1);
    return { ok: true };
  },
});

export const markMethods = [
  addReaction,
  removeReaction,
  addPin,
  removePin,
  addBookmark,
  editBookmark,
  listBookmarks,
  removeBookmark,
] as const;
