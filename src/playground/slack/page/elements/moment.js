import { html } from "../html.js";
import { zone } from "../store.js";
import { fromLocal, toLocal } from "../text/local-time.js";

const KINDS = {
  datepicker: { input: "date", key: "selected_date", show: (value) => value ?? "", read: (text) => text || null },
  timepicker: { input: "time", key: "selected_time", show: (value) => value ?? "", read: (text) => text || null },
  datetimepicker: {
    input: "datetime-local",
    key: "selected_date_time",
    show: (value) => (value ? toLocal(value, zone.value) : ""),
    read: (text) => (text ? fromLocal(text, zone.value) : null),
  },
};

/** Date, time, or both. */
export function Moment({ element, entry, field, change }) {
  const kind = KINDS[element.type];
  return html`<input
    class="field-box moment"
    type=${kind.input}
    id=${field?.id}
    data-action-id=${element.action_id}
    aria-label=${field ? undefined : (element.placeholder?.text ?? "Choose")}
    aria-describedby=${field?.errorId}
    aria-required=${field?.required}
    value=${kind.show(entry[kind.key])}
    onChange=${(event) => void change({ [kind.key]: kind.read(event.currentTarget.value) })}
  />`;
}
