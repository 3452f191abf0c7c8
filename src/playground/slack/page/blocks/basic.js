import { html } from "../html.js";
import { TextObject } from "../text/text.js";
import { Element } from "../elements/element.js";
import { Picture } from "./picture.js";

/** @typedef {import("./blocks.js").At} At */

/** @param {{ block: any, at: At }} props */
export function Section({ block, at }) {
  const { text, fields, accessory } = block;
  return html`<div class="section">
    <div class="section-body">
      ${text && html`<div class="section-text"><${TextObject} of=${text} /></div>`}
      ${Array.isArray(fields) && html`<div class="fields">${fields.map((field, index) => html`<div class="field" key=${index}><${TextObject} of=${field} /></div>`)}</div>`}
    </div>
    ${
      accessory &&
      html`<div class="accessory">
        ${accessory.type === "image" ? html`<${Picture} image=${accessory} at=${at} look="thumb" />` : html`<${Element} element=${accessory} block=${block} at=${at} />`}
      </div>`
    }
  </div>`;
}

/** @param {{ block: any }} props */
export function Header({ block }) {
  const level = [1, 2, 3, 4].includes(block.level) ? block.level : 1;
  return html`<div class="header header-${level}" role="heading" aria-level=${level + 2}>
    <${TextObject} of=${block.text} />
  </div>`;
}

export function Divider() {
  return html`<hr class="divider" />`;
}

/** @param {{ block: any, at: At }} props */
export function Context({ block, at }) {
  return html`<div class="context">
    ${(block.elements ?? []).map(
      (element, index) =>
        html`<span class="context-item" key=${index}>
          ${element.type === "image" ? html`<${Picture} image=${element} at=${at} look="tiny" />` : html`<${TextObject} of=${element} />`}
        </span>`,
    )}
  </div>`;
}

/** @param {{ block: any, at: At }} props */
export function Actions({ block, at }) {
  return html`<div class="actions">
    ${(block.elements ?? []).map((element, index) => html`<${Element} key=${element.action_id ?? index} element=${element} block=${block} at=${at} />`)}
  </div>`;
}

/** @param {{ block: any, at: At }} props */
export function ImageBlock({ block, at }) {
  return html`<figure class="image-block">
    ${block.title && html`<figcaption><${TextObject} of=${block.title} /></figcaption>`}
    <${Picture} image=${block} at=${at} look="full" />
  </figure>`;
}

/** @param {{ block: any, at: At }} props */
export function Input({ block, at }) {
  const error = at.errors[block.block_id];
  const group = ["radio_buttons", "checkboxes"].includes(block.element?.type);
  const ids = {
    label: `label-${at.surface.viewId ?? at.surface.ts}-${block.block_id}`,
    error: `error-${at.surface.viewId ?? at.surface.ts}-${block.block_id}`,
  };
  return html`<div
    class=${error ? "input input-wrong" : "input"}
    role=${group ? "group" : undefined}
    aria-labelledby=${group ? ids.label : undefined}
    data-block-id=${block.block_id}
  >
    <label class="input-label" id=${ids.label} for=${group ? undefined : `${ids.label}-field`}>
      <${TextObject} of=${block.label} />
      ${block.optional ? html`<span class="input-optional"> (optional)</span>` : html`<span class="input-required" aria-hidden="true"> *</span>`}
    </label>
    <${Element}
      element=${block.element ?? {}}
      block=${block}
      at=${at}
      field=${{ id: `${ids.label}-field`, labelledBy: ids.label, errorId: error ? ids.error : undefined, required: !block.optional }}
    />
    ${error && html`<div class="input-error" id=${ids.error} role="alert">${error}</div>`}
    ${block.hint && html`<div class="input-hint"><${TextObject} of=${block.hint} /></div>`}
  </div>`;
}
