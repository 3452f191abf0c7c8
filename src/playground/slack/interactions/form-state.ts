import { isStateful } from "../blocks/elements.ts";
import { isObject, objectsOf, stringAt } from "../json.ts";
import type { JsonObject, JsonValue } from "../ui-protocol.ts";

/** `state.values`: block_id → action_id → what is chosen there. */
export type Values = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;

export interface Stateful {
  readonly blockId: string;
  readonly actionId: string;
  readonly block: JsonObject;
  readonly element: JsonObject;
}

interface Shape {
  /** Key in the state. */
  readonly key: string;
  /** Key in the element that fills it at first. */
  readonly initial: string;
  readonly many: boolean;
}

const one = (key: string, initial: string): Shape => ({ key, initial, many: false });
const several = (key: string, initial: string): Shape => ({ key, initial, many: true });

const shapes: Readonly<Record<string, Shape>> = {
  plain_text_input: one("value", "initial_value"),
  email_text_input: one("value", "initial_value"),
  url_text_input: one("value", "initial_value"),
  number_input: one("value", "initial_value"),
  rich_text_input: one("rich_text_value", "initial_value"),
  static_select: one("selected_option", "initial_option"),
  external_select: one("selected_option", "initial_option"),
  radio_buttons: one("selected_option", "initial_option"),
  users_select: one("selected_user", "initial_user"),
  conversations_select: one("selected_conversation", "initial_conversation"),
  channels_select: one("selected_channel", "initial_channel"),
  datepicker: one("selected_date", "initial_date"),
  timepicker: one("selected_time", "initial_time"),
  datetimepicker: one("selected_date_time", "initial_date_time"),
  checkboxes: several("selected_options", "initial_options"),
  multi_static_select: several("selected_options", "initial_options"),
  multi_external_select: several("selected_options", "initial_options"),
  multi_users_select: several("selected_users", "initial_users"),
  multi_conversations_select: several("selected_conversations", "initial_conversations"),
  multi_channels_select: several("selected_channels", "initial_channels"),
  file_input: several("files", "files"),
};

/** How an element's choice is named in the state; undefined for elements without one. */
export function stateShape(type: string): Shape | undefined {
  return Object.hasOwn(shapes, type) ? shapes[type] : undefined;
}

/** Elements of a block, wherever they stand in it. */
export function elementsOf(block: JsonObject): readonly JsonObject[] {
  const children = objectsOf(block["child_blocks"]).flatMap(elementsOf);
  const own = [block["accessory"], block["element"]].filter((value): value is JsonObject => isObject(value));
  return [...own, ...objectsOf(block["elements"]), ...objectsOf(block["actions"]), ...children];
}

/** Everything in the blocks that keeps a value. */
export function statefulElements(blocks: readonly JsonObject[]): readonly Stateful[] {
  return blocks.flatMap((block) => {
    const nested = statefulElements(objectsOf(block["child_blocks"]));
    const own = [block["accessory"], block["element"], ...objectsOf(block["elements"])].filter(
      (value): value is JsonObject => isObject(value) && isStateful(value),
    );
    const blockId = stringAt(block, "block_id") ?? "";
    return [
      ...own.map((element) => ({ blockId, actionId: stringAt(element, "action_id") ?? "", block, element })),
      ...nested,
    ];
  });
}

function initialState(element: JsonObject): JsonObject {
  const type = stringAt(element, "type") ?? "";
  const shape = stateShape(type);
  return shape === undefined ? { type } : { type, [shape.key]: element[shape.initial] ?? (shape.many ? [] : null) };
}

/** Values that came from outside, in the form they are kept in; what has another form is left out. */
export function valuesFrom(state: JsonValue | undefined): Values {
  const given = isObject(state) && isObject(state["values"]) ? state["values"] : state;
  if (!isObject(given)) return {};
  return Object.fromEntries(
    Object.entries(given).flatMap(([block, actions]) =>
      isObject(actions)
        ? [
            [
              block,
              Object.fromEntries(
                Object.entries(actions).filter((entry): entry is [string, JsonObject] => isObject(entry[1])),
              ),
            ] as const,
          ]
        : [],
    ),
  );
}

/**
 * The values of all elements of these blocks. The first layer that knows an element wins; an element of another type,
 * or under another block_id or action_id, begins anew.
 */
export function stateOf(blocks: readonly JsonObject[], ...layers: readonly Values[]): Values {
  const values: Record<string, Record<string, JsonObject>> = {};
  for (const { blockId, actionId, element } of statefulElements(blocks)) {
    const known = layers
      .map((layer) => layer[blockId]?.[actionId])
      .find((value) => value !== undefined && value["type"] === element["type"]);
    values[blockId] = { ...values[blockId], [actionId]: known ?? initialState(element) };
  }
  return values;
}

function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** What the client itself says about inputs before anything is sent: block_id → message. */
export function inputErrors(blocks: readonly JsonObject[], values: Values): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const { blockId, actionId, block, element } of statefulElements(blocks)) {
    if (block["type"] !== "input") continue;
    const shape = stateShape(stringAt(element, "type") ?? "");
    const value = shape === undefined ? undefined : values[blockId]?.[actionId]?.[shape.key];
    const error = isEmpty(value)
      ? block["optional"] === true
        ? undefined
        : "Please complete this required field."
      : formError(element, value);
    if (error !== undefined) errors[blockId] = error;
  }
  return errors;
}

function formError(element: JsonObject, value: JsonValue | undefined): string | undefined {
  const text = typeof value === "string" ? value : "";
  const { type, min_length: min, max_length: max } = element;
  if (type === "plain_text_input" && typeof min === "number" && [...text].length < min)
    return `Please enter at least ${min} characters.`;
  if (type === "plain_text_input" && [...text].length > (typeof max === "number" ? max : 3000))
    return "This is too long.";
  if (type === "email_text_input" && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text))
    return "Please enter a valid email address.";
  if (type === "url_text_input" && !URL.canParse(text)) return "Please enter a valid URL.";
  return type === "number_input" ? numberError(element, text) : undefined;
}

function numberError(element: JsonObject, text: string): string | undefined {
  const { min_value: min, max_value: max } = element;
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number)) return "Please enter a number.";
  if (element["is_decimal_allowed"] !== true && !Number.isInteger(number)) return "Please enter a whole number.";
  if (typeof min === "string" && number < Number(min)) return `Please enter a number of at least ${min}.`;
  if (typeof max === "string" && number > Number(max)) return `Please enter a number of at most ${max}.`;
  return undefined;
}
