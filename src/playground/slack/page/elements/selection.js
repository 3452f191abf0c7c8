/** What a select holds, whatever its kind: an option object, or the id of a person or a channel. */
import { html } from "../html.js";
import { channels, people, workspace } from "../store.js";
import { TextObject } from "../text/text.js";

const KEYS = {
  static_select: "selected_option",
  external_select: "selected_option",
  users_select: "selected_user",
  channels_select: "selected_channel",
  conversations_select: "selected_conversation",
};
const KINDS = ["public", "private", "im"];

/** The state field with these choices in it. @param {any} element @param {any[]} choices */
export function fieldOf(element, choices) {
  const many = element.type.startsWith("multi_");
  const key = KEYS[element.type.replace("multi_", "")];
  return many ? { [`${key}s`]: choices } : { [key]: choices[0] ?? null };
}

/** @param {any} element @param {any} entry @returns {any[]} */
export function chosenOf(element, entry) {
  const [key] = Object.keys(fieldOf(element, []));
  const value = entry?.[key];
  return Array.isArray(value) ? value : value ? [value] : [];
}

/** What tells two choices apart. @param {any} choice */
export function selectionOf(choice) {
  return typeof choice === "string" ? choice : String(choice?.value);
}

/** @param {any} element @param {any} choice */
export function labelOf(element, choice) {
  if (typeof choice !== "string") return html`<${TextObject} of=${choice?.text} />`;
  return element.type.includes("users_") ? (people.value.get(choice)?.name ?? choice) : channelName(choice);
}

/** @param {string} id */
function channelName(id) {
  const channel = channels.value.get(id);
  if (!channel) return id;
  return channel.kind === "im" ? (people.value.get(channel.with ?? "")?.name ?? channel.name) : `# ${channel.name}`;
}

/** The list a select starts from, in groups; external ones are asked for. @param {any} element @returns {{ label?: any, options: any[] }[]} */
export function groupsOf(element) {
  const kind = element.type.replace("multi_", "");
  if (kind === "users_select") return [{ options: [...people.value.keys()] }];
  if (kind === "channels_select") return [{ options: conversations(["public"]) }];
  if (kind === "conversations_select") return [{ options: conversations(element.filter?.include ?? KINDS) }];
  return element.option_groups ?? [{ options: element.options ?? [] }];
}

/** @param {string[]} kinds */
function conversations(kinds) {
  return (workspace.value?.channels ?? [])
    .filter((channel) => kinds.includes(channel.kind) && !channel.archived)
    .map(({ id }) => id);
}

/** What a person may type to find a choice. @param {any} element @param {any} choice */
export function searchText(element, choice) {
  if (typeof choice !== "string") return String(choice?.text?.text ?? "").toLowerCase();
  return String(labelOf(element, choice)).toLowerCase();
}
