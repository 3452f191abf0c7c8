import { byType, flag, literal, object, refuse, text } from "./check.ts";
import type { Check, JsonRecord, Place } from "./check.ts";

function notBlank(value: JsonRecord, place: Place): void {
  const content = value["text"];
  if (typeof content === "string" && content.length > 0 && content.trim() === "")
    refuse({ ...place, pointer: `${place.pointer}/text` }, "must be more than 0 characters");
}

/** A plain_text object of at most `max` code points. */
export function plainText(max: number): Check {
  return object({
    required: { type: literal("plain_text"), text: text(max) },
    optional: { emoji: flag },
    rules: [notBlank],
  });
}

/** A mrkdwn object of at most `max` code points. */
export function mrkdwn(max: number): Check {
  return object({
    required: { type: literal("mrkdwn"), text: text(max) },
    optional: { verbatim: flag },
    rules: [notBlank],
  });
}

/** Either kind of text object. */
export function anyText(max: number): Check {
  return byType({ plain_text: plainText(max), mrkdwn: mrkdwn(max) }, "type");
}

export const actionId: Check = text(255);
export const blockId: Check = text(255);
export const style: Check = (value, place) => {
  if (value !== "primary" && value !== "danger") refuse(place, "must be a valid enum value");
};

/** The "are you sure?" dialog: all four parts are needed. */
export const confirm: Check = object({
  required: { title: plainText(100), text: anyText(300), confirm: plainText(30), deny: plainText(30) },
  optional: { style },
});
