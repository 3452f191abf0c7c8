import { byType, flag, list, literal, number, object, oneOf, text } from "./check.ts";
import type { Check, Fields } from "./check.ts";
import { blockId } from "./text-objects.ts";

const marks: Check = object({
  optional: {
    bold: flag,
    italic: flag,
    strike: flag,
    code: flag,
    underline: flag,
    highlight: flag,
    client_highlight: flag,
    unlink: flag,
  },
});

function inline(type: string, required: Fields, optional: Fields = {}): Check {
  return object({ required: { type: literal(type), ...required }, optional: { style: marks, ...optional } });
}

const textRun = inline("text", { text: text(Infinity) });
const link = inline("link", { url: text(3000) }, { text: text(Infinity), unsafe: flag });

const inlineElement: Check = byType(
  {
    text: textRun,
    link,
    emoji: inline(
      "emoji",
      { name: text(255) },
      { unicode: text(255), url: text(3000), skin_tone: number({ min: 1, max: 6 }) },
    ),
    user: inline("user", { user_id: text(255) }),
    usergroup: inline("usergroup", { usergroup_id: text(255) }),
    channel: inline("channel", { channel_id: text(255) }),
    team: inline("team", { team_id: text(255) }),
    color: inline("color", { value: text(255) }),
    broadcast: inline("broadcast", { range: oneOf("here", "channel", "everyone") }),
    date: inline("date", { timestamp: number(), format: text(255) }, { url: text(3000), fallback: text(3000) }),
  },
  "element",
);

const border = oneOf(0, 1);
const section: Check = object({
  required: { type: literal("rich_text_section"), elements: list(inlineElement, { min: 0 }) },
});

const part: Check = byType(
  {
    rich_text_section: section,
    rich_text_list: object({
      required: { type: literal("rich_text_list"), elements: list(section), style: oneOf("bullet", "ordered") },
      optional: { indent: number({ min: 0, max: 8 }), offset: number({ min: 0 }), border },
    }),
    rich_text_quote: object({
      required: { type: literal("rich_text_quote"), elements: list(inlineElement, { min: 0 }) },
      optional: { border },
    }),
    rich_text_preformatted: object({
      required: {
        type: literal("rich_text_preformatted"),
        elements: list(byType({ text: textRun, link }, "element"), { min: 0 }),
      },
      optional: { border, language: text(255) },
    }),
  },
  "element",
);

/** The rich_text block, also the value of rich text inputs and of table cells. */
export const richText: Check = object({
  required: { type: literal("rich_text"), elements: list(part) },
  optional: { block_id: blockId },
});
