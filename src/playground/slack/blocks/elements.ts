import { byType, flag, form, isRecord, list, literal, number, object, oneOf, refuse, text } from "./check.ts";
import type { Check, Fields, JsonRecord, Place } from "./check.ts";
import { imageElement } from "./images.ts";
import {
  choiceOption,
  fixedOptions,
  initialIsOffered,
  optionsXorGroups,
  overflowOption,
  selectOption,
} from "./options.ts";
import { richText } from "./rich-text.ts";
import { actionId, confirm, plainText, style } from "./text-objects.ts";

const placeholder: Fields = { placeholder: plainText(150) };
const focus: Fields = { focus_on_load: flag };
const dispatch: Fields = {
  dispatch_action_config: object({
    optional: { trigger_actions_on: list(oneOf("on_enter_pressed", "on_character_entered"), { max: 2 }) },
  }),
};

interface Interactive {
  readonly required?: Fields;
  readonly optional?: Fields;
  readonly rules?: readonly ((value: JsonRecord, place: Place) => void)[];
}

/** Slack can only report an interaction by its action_id, so every interactive element needs one. */
function interactive(type: string, { required = {}, optional = {}, rules = [] }: Interactive): Check {
  return object({ required: { type: literal(type), action_id: actionId, ...required }, optional, rules });
}

const menu: Fields = { ...placeholder, ...focus, confirm };
const many: Fields = { max_selected_items: number({ min: 1 }) };
const conversationFilter: Check = object({
  optional: {
    include: list(oneOf("im", "mpim", "private", "public")),
    exclude_external_shared_channels: flag,
    exclude_bot_users: flag,
  },
});
const conversations: Fields = { default_to_current_conversation: flag, filter: conversationFilter };
const responseUrl: Fields = {
  response_url_enabled: (value, place) => {
    flag(value, place);
    if (value === true && place.surface !== "modal") refuse(place, "only available in modals");
  },
};
const ids = list(text(255), { min: 0 });

const button = interactive("button", {
  required: { text: plainText(75) },
  optional: { value: text(2000), url: text(3000), style, confirm, accessibility_label: text(75) },
});

const singleSelects: Fields = {
  static_select: interactive("static_select", {
    optional: { ...menu, ...fixedOptions, initial_option: selectOption },
    rules: [optionsXorGroups, initialIsOffered],
  }),
  external_select: interactive("external_select", {
    optional: { ...menu, initial_option: selectOption, min_query_length: number({ min: 0 }) },
  }),
  users_select: interactive("users_select", { optional: { ...menu, initial_user: text(255) } }),
  conversations_select: interactive("conversations_select", {
    optional: { ...menu, ...conversations, ...responseUrl, initial_conversation: text(255) },
  }),
  channels_select: interactive("channels_select", {
    optional: { ...menu, ...responseUrl, initial_channel: text(255) },
  }),
};

const multiSelects: Fields = {
  multi_static_select: interactive("multi_static_select", {
    optional: { ...menu, ...many, ...fixedOptions, initial_options: list(selectOption) },
    rules: [optionsXorGroups, initialIsOffered],
  }),
  multi_external_select: interactive("multi_external_select", {
    optional: { ...menu, ...many, initial_options: list(selectOption), min_query_length: number({ min: 0 }) },
  }),
  multi_users_select: interactive("multi_users_select", { optional: { ...menu, ...many, initial_users: ids } }),
  multi_conversations_select: interactive("multi_conversations_select", {
    optional: { ...menu, ...many, ...conversations, initial_conversations: ids },
  }),
  multi_channels_select: interactive("multi_channels_select", {
    optional: { ...menu, ...many, initial_channels: ids },
  }),
};

const choices: Fields = {
  radio_buttons: interactive("radio_buttons", {
    required: { options: list(choiceOption, { max: 10 }) },
    optional: { ...focus, confirm, initial_option: choiceOption },
    rules: [initialIsOffered],
  }),
  checkboxes: interactive("checkboxes", {
    required: { options: list(choiceOption, { max: 10 }) },
    optional: { ...focus, confirm, initial_options: list(choiceOption) },
    rules: [initialIsOffered],
  }),
};

const pickers: Fields = {
  datepicker: interactive("datepicker", {
    optional: {
      ...menu,
      initial_date: form(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, "a date such as 2026-11-23"),
    },
  }),
  timepicker: interactive("timepicker", {
    optional: { ...menu, initial_time: form(/^([01]\d|2[0-3]):[0-5]\d$/, "a time such as 17:05"), timezone: text(255) },
  }),
};

