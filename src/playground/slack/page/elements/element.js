/** The registry of element types. One that is missing is drawn as a visible box. */
import { html } from "../html.js";
import { entryOf, isEmpty } from "../form-state.js";
import { fire, isBusy, remember, touchedOn, warningOn } from "../actions.js";
import { confirmed } from "../view/confirm.js";
import { Icon } from "../view/icons.js";
import { Button, Overflow, Feedback, IconButton } from "./buttons.js";
import { Choices } from "./choices.js";
import { Moment } from "./moment.js";
import { TextInput } from "./text-input.js";
import { Picker } from "./picker.js";

const TYPES = {
  button: Button,
  overflow: Overflow,
  feedback_buttons: Feedback,
  icon_button: IconButton,
  radio_buttons: Choices,
  checkboxes: Choices,
  datepicker: Moment,
  timepicker: Moment,
  datetimepicker: Moment,
  plain_text_input: TextInput,
  rich_text_input: TextInput,
  email_text_input: TextInput,
  url_text_input: TextInput,
  number_input: TextInput,
};

/**
 * One interactive element. `press` fires it (after its confirm dialog), `change` remembers and, outside of input blocks, fires.
 * @param {{ element: any, block: any, at: import("../blocks/blocks.js").At, field?: Field }} props
 * @typedef {{ id: string, labelledBy: string, errorId?: string, required: boolean }} Field label and error of an input block
 */
export function Element({ element, block, at, field }) {
  const type = String(element.type);
  const Type = Object.hasOwn(TYPES, type) ? TYPES[type] : type.endsWith("_select") ? Picker : Unsupported;
  const { surface } = at;
  const entry = entryOf(block, element, touchedOn(surface));

  const press = async (fields) => {
    if (element.confirm && !(await confirmed(element.confirm))) return;
    await fire({ surface, blocks: at.blocks, block, element, entry: fields });
  };
  const change = async (fields) => {
    const next = { ...entry, ...fields };
    const fires = block.type !== "input" || (block.dispatch_action === true && !("value" in fields));
    if (fires && element.confirm && !(await confirmed(element.confirm))) return;
    remember(surface, block, element, next);
    if (!fires) return;
    const { type: _, ...chosen } = next;
    await fire({ surface, blocks: at.blocks, block, element, entry: chosen });
  };

  const warning = warningOn(surface, block, element);
  const props = {
    element,
    block,
    at,
    field,
    entry,
    empty: !entry || isEmpty(entry),
    busy: isBusy(surface, block, element),
    press,
    change,
  };
  return html`<span class="element element-${type}"
    ><${Type} ...${props} />
    ${warning && html`<span class="element-warning" role="img" aria-label=${`Failed: ${warning}`} title=${warning}><${Icon} name="warning" size=${16} /></span>`}</span
  >`;
}

function Unsupported({ element }) {
  return html`<span class="unsupported">Unsupported element: <code class="code">${String(element.type)}</code></span>`;
}
