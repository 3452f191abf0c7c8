import { codePoints } from "../blocks/check.ts";
import {
  blockTextLength,
  isMetadata,
  maxPostedBlockText,
  validateAttachments,
  validateBlocks,
} from "../blocks/validate.ts";
import type { JsonObject, JsonValue } from "../ui-protocol.ts";
import { storedBlocks, storedText } from "../text/normalise.ts";
import { fileUsable } from "../workspace/usable-file.ts";
import type { Core } from "../core.ts";
import { ApiError, requireNone } from "./api-error.ts";
import { objectArg, objectList } from "./args.ts";

export interface RawContent {
  readonly text?: string | undefined;
  readonly blocks?: JsonValue | undefined;
  readonly attachments?: JsonValue | undefined;
  readonly metadata?: JsonValue | undefined;
  readonly markdown_text?: string | undefined;
}

export interface Content {
  readonly text: string | undefined;
  readonly blocks: readonly JsonObject[] | undefined;
  readonly attachments: readonly JsonObject[] | undefined;
  readonly metadata: JsonObject | undefined;
}

/** Message content as it will be stored; what was not given stays undefined. Throws Slack's codes for what it refuses. */
export function checkedContent(core: Core, raw: RawContent): Content {
  const options = { fileUsable: fileUsable(core.workspace) };
  const given = objectList(raw.blocks, "invalid_blocks_format");
  const attachments = objectList(raw.attachments, "invalid_attachments");
  const blocks = raw.markdown_text === undefined ? given : markdownBlocks(raw, raw.markdown_text);
  if (blocks !== undefined)
    requireNone("invalid_blocks", validateBlocks(blocks, { surface: "message", pointer: "/blocks", ...options }));
  if (attachments !== undefined && attachments.length > 100) throw new ApiError("too_many_attachments");
  if (attachments !== undefined) requireNone("invalid_attachments", validateAttachments(attachments, options));
  const nextId = (): string => `b${core.ids.count("block").toString(36)}`;
  return {
    text: raw.text === undefined ? undefined : storedText(raw.text),
    blocks: blocks && storedBlocks(blocks, nextId),
    attachments,
    metadata: checkedMetadata(raw.metadata),
  };
}

function markdownBlocks(raw: RawContent, markdown: string): readonly JsonObject[] {
  if (raw.text !== undefined || raw.blocks !== undefined) throw new ApiError("markdown_text_conflict");
  if (codePoints(markdown) > 12_000) throw new ApiError("msg_too_long");
  return [{ type: "markdown", text: markdown }];
}

function checkedMetadata(value: JsonValue | undefined): JsonObject | undefined {
  const metadata = objectArg(value, "invalid_metadata_format");
  if (metadata === undefined || Object.keys(metadata).length === 0) return metadata;
  if (!isMetadata(metadata)) throw new ApiError("invalid_metadata_format");
  return metadata;
}

/** Throws unless there is something to show. */
export function requireSomething(content: Pick<Content, "text" | "blocks" | "attachments">): void {
  if ((content.text ?? "") === "" && (content.blocks ?? []).length === 0 && (content.attachments ?? []).length === 0)
    throw new ApiError("no_text");
}

/** The undocumented limit on all block text of a new message, which updates do not have. */
export function requireShortBlocks(blocks: readonly JsonObject[] | undefined): void {
  if (blockTextLength(blocks ?? []) > maxPostedBlockText) throw new ApiError("msg_blocks_too_long");
}
