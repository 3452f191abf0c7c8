import { html } from "../html.js";
import { TextObject } from "../text/text.js";

/** Radio buttons and checkboxes. */
export function Choices({ element, block, at, entry, field, change }) {
  const many = element.type === "checkboxes";
  const chosen = many ? entry.selected_options : entry.selected_option ? [entry.selected_option] : [];
  const name = `${at.surface.viewId ?? at.surface.ts} ${block.block_id} ${element.action_id}`;
  const pick = (option, on) => {
    if (!many) return void change({ selected_option: option });
    const others = chosen.filter(({ value }) => value !== option.value);
    const next = on ? [...others, option] : others;
    void change({
      selected_options: element.options.filter(({ value }) => next.some((other) => other.value === value)),
    });
  };
  return html`<div
    class="choices"
    role=${many ? "group" : "radiogroup"}
    aria-labelledby=${field?.labelledBy}
    aria-describedby=${field?.errorId}
    data-action-id=${element.action_id}
  >
    ${(element.options ?? []).map(
      (option) =>
        html`<label class="choice" key=${option.value}>
          <input
            type=${many ? "checkbox" : "radio"}
            name=${name}
            value=${option.value}
            checked=${chosen.some(({ value }) => value === option.value)}
            onChange=${(event) => pick(option, event.currentTarget.checked)}
          />
          <span
            ><${TextObject}
              of=${option.text}
            />${option.description && html`<small><${TextObject} of=${option.description} /></small>`}</span
          >
        </label>`,
    )}
  </div>`;
}
