import { compact } from "../json.ts";
import type { JsonObject } from "../ui-protocol.ts";
import type { Message, StoredFile } from "./model.ts";
import type { Workspace } from "./workspace.ts";

interface Showing {
  readonly workspace: Workspace;
  /** Address of the emulator, for links to files. */
  readonly baseUrl: string;
  readonly withMetadata?: boolean;
}

/** A message as the Web API and the payloads show it. */
export function messageJson(message: Message, { workspace, baseUrl, withMetadata = false }: Showing): JsonObject {
  const replies = message.threadTs === message.ts ? workspace.replies(message.channel, message.ts) : [];
  const repliers = [...new Set(replies.map((reply) => reply.user))];
  const files = message.fileIds.flatMap((id) => workspace.files.get(id) ?? []);
  return compact({
    type: "message",
    subtype: message.subtype,
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: workspace.people.get(message.user)?.teamId ?? workspace.team.id,
    app_id: message.app?.appId,
    bot_id: message.app?.botId,
    blocks: message.blocks.length > 0 ? message.blocks : undefined,
    attachments: message.attachments.length > 0 ? message.attachments : undefined,
    files: files.length > 0 ? files.map((file) => fileJson(file, { workspace, baseUrl })) : undefined,
    reactions:
      message.reactions.length > 0
        ? message.reactions.map((reaction) => ({
            name: reaction.name,
            users: [...reaction.users],
            count: reaction.users.length,
          }))
        : undefined,
    edited: message.edited === undefined ? undefined : { ...message.edited },
    metadata: withMetadata ? message.metadata : undefined,
    is_ephemeral: message.onlyFor === undefined ? undefined : true,
    thread_ts: message.threadTs,
    parent_user_id: parentUser(message, workspace),
    reply_count: replies.length > 0 ? replies.length : undefined,
    reply_users_count: replies.length > 0 ? repliers.length : undefined,
    reply_users: replies.length > 0 ? repliers : undefined,
    latest_reply: replies.at(-1)?.ts,
  });
}

function parentUser(message: Message, workspace: Workspace): string | undefined {
  if (message.threadTs === undefined || message.threadTs === message.ts) return undefined;
  return workspace.message(message.channel, message.threadTs)?.user;
}

/** A file as files.info shows it. Its shares stay empty until the message exists. */
export function fileJson(file: StoredFile, { workspace, baseUrl }: Showing): JsonObject {
  const entries = (kind: "public" | "private"): JsonObject =>
    Object.fromEntries(
      file.shares
        .filter((share) => (workspace.channels.get(share.channel)?.kind === "public") === (kind === "public"))
        .map((share) => [share.channel, [compact({ ts: share.ts, thread_ts: share.threadTs, source: "UPLOAD" })]]),
    );
  return compact({
    id: file.id,
    created: Math.floor(file.createdAt / 1000),
    name: file.name,
    title: file.title,
    alt_txt: file.altText,
    mimetype: file.shares.length > 0 ? file.mimetype : "",
    filetype: file.name.split(".").at(-1) ?? "",
    user: file.user,
    size: file.bytes.length,
    mode: "hosted",
    is_external: false,
    url_private: `${baseUrl}/files/${file.id}`,
    permalink: `${baseUrl}/files/${file.id}/permalink`,
    channels: file.shares.map((share) => share.channel).filter((id) => workspace.channels.get(id)?.kind === "public"),
    groups: file.shares.map((share) => share.channel).filter((id) => workspace.channels.get(id)?.kind === "private"),
    ims: file.shares.map((share) => share.channel).filter((id) => workspace.channels.get(id)?.kind === "im"),
    shares: { public: entries("public"), private: entries("private") },
  });
}
