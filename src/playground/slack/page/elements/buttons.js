import { html } from "../html.js";
import { TextObject } from "../text/text.js";
import { linkable } from "../text/safe-url.js";
import { MenuButton } from "../view/menu.js";
import { Icon } from "../view/icons.js";

/** A button; one with an address opens it and still tells the app. */
export function Button({ element, busy, press }) {
  const style = ["primary", "danger"].includes(element.style) ? ` ${element.style}` : "";
  const face = html`<${TextObject}
      of=${element.text}
    />${linkable(element.url) && html`<${Icon} name="external" size=${14} />`}`;
  const common = {
    class: `button${style}`,
    "data-action-id": element.action_id,
    "aria-label": element.accessibility_label,
    "aria-busy": busy,
  };
  if (linkable(element.url)) {
    return html`<a
      ...${common}
      href=${element.url}
      target="_blank"
      rel="noopener noreferrer"
      onClick=${() => void press({})}
      >${face}</a
    >`;
  }
  return html`<button type="button" ...${common} onClick=${() => void press({})}>${face}</button>`;
}

/** The ⋯ menu of a section or an actions row. */
export function Overflow({ element, busy, press }) {
  const items = (element.options ?? []).map((option, index) => ({
    key: String(option.value ?? index),
    face: html`<${TextObject} of=${option.text} />`,
    href: linkable(option.url) ? option.url : undefined,
    run: () => void press({ selected_option: option }),
  }));
  const attributes = { "data-action-id": element.action_id, "aria-busy": busy };
  return html`<${MenuButton}
    label="More actions"
    class="button overflow"
    face=${html`<${Icon} name="more" />`}
    items=${items}
    attributes=${attributes}
  />`;
}

/** Thumbs up and down under a message. */
export function Feedback({ element, press }) {
  const one = (button, kind) =>
    button &&
    html`<button
      type="button"
      class="button"
      data-action-id=${element.action_id}
      aria-label=${button.accessibility_label ?? kind}
      onClick=${() => void press({ text: button.text, value: button.value })}
    >
      <${TextObject} of=${button.text} />
    </button>`;
  return html`<span class="feedback"
    >${one(element.positive_button, "Good")}${one(element.negative_button, "Bad")}</span
  >`;
}

export function IconButton({ element, press }) {
  return html`<button
    type="button"
    class="button"
    data-action-id=${element.action_id}
    onClick=${() => void press({ value: element.value })}
  >
    <${TextObject} of=${element.text} />
  </button>`;
}
