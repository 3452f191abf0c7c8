import { z } from "zod";
import type { Upload } from "../../files/uploads.ts";
import { mimetypeOf } from "../../files/uploads.ts";
import { tellPings } from "../../text/tell-pings.ts";
import { storedText } from "../../text/normalise.ts";
import { fileJson } from "../../workspace/message-json.ts";
import type { Channel, StoredFile } from "../../workspace/model.ts";
import type { JsonObject } from "../../ui-protocol.ts";
import { postableChannel, threadRoot } from "../access.ts";
import { ApiError } from "../api-error.ts";
import { count, ids, json, text } from "../args.ts";
import { checkedContent } from "../content.ts";
import { method } from "../method.ts";
import type { Call } from "../method.ts";

const common = { tokens: ["bot"], json: true } as const;

const getUploadUrl = method({
  ...common,
  name: "files.getUploadURLExternal",
  scopes: ["files:write"],
  tier: "tier4",
  json: false,
  args: z.object({
    filename: text.optional(),
    length: count.optional(),
    alt_txt: text.optional(),
    snippet_type: text.optional(),
  }),
  run: (args, { core, token }) => {
    if (args.filename === undefined || args.filename === "" || args.length === undefined || args.length <= 0)
      throw new ApiError("missing_argument");
    if ([...(args.alt_txt ?? "")].length > 1000) throw new ApiError("alt_txt_too_large");
    const fileId = core.ids.next("F");
    const upload: Upload = {
      fileId,
      name: args.filename,
      length: args.length,
      altText: args.alt_txt,
      user: token.app.botUser,
      bytes: undefined,
      completed: false,
    };
    return { ok: true, upload_url: `${core.baseUrl()}/upload/${core.uploads.begin(upload)}`, file_id: fileId };
  },
});

const FileRef = z.object({ id: z.string(), title: z.string().optional(), highlight_type: z.string().optional() });

function storedFile(call: Call, reference: z.infer<typeof FileRef>): StoredFile {
  const { core } = call;
  const upload = core.uploads.ofFile(reference.id);
  if (upload === undefined || upload.bytes === undefined || upload.completed) throw new ApiError("file_not_found");
  return {
    id: upload.fileId,
    name: upload.name,
    title: reference.title ?? upload.name,
    altText: upload.altText,
    mimetype: mimetypeOf(upload.name),
    user: upload.user,
    createdAt: core.clock.now(),
    bytes: upload.bytes,
    deleted: false,
    shares: [],
  };
}

interface Sharing {
  readonly files: readonly StoredFile[];
  readonly channel: Channel;
  readonly threadTs: string | undefined;
  readonly comment: string;
  readonly blocks: readonly JsonObject[];
}

/** Makes the message that shows the files. Slack does this some time after it has answered. */
function share(call: Call, { files, channel, threadTs, comment, blocks }: Sharing): void {
  const { workspace } = call.core;
  const { app } = call.token;
  const message = workspace.post({
    channel: channel.id,
    user: app.botUser,
    app: { appId: app.id, botId: app.botId },
    text: storedText(comment),
    blocks,
    threadTs,
    fileIds: files.map((file) => file.id),
  });
  for (const { id } of files) {
    const file = workspace.files.get(id);
    if (file !== undefined)
      workspace.files.set(id, { ...file, shares: [...file.shares, { channel: channel.id, ts: message.ts, threadTs }] });
  }
  workspace.replace(message);
  tellPings(call.core, message);
}

const completeUpload = method({
  ...common,
  name: "files.completeUploadExternal",
  scopes: ["files:write"],
  tier: "tier4",
  json: false,
  args: z.object({
    files: json,
    channel_id: text.optional(),
    channels: ids.optional(),
    thread_ts: text.optional(),
    initial_comment: text.optional(),
    blocks: json.optional(),
  }),
  run: (args, call) => {
    const { core } = call;
    const references = z.array(FileRef).min(1).safeParse(args.files);
    if (!references.success)
      throw new ApiError("invalid_arguments", {
        response_metadata: { messages: ["[ERROR] must provide an array [json-pointer:/files]"] },
      });
    const wanted = args.channel_id === undefined || args.channel_id === "" ? (args.channels ?? []) : [args.channel_id];
    if (wanted.length > 100) throw new ApiError("invalid_arguments");
    if (wanted.length > 1 && args.thread_ts !== undefined) throw new ApiError("invalid_arguments");
    const channels = wanted.map((id) => postableChannel(call, id));
    const [first] = channels;
    const threadTs =
      args.thread_ts === undefined || first === undefined ? undefined : threadRoot(call, first, args.thread_ts).ts;
    const blocks = checkedContent(core, { blocks: args.blocks }).blocks ?? [];
    const files = references.data.map((reference) => storedFile(call, reference));
    for (const file of files) {
      core.workspace.files.set(file.id, file);
      const upload = core.uploads.ofFile(file.id);
      if (upload !== undefined) upload.completed = true;
    }
    const comment = args.initial_comment ?? "";
    for (const channel of channels)
      core.timers.after(core.settings.shareDelayMs, () => share(call, { files, channel, threadTs, comment, blocks }));
    return {
      ok: true,
      files: files.map((file) => fileJson(file, { workspace: core.workspace, baseUrl: core.baseUrl() })),
    };
  },
});

function knownFile(call: Call, id: string): StoredFile {
  const file = call.core.workspace.files.get(id);
  if (file === undefined) throw new ApiError("file_not_found");
  if (file.deleted) throw new ApiError("file_deleted");
  return file;
}

const info = method({
  ...common,
  name: "files.info",
  scopes: ["files:read"],
  tier: "tier4",
  json: false,
  args: z.object({ file: text, cursor: text.optional(), limit: count.optional() }),
  run: (args, call) => ({
    ok: true,
    file: fileJson(knownFile(call, args.file), { workspace: call.core.workspace, baseUrl: call.core.baseUrl() }),
    comments: [],
  }),
});

const remove = method({
  ...common,
  name: "files.delete",
  scopes: ["files:write"],
  tier: "tier3",
  args: z.object({ file: text }),
  run: (args, call) => {
    const file = knownFile(call, args.file);
    if (file.user !== call.token.app.botUser) throw new ApiError("cant_delete_file");
    const { workspace } = call.core;
    workspace.files.set(file.id, { ...file, deleted: true, bytes: new Uint8Array() });
    for (const { channel, ts } of file.shares) {
      const message = workspace.message(channel, ts);
      if (message === undefined) continue;
      const fileIds = message.fileIds.filter((id) => id !== file.id);
      // A message that only showed the file goes with it.
      if (fileIds.length === 0 && message.text === "" && message.blocks.length === 0) workspace.remove(message);
      else workspace.replace({ ...message, fileIds });
    }
    return { ok: true };
  },
});

export const fileMethods = [getUploadUrl, completeUpload, info, remove] as const;
