/** Every select menu, single and multi: options of the block, people, channels, or what the app suggests. */
import { useRef, useState } from "preact/hooks";
import { html } from "../html.js";
import { TextObject } from "../text/text.js";
import { Icon } from "../view/icons.js";
import { Popover } from "../view/popover.js";
import { OptionList } from "./option-list.js";
import { chosenOf, fieldOf, labelOf, selectionOf } from "./selection.js";

export function Picker({ element, block, at, entry, empty, field, busy, change }) {
  const [open, setOpen] = useState(false);
  const button = useRef(null);
  const many = element.type.startsWith("multi_");
  const chosen = chosenOf(element, entry);

  const choose = (choice) => {
    if (!many) {
      setOpen(false);
      return void change(fieldOf(element, [choice]));
    }
    const others = chosen.filter((other) => selectionOf(other) !== selectionOf(choice));
    const added = others.length === chosen.length;
    if (added && chosen.length >= (element.max_selected_items ?? Infinity)) return;
    void change(fieldOf(element, added ? [...chosen, choice] : others));
  };
  const clearable = field && !field.required && !many && !empty;

  return html`<span class="picker">
    <button
      type="button"
      class="field-box picker-face${empty ? " picker-empty" : ""}"
      ref=${button}
      id=${field?.id}
      role="combobox"
      aria-haspopup="listbox"
      aria-expanded=${open}
      aria-busy=${busy}
      aria-describedby=${field?.errorId}
      data-action-id=${element.action_id}
      aria-label=${field ? undefined : (element.placeholder?.text ?? "Choose")}
      onClick=${() => setOpen(!open)}
    >
      <span class="picker-text"
        >${empty ? html`<${TextObject} of=${element.placeholder ?? "Choose"} />` : many ? chosen.map((choice) => html`<span class="chip" key=${selectionOf(choice)}>${labelOf(element, choice)}</span>`) : labelOf(element, chosen[0])}</span
      >
      <${Icon} name="chevron" size=${16} />
    </button>
    ${clearable && html`<button type="button" class="picker-clear" aria-label="Clear" onClick=${() => void change(fieldOf(element, []))}><${Icon} name="close" size=${14} /></button>`}
    ${
      open &&
      html`<${Popover} anchor=${button} label="Options" onClose=${() => setOpen(false)}>
        <${OptionList} element=${element} block=${block} at=${at} chosen=${chosen} many=${many} onChoose=${choose} />
      <//>`
    }
  </span>`;
}
