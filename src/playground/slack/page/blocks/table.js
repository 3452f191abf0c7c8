import { useState } from "preact/hooks";
import { html } from "../html.js";
import { RichText } from "./rich-text.js";

/** @param {{ block: any }} props */
export function Table({ block }) {
  const [head = [], ...body] = block.rows ?? [];
  const settings = block.column_settings ?? [];
  const cell = (Tag) => (content, column) =>
    html`<${Tag}
      key=${column}
      scope=${Tag === "th" ? "col" : undefined}
      class=${`align-${settings[column]?.align ?? "left"}${settings[column]?.is_wrapped ? " wrapped" : ""}`}
      ><${Cell} content=${content}
    /><//>`;
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label="Table">
    <table class="table">
      <thead>
        <tr>
          ${head.map(cell("th"))}
        </tr>
      </thead>
      <tbody>
        ${body.map(
          (row, index) =>
            html`<tr key=${index}>
              ${row.map(cell("td"))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A table that is read page by page. @param {{ block: any }} props */
export function DataTable({ block }) {
  const [page, setPage] = useState(0);
  const [head = [], ...body] = block.rows ?? [];
  const size = Number(block.page_size) || 5;
  const last = Math.max(0, Math.ceil(body.length / size) - 1);
  const at = Math.min(page, last);
  return html`<figure class="data-table">
    ${block.caption && html`<figcaption>${String(block.caption.text ?? block.caption)}</figcaption>`}
    <${Table} block=${{ ...block, rows: [head, ...body.slice(at * size, at * size + size)] }} />
    ${
      last > 0 &&
      html`<div class="pager">
        <button type="button" class="button" disabled=${at === 0} onClick=${() => setPage(at - 1)}>Previous</button>
        <span>Page ${at + 1} of ${last + 1}</span>
        <button type="button" class="button" disabled=${at === last} onClick=${() => setPage(at + 1)}>Next</button>
      </div>`
    }
  </figure>`;
}

function Cell({ content }) {
  if (content?.type === "rich_text") return html`<${RichText} block=${content} />`;
  return String(content?.text ?? content?.value ?? content?.number ?? "");
}
