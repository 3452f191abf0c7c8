import { isList, isRecord, list, object, refuse, sameJson, text } from "./check.ts";
import type { Check, Fields, JsonRecord, Place } from "./check.ts";
import { anyText, plainText } from "./text-objects.ts";

function option(label: Check, extra: Fields): Check {
  return object({ required: { text: label, value: text(150) }, optional: { description: plainText(75), ...extra } });
}

/** An entry of a select menu. */
export const selectOption: Check = option(plainText(75), {});

/** An entry of radio buttons or checkboxes, whose label may be mrkdwn. */
export const choiceOption: Check = object({
  required: { text: anyText(75), value: text(150) },
  optional: { description: anyText(75) },
});

/** An entry of an overflow menu; the only one that may carry a link. */
export const overflowOption: Check = option(plainText(75), { url: text(3000) });

export const optionGroup: Check = object({
  required: { label: plainText(75), options: list(selectOption, { max: 100 }) },
});

/** Fields of a select with fixed entries: options or groups, never both. */
export const fixedOptions: Fields = {
  options: list(selectOption, { max: 100 }),
  option_groups: list(optionGroup, { max: 100 }),
};

/** Every option an element offers, from groups too. */
export function offeredOptions(element: JsonRecord): readonly unknown[] {
  const groups = isList(element["option_groups"]) ? element["option_groups"] : [];
  const grouped = groups.flatMap((group) => (isRecord(group) && isList(group["options"]) ? group["options"] : []));
  return [...(isList(element["options"]) ? element["options"] : []), ...grouped];
}

export function optionsXorGroups(value: JsonRecord, place: Place): void {
  if (Object.hasOwn(value, "options") === Object.hasOwn(value, "option_groups"))
    refuse(place, "must define either `options` or `option_groups`");
}

/** What is chosen at first has to be one of the entries, to the last field. */
export function initialIsOffered(value: JsonRecord, place: Place): void {
  const offered = offeredOptions(value);
  const one = value["initial_option"];
  if (one !== undefined && !offered.some((candidate) => sameJson(candidate, one)))
    refuse({ ...place, pointer: `${place.pointer}/initial_option` }, "must be one of the provided options");
  const many = value["initial_options"];
  if (!isList(many)) return;
  for (const [index, chosen] of many.entries())
    if (!offered.some((candidate) => sameJson(candidate, chosen)))
      refuse({ ...place, pointer: `${place.pointer}/initial_options/${index}` }, "must be one of the provided options");
}
