import { useEffect, useRef } from "preact/hooks";
import { html } from "../html.js";

const INPUTS = { email_text_input: "email", url_text_input: "url", number_input: "text", plain_text_input: "text" };
const MODES = { number_input: "decimal", email_text_input: "email", url_text_input: "url" };

/** One line or many of text. It fires only where the block asks for it: on Enter, or on every character. */
export function TextInput({ element, block, entry, field, press, change }) {
  const box = useRef(null);
  useEffect(() => void (element.focus_on_load && box.current?.focus()), []);
  const rich = element.type === "rich_text_input";
  const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const dispatches = (when) => block.dispatch_action === true && on.includes(when);

  const type = (event) => {
    const text = event.currentTarget.value;
    void change(rich ? { rich_text_value: text === "" ? null : richText(text) } : { value: text === "" ? null : text });
    if (dispatches("on_character_entered")) void press({ value: text });
  };
  const keys = (event) => {
    if (event.key !== "Enter" || event.isComposing || !dispatches("on_enter_pressed")) return;
    event.preventDefault();
    void press({ value: event.currentTarget.value });
  };
  const common = {
    class: "field-box",
    id: field?.id,
    ref: box,
    value: rich ? plainOf(entry.rich_text_value) : (entry.value ?? ""),
    placeholder: element.placeholder?.text,
    "data-action-id": element.action_id,
    "aria-invalid": field?.errorId !== undefined,
    "aria-describedby": field?.errorId,
    "aria-required": field?.required,
    onInput: type,
    onKeyDown: keys,
  };
  return element.multiline || rich
    ? html`<textarea ...${common} rows="4"></textarea>`
    : html`<input ...${common} type=${INPUTS[element.type]} inputmode=${MODES[element.type]} autocomplete="off" />`;
}

/** @param {string} text */
function richText(text) {
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
}

/** @param {any} value */
function plainOf(value) {
  const parts = (value?.elements ?? []).flatMap((part) => part.elements ?? []);
  return parts.map((part) => part.text ?? "").join("");
}
