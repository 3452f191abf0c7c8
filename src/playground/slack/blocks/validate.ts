import { blockTable } from "./block-table.ts";
import { below, codePoints, flag, isList, isRecord, object, oneOf, refuse, text } from "./check.ts";
import type { Check, Finding, JsonRecord, Place, Surface } from "./check.ts";
import { totalText } from "./data-blocks.ts";
import { blockId, plainText } from "./text-objects.ts";
import { storedBlockCount, wholeRules } from "./whole-rules.ts";

/** Blocks per surface. */
export const maxBlocks: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };

/** Above this many code points of text in all blocks chat.postMessage answers msg_blocks_too_long. Measured, not documented. */
export const maxPostedBlockText = 13_200;

export interface BlockOptions {
  readonly surface: Surface;
  /** Prefix of every pointer, such as `/blocks`. */
  readonly pointer: string;
  readonly fileUsable?: (reference: JsonRecord) => boolean;
}

function collector(options: BlockOptions): { readonly findings: Finding[]; readonly place: Place } {
  const findings: Finding[] = [];
  const { surface, pointer, fileUsable } = options;
  const report = (finding: Finding): void => void findings.push(finding);
  return { findings, place: { pointer, surface, report, ...(fileUsable && { fileUsable }) } };
}

const oneBlock: Check = (value, place) => {
  if (!isRecord(value)) return refuse(place, "must provide an object");
  const type = value["type"];
  if (type === undefined) return refuse(place, "missing required field: type");
  const kind = typeof type === "string" && Object.hasOwn(blockTable, type) ? blockTable[type] : undefined;
  if (kind === undefined || !kind.surfaces.includes(place.surface))
    return refuse(place, `unsupported type: ${String(type)}`);
  kind.check(value, place);
};

function checkBlocks(blocks: unknown, place: Place): void {
  if (!isList(blocks)) return refuse(place, "must provide an array");
  const stored = blocks.reduce<number>((sum, block) => sum + storedBlockCount(block), 0);
  const max = maxBlocks[place.surface];
  if (stored > max) refuse(place, `no more than ${max} items allowed`);
  for (const [index, block] of blocks.entries()) oneBlock(block, below(place, index));
  for (const rule of wholeRules) rule(blocks, place);
}

/** Every fault of a list of blocks; empty when Slack would take it. */
export function validateBlocks(blocks: unknown, options: BlockOptions): readonly Finding[] {
  const { findings, place } = collector(options);
  checkBlocks(blocks, place);
  return findings;
}

/** Code points of all text inside the blocks, as counted for `maxPostedBlockText`. */
export function blockTextLength(blocks: unknown): number {
  return totalText(blocks);
}

const inputNeedsSubmit = (view: JsonRecord, place: Place): void => {
  const blocks = isList(view["blocks"]) ? view["blocks"] : [];
  const hasInput = blocks.some((block) => isRecord(block) && block["type"] === "input");
  if (hasInput && !Object.hasOwn(view, "submit"))
    refuse(place, "must define `submit` to use an `input` block in modals");
};

const atLeastOneBlock = (view: JsonRecord, place: Place): void => {
  if (isList(view["blocks"]) && view["blocks"].length === 0)
    refuse(below(place, "blocks"), "no less than 1 items allowed");
};

const common = { private_metadata: text(3000, 0), callback_id: text(255, 0), external_id: text(255, 0) };

const modal: Check = object({
  required: { type: oneOf("modal"), title: plainText(24), blocks: checkBlocks },
  optional: {
    ...common,
    submit: plainText(24),
    close: plainText(24),
    clear_on_close: flag,
    notify_on_close: flag,
    submit_disabled: flag,
  },
  rules: [inputNeedsSubmit, atLeastOneBlock],
});

const home: Check = object({ required: { type: oneOf("home"), blocks: checkBlocks }, optional: common });

/** Every fault of a modal or home view; pointers begin with `/view`. */
export function validateView(view: unknown, options: Pick<BlockOptions, "fileUsable"> = {}): readonly Finding[] {
  const surface = isRecord(view) && view["type"] === "home" ? "home" : "modal";
  const { findings, place } = collector({ surface, pointer: "/view", ...options });
  if (isRecord(view) && view["type"] !== "home" && view["type"] !== "modal")
    refuse(below(place, "type"), `unsupported type: ${String(view["type"])}`);
  else (surface === "home" ? home : modal)(view, place);
  return findings;
}

const attachment: Check = object({
  optional: {
    blocks: checkBlocks,
    color: (value, place) => {
      if (typeof value !== "string" || !/^(good|warning|danger|#?[0-9a-fA-F]{6})$/.test(value))
        refuse(place, "must be a valid color");
    },
    fallback: text(Infinity, 0),
    text: text(Infinity, 0),
    pretext: text(Infinity, 0),
    title: text(Infinity, 0),
    title_link: text(3000, 0),
    author_name: text(Infinity, 0),
    author_link: text(3000, 0),
    author_icon: text(3000, 0),
    image_url: text(3000, 0),
    thumb_url: text(3000, 0),
    footer: text(300, 0),
    footer_icon: text(3000, 0),
    ts: () => undefined,
    mrkdwn_in: () => undefined,
    callback_id: blockId,
    fields: () => undefined,
    id: () => undefined,
  },
});

/** Every fault of legacy attachments, and of the blocks inside them; pointers begin with `/attachments`. */
export function validateAttachments(
  attachments: unknown,
  options: Pick<BlockOptions, "fileUsable"> = {},
): readonly Finding[] {
  const { findings, place } = collector({ surface: "message", pointer: "/attachments", ...options });
  if (!isList(attachments)) refuse(place, "must provide an array");
  else {
    if (attachments.length > 100) refuse(place, "no more than 100 items allowed");
    for (const [index, entry] of attachments.entries()) attachment(entry, below(place, index));
  }
  return findings;
}

/** Message metadata: an event name and a JSON object. */
export function isMetadata(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value["event_type"] === "string" &&
    value["event_type"] !== "" &&
    isRecord(value["event_payload"])
  );
}

/**
 * Every fault of a message as it would be passed to chat.postMessage and chat.update alike: a bot redraws what it posted,
 * so the stricter limit of the two counts (text 4,000 as for updates, block text as for posts).
 */
export function validateMessage(
  message: JsonRecord,
  options: Pick<BlockOptions, "fileUsable"> = {},
): readonly Finding[] {
  const findings: Finding[] = [];
  const { text: words, blocks, attachments, metadata } = message;
  if (words !== undefined && typeof words !== "string")
    findings.push({ pointer: "/text", message: "must be a string" });
  if (typeof words === "string" && codePoints(words) > 4000)
    findings.push({ pointer: "/text", message: "must be less than 4001 characters" });
  const shown = [words, blocks, attachments].some(
    (part) => (typeof part === "string" || isList(part)) && part.length > 0,
  );
  if (!shown) findings.push({ pointer: "", message: "no_text" });
  if (blocks !== undefined)
    findings.push(...validateBlocks(blocks, { surface: "message", pointer: "/blocks", ...options }));
  if (blockTextLength(blocks) > maxPostedBlockText)
    findings.push({ pointer: "/blocks", message: "msg_blocks_too_long" });
  if (attachments !== undefined) findings.push(...validateAttachments(attachments, options));
  if (metadata !== undefined && !isMetadata(metadata))
    findings.push({ pointer: "/metadata", message: "invalid_metadata_format" });
  return findings;
}
