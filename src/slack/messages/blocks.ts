import type { types } from "@slack/bolt";
import { clip } from "./text.ts";

export type Block = types.KnownBlock;
export type Button = types.Button;
export type View = types.ModalView | types.HomeView;

/** A message as it is posted, redrawn or answered: `text` is a full sentence for notifications and screen readers. */
export interface Message {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Slack's own limits, in code points; `blocks` is what one message may show together, well below where Slack refuses it. */
const LIMITS = { section: 3000, context: 3000, header: 150, text: 4000, title: 24, blocks: 10_000 } as const;

const mrkdwn = (text: string): types.MrkdwnElement => ({ type: "mrkdwn", text, verbatim: true });
export const plainText = (text: string, limit: number): types.PlainTextElement => ({
  type: "plain_text",
  text: clip(text, limit),
  emoji: true,
});

/** Lines of mrkdwn; empty ones are left out. */
export function section(...lines: readonly string[]): types.SectionBlock {
  const text = lines.filter((line) => line !== "").join("\n");
  return { type: "section", text: mrkdwn(clip(text, LIMITS.section)), expand: true };
}

export function context(text: string): types.ContextBlock {
  return { type: "context", elements: [mrkdwn(clip(text, LIMITS.context))] };
}

export function header(text: string): types.HeaderBlock {
  return { type: "header", text: plainText(text, LIMITS.header) };
}

export const divider = (): types.DividerBlock => ({ type: "divider" });

/** Buttons in a row; nothing when there are none. `id` is unique within the message. */
export function controls(id: string, buttons: readonly Button[]): readonly Block[] {
  return buttons.length === 0 ? [] : [{ type: "actions", block_id: clip(id, 255), elements: [...buttons] }];
}

export function message(text: string, blocks: readonly Block[]): Message {
  return { text: clip(text, LIMITS.text), blocks: withinTotal(blocks) };
}

/** The same blocks with late sections cut or left out where all texts together are too long. Buttons always stay. */
function withinTotal(blocks: readonly Block[]): readonly Block[] {
  let left: number = LIMITS.blocks;
  return blocks.flatMap((block) => {
    if (block.type !== "section" || block.text === undefined) return [block];
    if (left < 2) return [];
    const text = clip(block.text.text, left);
    left -= [...text].length;
    return [{ ...block, text: { ...block.text, text } }];
  });
}

/** A private or thread answer: the sentence itself, and details under it. */
export function note(text: string, ...details: readonly Block[]): Message {
  return message(text, [section(text), ...details]);
}

export interface ModalParts {
  readonly title: string;
  readonly callbackId: string;
  readonly blocks: readonly Block[];
  readonly submit?: string;
  readonly metadata?: string;
}

export function modal({ title, callbackId, blocks, submit, metadata }: ModalParts): types.ModalView {
  return {
    type: "modal",
    title: plainText(title, LIMITS.title),
    callback_id: callbackId,
    close: plainText(submit === undefined ? "Close" : "Cancel", LIMITS.title),
    ...(submit !== undefined && { submit: plainText(submit, LIMITS.title) }),
    ...(metadata !== undefined && { private_metadata: metadata }),
    blocks: [...blocks],
  };
}