const dateTimePicker: Fields = {
  datetimepicker: interactive("datetimepicker", {
    optional: { ...focus, confirm, initial_date_time: number({ min: 1_000_000_000, max: 9_999_999_999 }) },
  }),
};

const overflow = interactive("overflow", {
  required: { options: list(overflowOption, { max: 5 }) },
  optional: { confirm },
});

const workflowButton = interactive("workflow_button", {
  required: {
    text: plainText(75),
    workflow: object({
      required: {
        trigger: object({
          required: { url: text(3000) },
          optional: {
            customizable_input_parameters: list(object({ required: { name: text(255), value: text(3000, 0) } })),
          },
        }),
      },
    }),
  },
  optional: { style, accessibility_label: text(75) },
});

const decimal = form(/^-?\d+(\.\d+)?$/, "a number written as a string");
const typing: Fields = { ...placeholder, ...focus, ...dispatch };

function orderedLengths(value: JsonRecord, place: Place): void {
  const { min_length: min, max_length: max } = value;
  if (typeof min === "number" && typeof max === "number" && min > max)
    refuse(place, "`min_length` must not be greater than `max_length`");
}

const inputOnly: Fields = {
  plain_text_input: interactive("plain_text_input", {
    optional: {
      ...typing,
      multiline: flag,
      initial_value: text(3000, 0),
      min_length: number({ min: 0, max: 3000 }),
      max_length: number({ min: 1, max: 3000 }),
    },
    rules: [orderedLengths],
  }),
  number_input: interactive("number_input", {
    required: { is_decimal_allowed: flag },
    optional: { ...typing, initial_value: decimal, min_value: decimal, max_value: decimal },
  }),
  email_text_input: interactive("email_text_input", { optional: { ...typing, initial_value: text(3000, 0) } }),
  url_text_input: interactive("url_text_input", { optional: { ...typing, initial_value: text(3000, 0) } }),
  rich_text_input: interactive("rich_text_input", {
    optional: {
      ...typing,
      initial_value: richText,
      min_lines: number({ min: 1, max: 100 }),
      max_lines: number({ min: 1, max: 100 }),
    },
  }),
  file_input: (value, place) => {
    if (place.surface !== "modal") refuse(place, "unsupported element: file_input");
    interactive("file_input", {
      optional: { filetypes: list(text(255)), max_files: number({ min: 1, max: 10 }) },
    })(value, place);
  },
};

const buttonLike: Fields = { button, overflow, workflow_button: workflowButton };

/** What may stand at the right of a section. */
export const accessory: Check = byType(
  { ...buttonLike, ...singleSelects, ...multiSelects, ...choices, ...pickers, image: imageElement },
  "element",
);

/** What may stand in an actions block: multi-selects may not, although the published types say so. */
export const actionElement: Check = byType(
  { ...buttonLike, ...singleSelects, ...choices, ...pickers, ...dateTimePicker },
  "element",
);

/** What may stand in an input block. */
export const inputElement: Check = byType(
  { ...singleSelects, ...multiSelects, ...choices, ...pickers, ...dateTimePicker, ...inputOnly },
  "element",
);

export { button };

const feedback: Check = object({
  required: { text: plainText(75), value: text(2000) },
  optional: { accessibility_label: text(75) },
});

/** What may stand in a context_actions block. */
export const contextActionElement: Check = byType(
  {
    feedback_buttons: interactive("feedback_buttons", {
      required: { positive_button: feedback, negative_button: feedback },
    }),
    icon_button: interactive("icon_button", {
      required: { icon: oneOf("trash"), text: plainText(75) },
      optional: {
        value: text(2000),
        confirm,
        accessibility_label: text(75),
        visible_to_user_ids: list(text(255), { max: 10 }),
      },
    }),
  },
  "element",
);

/** True when the value is an element that keeps a value in `state.values`. */
export function isStateful(value: unknown): value is JsonRecord {
  if (!isRecord(value)) return false;
  const type = value["type"];
  return (
    typeof type === "string" &&
    [singleSelects, multiSelects, choices, pickers, dateTimePicker, inputOnly].some((kinds) =>
      Object.hasOwn(kinds, type),
    )
  );
}
