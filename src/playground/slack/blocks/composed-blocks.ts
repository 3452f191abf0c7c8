import { byType, flag, list, literal, object, oneOf, refuse, text } from "./check.ts";
import type { Check, Fields } from "./check.ts";
import { table } from "./data-blocks.ts";
import { button } from "./elements.ts";
import { imageBlock, imageElement } from "./images.ts";
import { actions, block, context, divider, header, input, section } from "./layout-blocks.ts";
import { richText } from "./rich-text.ts";
import { anyText, mrkdwn, plainText } from "./text-objects.ts";

const child: Check = byType(
  { actions, context, divider, header, image: imageBlock, input, rich_text: richText, section, table },
  "type",
);

export const container: Check = block("container", {
  required: { child_blocks: list(child, { max: 10 }) },
  optional: {
    title: plainText(150),
    rich_text_title: richText,
    subtitle: anyText(150),
    width: oneOf("narrow", "standard", "wide", "full"),
    icon: imageElement,
    is_collapsible: flag,
    default_collapsed: flag,
    has_header_divider: flag,
  },
  rules: [
    (value, place) => {
      if (Object.hasOwn(value, "title") === Object.hasOwn(value, "rich_text_title"))
        refuse(place, "must define either `title` or `rich_text_title`");
    },
  ],
});

const cardContent = ["hero_image", "title", "actions", "body"];

export const card: Check = block("card", {
  optional: {
    hero_image: imageElement,
    icon: imageElement,
    title: mrkdwn(150),
    subtitle: mrkdwn(150),
    body: mrkdwn(200),
    subtext: mrkdwn(200),
    actions: list(button, { max: 3 }),
  },
  rules: [
    (value, place) => {
      if (!cardContent.some((key) => Object.hasOwn(value, key)))
        refuse(place, "must define at least one of `hero_image`, `title`, `actions` or `body`");
    },
  ],
});

export const carousel: Check = block("carousel", {
  required: { elements: list(byType({ card }, "type"), { max: 10 }) },
});

export const alert: Check = block("alert", {
  required: { text: anyText(200) },
  optional: { level: oneOf("default", "info", "warning", "error", "success") },
});

const taskFields: { readonly required: Fields; readonly optional: Fields } = {
  required: { task_id: text(255), title: text(Infinity), status: oneOf("pending", "in_progress", "complete", "error") },
  optional: {
    details: richText,
    output: richText,
    sources: list(object({ required: { type: literal("url"), url: text(3000), text: text(Infinity) } })),
  },
};

export const taskCard: Check = block("task_card", taskFields);

export const plan: Check = block("plan", {
  required: { title: text(Infinity) },
  optional: { tasks: list(byType({ task_card: taskCard }, "type"), { min: 0, max: 50 }) },
});
