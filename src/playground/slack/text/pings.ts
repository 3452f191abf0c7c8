import { isArray, isObject } from "../json.ts";
import type { JsonValue } from "../ui-protocol.ts";
import type { Message } from "../workspace/model.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** Words of blocks in which a mention counts, as mrkdwn tokens. */
function wordsIn(value: JsonValue): string {
  if (isArray(value)) return value.map(wordsIn).join(" ");
  if (!isObject(value)) return "";
  if (value["type"] === "user") return `<@${String(value["user_id"])}>`;
  if (value["type"] === "usergroup") return `<!subteam^${String(value["usergroup_id"])}>`;
  if (value["type"] === "broadcast") return `<!${String(value["range"])}>`;
  if (value["type"] === "mrkdwn") return String(value["text"]);
  return Object.values(value).map(wordsIn).join(" ");
}

/**
 * Who would be notified of a new message: people mentioned, members of mentioned groups, everyone for a broadcast,
 * the other side of a direct message, and those who take part in the thread. Where there are blocks only these count,
 * for `text` is then a mere fallback.
 */
export function pingedBy(message: Message, workspace: Workspace): readonly string[] {
  const channel = workspace.channels.get(message.channel);
  if (channel === undefined || message.onlyFor !== undefined) return [];
  const words = message.blocks.length > 0 ? wordsIn(message.blocks) : message.text;
  const pinged = new Set<string>(channel.kind === "im" ? channel.members : []);
  for (const match of words.matchAll(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g)) if (match[1] !== undefined) pinged.add(match[1]);
  for (const match of words.matchAll(/<!subteam\^([A-Z0-9]+)(?:\|[^>]*)?>/g))
    for (const user of workspace.groups.get(match[1] ?? "")?.users ?? []) pinged.add(user);
  if (/<!(?:here|channel|everyone)(?:\|[^>]*)?>/.test(words)) for (const user of channel.members) pinged.add(user);
  for (const user of threadFollowers(message, workspace)) pinged.add(user);
  return [...pinged].filter((user) => user !== message.user && channel.members.has(user) && reads(workspace, user));
}

function reads(workspace: Workspace, user: string): boolean {
  const person = workspace.people.get(user);
  return person !== undefined && !person.deactivated && person.kind !== "bot" && person.kind !== "workflow";
}

function threadFollowers(message: Message, workspace: Workspace): readonly string[] {
  if (message.threadTs === undefined || message.threadTs === message.ts) return [];
  const root = workspace.message(message.channel, message.threadTs);
  const others = workspace.replies(message.channel, message.threadTs).filter((reply) => reply.ts !== message.ts);
  const thread = root === undefined ? others : [root, ...others];
  const mentioned = thread.flatMap((one) => [
    ...(one.blocks.length > 0 ? wordsIn(one.blocks) : one.text).matchAll(/<@([A-Z0-9]+)/g),
  ]);
  return [...thread.map((one) => one.user), ...mentioned.flatMap((match) => match[1] ?? [])];
}
