import { z } from "zod";
import { ApiError, requireNone } from "../api/api-error.ts";
import { isMetadata, validateAttachments, validateBlocks } from "../blocks/validate.ts";
import type { Core } from "../core.ts";
import { objectsOf } from "../json.ts";
import { storedBlocks, storedText } from "../text/normalise.ts";
import { dropOld } from "../workspace/prune.ts";
import { fileUsable } from "../workspace/usable-file.ts";
import type { JsonObject, JsonValue } from "../ui-protocol.ts";
import type { Message } from "../workspace/model.ts";

/** Where an interaction came from: what its response_url may touch. */
export interface Origin {
  readonly user: string;
  readonly channel: string;
  /** The message with the pressed button; undefined for a slash command. */
  readonly ts: string | undefined;
}

const life = 30 * 60_000;
const maxUses = 5;

const Reply = z.object({
  text: z.string().optional(),
  blocks: z.union([z.string(), z.array(z.json())]).optional(),
  attachments: z.union([z.string(), z.array(z.json())]).optional(),
  response_type: z.enum(["ephemeral", "in_channel"]).optional(),
  replace_original: z.union([z.boolean(), z.enum(["true", "false"])]).optional(),
  delete_original: z.union([z.boolean(), z.enum(["true", "false"])]).optional(),
  thread_ts: z.string().optional(),
  metadata: z.json().optional(),
});

type Reply = z.infer<typeof Reply>;

/** Gives out response addresses and counts their uses. */
export class ResponseUrls {
  readonly #issued = new Map<string, { readonly origin: Origin; readonly at: number; uses: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A new address for replies to an interaction; `base` is the emulator's own. */
  issue(base: string, origin: Origin): string {
    dropOld(this.#issued, this.#now() - 2 * life);
    const id = crypto.randomUUID();
    this.#issued.set(id, { origin, at: this.#now(), uses: 0 });
    return `${base}/response/${id}`;
  }

  /** Counts a use. Throws `used_url`, `expired_url` or `invalid_url`. */
  use(id: string): Origin {
    const entry = this.#issued.get(id);
    if (entry === undefined) throw new ApiError("invalid_url");
    if (this.#now() - entry.at > life) throw new ApiError("expired_url");
    if (entry.uses >= maxUses) throw new ApiError("used_url");
    entry.uses += 1;
    return entry.origin;
  }
}

const isTrue = (value: unknown): boolean => value === true || value === "true";

/**
 * Does what a reply to an interaction asks for, whether it came with the acknowledgement or to a response_url.
 * Needs no membership in the channel. Throws ApiError where Slack would refuse.
 */
export function respond(core: Core, origin: Origin, body: JsonValue): void {
  const parsed = Reply.safeParse(typeof body === "string" ? { text: body } : body);
  if (!parsed.success) throw new ApiError("invalid_payload");
  const reply = parsed.data;
  const original = origin.ts === undefined ? undefined : core.workspace.message(origin.channel, origin.ts);
  if (isTrue(reply.delete_original) || isTrue(reply.replace_original)) {
    // A slash command has no message of the app's: the typed line belongs to the person.
    if (original === undefined) throw new ApiError("message_not_found");
    if (original.app?.appId !== core.workspace.app.id) throw new ApiError("cant_update_message");
  }
  if (isTrue(reply.delete_original) && original !== undefined) return core.workspace.remove(original);
  const content = checkedContent(core, reply);
  if (isTrue(reply.replace_original) && original !== undefined)
    return core.workspace.replace({ ...original, ...content });
  post(core, { origin, reply, content });
}

type Content = Pick<Message, "text" | "blocks" | "attachments"> & Partial<Pick<Message, "metadata">>;

function parsedList(value: Reply["blocks"], code: string): readonly JsonObject[] | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string") return objectsOf(value);
  const parsed = z.array(z.json()).safeParse(safely(value));
  if (!parsed.success) throw new ApiError(code);
  return objectsOf(parsed.data);
}

function safely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checkedContent(core: Core, reply: Reply): Content {
  const options = { fileUsable: fileUsable(core.workspace) };
  const blocks = parsedList(reply.blocks, "invalid_blocks_format");
  const attachments = parsedList(reply.attachments, "invalid_attachments");
  if (blocks !== undefined)
    requireNone("invalid_blocks", validateBlocks(blocks, { surface: "message", pointer: "/blocks", ...options }));
  if (attachments !== undefined) requireNone("invalid_attachments", validateAttachments(attachments, options));
  const text = storedText(reply.text ?? "");
  if (
    text === "" &&
    (blocks ?? []).length === 0 &&
    (attachments ?? []).length === 0 &&
    reply.response_type !== "in_channel"
  )
    throw new ApiError("no_text");
  if (reply.metadata !== undefined && !isMetadata(reply.metadata)) throw new ApiError("invalid_metadata_format");
  return {
    text,
    blocks: storedBlocks(blocks ?? [], () => `b${core.ids.count("block").toString(36)}`),
    attachments: attachments ?? [],
  };
}

function post(core: Core, parts: { readonly origin: Origin; readonly reply: Reply; readonly content: Content }): void {
  const { origin, reply, content } = parts;
  const inChannel = reply.response_type === "in_channel";
  // An in_channel answer without content only makes the typed command visible.
  if (inChannel && content.text === "" && content.blocks.length === 0 && content.attachments.length === 0) return;
  if (reply.thread_ts !== undefined && !inChannel)
    core.journal.write({
      method: "response_url",
      outcome: "lenient?",
      note: "thread_ts counts for in_channel answers only; shown in the channel",
    });
  const { app } = core.workspace;
  core.workspace.post({
    channel: origin.channel,
    user: app.botUser,
    app: { appId: app.id, botId: app.botId },
    ...content,
    ...(inChannel && reply.thread_ts !== undefined && { threadTs: reply.thread_ts }),
    ...(!inChannel && { onlyFor: origin.user }),
  });
}
