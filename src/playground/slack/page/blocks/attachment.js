/** Attachments: a colour bar beside blocks, or the older title, text and fields. */
import { useState } from "preact/hooks";
import { html } from "../html.js";
import { Link, Mrkdwn, Plain } from "../text/text.js";
import { Blocks } from "./blocks.js";
import { Picture } from "./picture.js";

const COLORS = { good: "#1f8a5b", warning: "#d9982b", danger: "#c8324a" };
const FOLD_CHARS = 700;
const FOLD_LINES = 5;

/** @param {{ attachment: any, at: import("./blocks.js").At }} props */
export function Attachment({ attachment, at }) {
  const color =
    COLORS[attachment.color] ??
    (/^#?[0-9a-f]{6}$/i.test(attachment.color) ? `#${attachment.color.replace("#", "")}` : "");
  return html`<div class="attachment" style=${color ? { borderLeftColor: color } : {}}>
    ${attachment.pretext && html`<div><${Mrkdwn} text=${String(attachment.pretext)} /></div>`}
    ${Array.isArray(attachment.blocks) && attachment.blocks.length > 0 ? html`<${Blocks} blocks=${attachment.blocks} at=${at} />` : html`<${Legacy} attachment=${attachment} at=${at} />`}
  </div>`;
}

function Legacy({ attachment, at }) {
  const { author_name, title, title_link, text, fields, image_url, footer, fallback } = attachment;
  if (!title && !text && !fields && !image_url && !author_name) return html`<div>${String(fallback ?? "")}</div>`;
  return html`${author_name && html`<div class="attachment-author">${String(author_name)}</div>`}
  ${title && html`<div class="attachment-title">${title_link ? html`<${Link} url=${title_link}>${String(title)}<//>` : html`<${Plain} text=${String(title)} />`}</div>`}
  ${text && html`<${Foldable} text=${String(text)} plain=${Array.isArray(attachment.mrkdwn_in) && !attachment.mrkdwn_in.includes("text")} />`}
  ${
    Array.isArray(fields) &&
    html`<div class="fields">
      ${fields.map(
        (field, index) =>
          html`<div key=${index} class=${field.short ? "field" : "field field-wide"}>
            <strong>${String(field.title ?? "")}</strong>
            <div><${Mrkdwn} text=${String(field.value ?? "")} /></div>
          </div>`,
      )}
    </div>`
  }
  ${image_url && html`<${Picture} image=${{ image_url, alt_text: fallback ?? "" }} at=${at} look="full" />`}
  ${footer && html`<div class="context">${String(footer)}</div>`}`;
}

function Foldable({ text, plain }) {
  const [open, setOpen] = useState(false);
  const lines = text.split("\n");
  const long = [...text].length > FOLD_CHARS || lines.length > FOLD_LINES;
  const shown = long && !open ? `${[...lines.slice(0, FOLD_LINES).join("\n")].slice(0, FOLD_CHARS).join("")}…` : text;
  return html`<div>${plain ? html`<${Plain} text=${shown} />` : html`<${Mrkdwn} text=${shown} />`}</div>
    ${long && html`<button type="button" class="text-button" onClick=${() => setOpen(!open)}>${open ? "Show less" : "Show more"}</button>`}`;
}
