// @ts-check
/**
 * What stands in the inputs of a message, modal or home tab, in the shapes Slack sends: `state.values[block_id][action_id]`.
 *
 * @typedef {any} Json blocks and elements arrive as JSON whose fields differ by type
 * @typedef {{ type: string } & Record<string, Json>} Entry one element's state
 * @typedef {(blockId: string, actionId: string) => Entry | undefined} Touched what the person changed, if anything
 */

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const TEXT_TYPES = new Set(["plain_text_input", "email_text_input", "url_text_input", "number_input"]);

/** @type {Record<string, (element: Json) => Record<string, Json>>} */
const INITIAL = {
  plain_text_input: textState,
  email_text_input: textState,
  url_text_input: textState,
  number_input: textState,
  rich_text_input: (element) => ({ rich_text_value: element.initial_value ?? null }),
  static_select: (element) => ({ selected_option: element.initial_option ?? null }),
  external_select: (element) => ({ selected_option: element.initial_option ?? null }),
  radio_buttons: (element) => ({ selected_option: element.initial_option ?? null }),
  users_select: (element) => ({ selected_user: element.initial_user ?? null }),
  channels_select: (element) => ({ selected_channel: element.initial_channel ?? null }),
  conversations_select: (element) => ({ selected_conversation: element.initial_conversation ?? null }),
  multi_static_select: (element) => ({ selected_options: element.initial_options ?? [] }),
  multi_external_select: (element) => ({ selected_options: element.initial_options ?? [] }),
  checkboxes: (element) => ({ selected_options: element.initial_options ?? [] }),
  multi_users_select: (element) => ({ selected_users: element.initial_users ?? [] }),
  multi_channels_select: (element) => ({ selected_channels: element.initial_channels ?? [] }),
  multi_conversations_select: (element) => ({ selected_conversations: element.initial_conversations ?? [] }),
  datepicker: (element) => ({ selected_date: element.initial_date ?? null }),
  timepicker: timeState,
  datetimepicker: (element) => ({ selected_date_time: element.initial_date_time ?? null }),
  file_input: () => ({ files: [] }),
};

/** @param {Json} element */
function textState(element) {
  return { value: element.initial_value ?? null };
}

/** @param {Json} element */
function timeState(element) {
  return { selected_time: element.initial_time ?? null, ...(element.timezone ? { timezone: element.timezone } : {}) };
}

/** What an untouched element holds; undefined for buttons and others that hold nothing. @param {Json} element @returns {Entry | undefined} */
export function initialEntry(element) {
  const type = String(element?.type);
  return Object.hasOwn(INITIAL, type) ? { type, ...INITIAL[type]?.(element) } : undefined;
}

/**
 * Every interactive element with the block it stands in, in reading order.
 * @param {readonly Json[]} blocks @returns {{ block: Json, element: Json }[]}
 */
export function elementsOf(blocks) {
  return (Array.isArray(blocks) ? blocks : []).flatMap((block) => {
    const own = [block?.accessory, block?.element, ...list(block?.elements), ...list(block?.actions)];
    const here = own.filter((element) => element?.action_id !== undefined).map((element) => ({ block, element }));
    return [
      ...here,
      ...elementsOf([...list(block?.child_blocks), ...(block?.type === "carousel" ? list(block.elements) : [])]),
    ];
  });
}

/** @param {Json} value @returns {Json[]} */
function list(value) {
  return Array.isArray(value) ? value : [];
}

/**
 * `state` as a payload carries it. Elements that hold nothing (buttons, overflow menus) do not appear.
 * @param {readonly Json[]} blocks @param {Touched} touched
 * @returns {{ values: Record<string, Record<string, Entry>> }}
 */
export function collectState(blocks, touched) {
  /** @type {Map<string, Map<string, Entry>>} */
  const values = new Map();
  for (const { block, element } of elementsOf(blocks)) {
    const entry = entryOf(block, element, touched);
    if (entry === undefined) continue;
    const row = values.get(block.block_id) ?? new Map();
    values.set(block.block_id, row.set(element.action_id, entry));
  }
  // fromEntries defines own properties, so an id such as "__proto__" stays a plain key.
  return { values: Object.fromEntries([...values].map(([id, row]) => [id, Object.fromEntries(row)])) };
}

/** @param {Json} block @param {Json} element @param {Touched} touched @returns {Entry | undefined} */
export function entryOf(block, element, touched) {
  const initial = initialEntry(element);
  if (initial === undefined) return undefined;
  const changed = touched(block.block_id, element.action_id);
  return changed?.type === initial.type ? changed : initial;
}

/**
 * The fired element in the shape of `actions[]`.
 * @param {{ block: Json, element: Json, entry?: Record<string, Json> | undefined }} fired
 */
export function firedAction({ block, element, entry }) {
  const { type, action_id } = element;
  const echoed = Object.entries(element).filter(([key]) => key.startsWith("initial_") || key === "placeholder");
  const pressed =
    type === "button" ? ["text", "value", "style", "url"].filter((key) => element[key] !== undefined) : [];
  return {
    type,
    action_id,
    block_id: block.block_id,
    ...Object.fromEntries(echoed),
    ...Object.fromEntries(pressed.map((key) => [key, element[key]])),
    ...entry,
  };
}

/**
 * What must be mended before a modal is sent, by block_id. An empty record means it may go.
 * @param {readonly Json[]} blocks @param {Touched} touched @returns {Record<string, string>}
 */
export function problemsOf(blocks, touched) {
  /** @type {[string, string][]} */
  const found = [];
  for (const { block, element } of elementsOf(blocks)) {
    if (block.type !== "input") continue;
    const problem = problemOf(block, element, entryOf(block, element, touched));
    if (problem) found.push([block.block_id, problem]);
  }
  return Object.fromEntries(found);
}

/** @param {Json} block @param {Json} element @param {Entry | undefined} entry */
function problemOf(block, element, entry) {
  if (entry === undefined) return undefined;
  if (isEmpty(entry)) return block.optional ? undefined : "Please complete this required field.";
  return TEXT_TYPES.has(element.type) ? textProblem(element, String(entry["value"])) : undefined;
}

/** True when nothing was typed or chosen. @param {Entry} entry */
export function isEmpty(entry) {
  return Object.entries(entry)
    .filter(([key]) => key !== "type" && key !== "timezone")
    .every(([, value]) => value === null || (Array.isArray(value) ? value.length === 0 : String(value).trim() === ""));
}

/** @param {Json} element @param {string} value */
function textProblem(element, value) {
  const length = [...value].length;
  if (element.min_length > length) return `Please enter at least ${element.min_length} characters.`;
  if (element.max_length < length) return `Please enter at most ${element.max_length} characters.`;
  if (element.type === "email_text_input" && !EMAIL.test(value)) return "Please enter a valid email address.";
  if (element.type === "url_text_input" && !URL.canParse(value)) return "Please enter a valid URL.";
  return element.type === "number_input" ? numberProblem(element, value) : undefined;
}

/** @param {Json} element @param {string} value */
function numberProblem(element, value) {
  const number = Number(value);
  if (!Number.isFinite(number)) return "Please enter a number.";
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Please enter a whole number.";
  if (number < Number(element.min_value ?? -Infinity)) return `Please enter ${element.min_value} or more.`;
  if (number > Number(element.max_value ?? Infinity)) return `Please enter ${element.max_value} or less.`;
  return undefined;
}
