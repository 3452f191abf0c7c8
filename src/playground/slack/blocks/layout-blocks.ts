import { below, byType, flag, isRecord, list, literal, number, object, refuse, text } from "./check.ts";
import type { Check, Fields, JsonRecord, Place } from "./check.ts";
import { accessory, actionElement, contextActionElement, inputElement } from "./elements.ts";
import { imageElement } from "./images.ts";
import { anyText, blockId, mrkdwn, plainText } from "./text-objects.ts";

/** A block with an optional block_id beside its own fields. */
export function block(
  type: string,
  fields: {
    readonly required?: Fields;
    readonly optional?: Fields;
    readonly rules?: readonly ((value: JsonRecord, place: Place) => void)[];
  },
): Check {
  return object({
    required: { type: literal(type), ...fields.required },
    optional: { block_id: blockId, ...fields.optional },
    rules: fields.rules ?? [],
  });
}

export const section: Check = block("section", {
  optional: { text: anyText(3000), fields: list(anyText(2000), { max: 10 }), accessory, expand: flag },
  rules: [
    (value, place) => {
      if (!Object.hasOwn(value, "text") && !Object.hasOwn(value, "fields"))
        refuse(place, "must define either `text` or `fields`");
    },
  ],
});

export const header: Check = block("header", {
  required: { text: plainText(150) },
  optional: { level: number({ min: 1, max: 4 }) },
});

export const divider: Check = block("divider", {});

export const context: Check = block("context", {
  required: {
    elements: list(byType({ image: imageElement, plain_text: plainText(3000), mrkdwn: mrkdwn(3000) }, "element"), {
      max: 10,
    }),
  },
});

export const actions: Check = block("actions", { required: { elements: list(actionElement, { max: 25 }) } });

export const input: Check = block("input", {
  required: { label: plainText(2000), element: inputElement },
  optional: { hint: plainText(2000), optional: flag, dispatch_action: flag },
  rules: [
    (value, place) => {
      const element = value["element"];
      if (value["dispatch_action"] === true && isRecord(element) && element["type"] === "file_input")
        refuse(below(place, "dispatch_action"), "not available for file_input");
    },
  ],
});

export const markdown: Check = block("markdown", { required: { text: text(12_000) } });

export const contextActions: Check = block("context_actions", {
  required: { elements: list(contextActionElement, { max: 5 }) },
});

/** Video needs a scope and an unfurl domain that a release bot has no use for, so it is always refused, with Slack's words. */
export const video: Check = (_value, place) => {
  refuse(place, "Video validation failed: Bot scopes missing");
};
