/** The newer, framed blocks: alert, container, card, carousel, plan and task card. */
import { useState } from "preact/hooks";
import { html } from "../html.js";
import { TextObject } from "../text/text.js";
import { Element } from "../elements/element.js";
import { Icon } from "../view/icons.js";
import { Link } from "../text/text.js";
import { Picture } from "./picture.js";
import { RichText } from "./rich-text.js";

const STATES = { pending: "To do", in_progress: "In progress", complete: "Done", error: "Failed" };

/** @param {{ block: any }} props */
export function Alert({ block }) {
  const level = ["info", "warning", "error", "success"].includes(block.level) ? block.level : "default";
  return html`<div class="alert alert-${level}" role="note">
    <${Icon} name=${level === "success" ? "check" : "warning"} />
    <div><${TextObject} of=${block.text} /></div>
  </div>`;
}

/** `nested` draws the child blocks; it is passed in because the registry stands above this file. @param {{ block: any, at: import("./blocks.js").At, nested: any }} props */
export function Container({ block, at, nested: Blocks }) {
  const [folded, setFolded] = useState(block.default_collapsed === true);
  const title = block.rich_text_title
    ? html`<${RichText} block=${block.rich_text_title} />`
    : html`<${TextObject} of=${block.title} />`;
  const heading = html`<span class="frame-title">${title}</span
    >${block.subtitle && html`<span class="frame-subtitle"><${TextObject} of=${block.subtitle} /></span>`}`;
  return html`<section class="frame">
    ${
      block.is_collapsible
        ? html`<button
            type="button"
            class="frame-head frame-toggle"
            aria-expanded=${!folded}
            onClick=${() => setFolded(!folded)}
          >
            <span class="turn"><${Icon} name="chevron" /></span><span>${heading}</span>
          </button>`
        : html`<div class="frame-head"><span>${heading}</span></div>`
    }
    ${!folded && html`<div class="frame-body"><${Blocks} blocks=${block.child_blocks ?? []} at=${at} /></div>`}
  </section>`;
}

/** @param {{ block: any, at: import("./blocks.js").At }} props */
export function Card({ block, at }) {
  return html`<section class="frame card">
    ${block.hero_image && html`<${Picture} image=${block.hero_image} at=${at} look="full" />`}
    <div class="card-head">
      ${block.icon && html`<${Picture} image=${block.icon} at=${at} look="thumb" />`}
      <div>
        ${block.title && html`<div class="frame-title"><${TextObject} of=${block.title} /></div>`}
        ${block.subtitle && html`<div class="frame-subtitle"><${TextObject} of=${block.subtitle} /></div>`}
      </div>
    </div>
    ${block.body && html`<div class="card-body"><${TextObject} of=${block.body} /></div>`}
    ${block.subtext && html`<div class="context"><${TextObject} of=${block.subtext} /></div>`}
    ${Array.isArray(block.actions) && html`<div class="actions">${block.actions.map((element, index) => html`<${Element} key=${element.action_id ?? index} element=${element} block=${block} at=${at} />`)}</div>`}
  </section>`;
}

/** @param {{ block: any, at: import("./blocks.js").At }} props */
export function Carousel({ block, at }) {
  return html`<div class="carousel" tabindex="0" role="region" aria-label="Cards">
    ${(block.elements ?? []).map((card, index) => html`<${Card} key=${index} block=${card} at=${at} />`)}
  </div>`;
}

/** @param {{ block: any }} props */
export function Plan({ block }) {
  const tasks = block.tasks ?? [];
  const done = tasks.filter(({ status }) => status === "complete").length;
  return html`<section class="frame">
    <div class="frame-head">
      <span class="frame-title">${String(block.title ?? "Plan")}</span
      ><span class="frame-subtitle">${done} of ${tasks.length} done</span>
    </div>
    <ol class="tasks">
      ${tasks.map((task, index) => html`<li key=${task.task_id ?? index}><${Task} task=${task} /></li>`)}
    </ol>
  </section>`;
}

/** @param {{ block: any }} props */
export function TaskCard({ block }) {
  return html`<section class="frame frame-body"><${Task} task=${block} /></section>`;
}

function Task({ task }) {
  const status = Object.hasOwn(STATES, task.status) ? task.status : "pending";
  return html`<div class="task task-${status}">
    <span class="task-mark" aria-hidden="true"
      >${status === "complete" && html`<${Icon} name="check" size=${12} />`}${status === "error" && html`<${Icon} name="close" size=${12} />`}</span
    >
    <div>
      <span class="task-title">${String(task.title ?? "")}</span> <span class="task-state">${STATES[status]}</span>
      ${task.details && html`<${RichText} block=${task.details} />`}
      ${task.output && html`<${RichText} block=${task.output} />`}
      ${Array.isArray(task.sources) && html`<div class="context">${task.sources.map((source) => html`<${Link} url=${source.url}>${source.text ?? source.url}<//>`)}</div>`}
    </div>
  </div>`;
}

/** @param {{ block: any, at: import("./blocks.js").At }} props */
export function ContextActions({ block, at }) {
  return html`<div class="actions">
    ${(block.elements ?? []).map((element, index) => html`<${Element} key=${element.action_id ?? index} element=${element} block=${block} at=${at} />`)}
  </div>`;
}
