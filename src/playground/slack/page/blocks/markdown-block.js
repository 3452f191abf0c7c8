import { html } from "../html.js";
import { Nodes } from "../text/text.js";
import { parseMarkdown } from "../text/markdown.js";

const DRAW = {
  heading: ({ level, children }) =>
    html`<div class="md-heading md-h${level}" role="heading" aria-level=${Math.min(6, level + 2)}>
      <${Nodes} nodes=${children} />
    </div>`,
  paragraph: ({ children }) => html`<p class="md-paragraph"><${Nodes} nodes=${children} /></p>`,
  rule: () => html`<hr class="divider" />`,
  pre: ({ text }) => html`<pre class="pre">${text}</pre>`,
  quote: ({ blocks }) => html`<blockquote class="quote"><${Parts} blocks=${blocks} /></blockquote>`,
  list: ({ items }) =>
    html`<ul class="rich-list md-list">
      ${items.map((item, index) => html`<${Item} key=${index} item=${item} number=${numberOf(items, index)} />`)}
    </ul>`,
  table: ({ head, rows }) =>
    html`<div class="table-scroll">
      <table class="table">
        <thead>
          <tr>
            ${head.map((cell) => html`<th scope="col"><${Nodes} nodes=${cell} /></th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                ${row.map((cell) => html`<td><${Nodes} nodes=${cell} /></td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`,
};

/** The `markdown` block. @param {{ block: any }} props */
export function Markdown({ block }) {
  return html`<div class="markdown"><${Parts} blocks=${parseMarkdown(String(block.text ?? ""))} /></div>`;
}

function Parts({ blocks }) {
  return blocks.map((block) => DRAW[block.kind](block));
}

function Item({ item, number }) {
  const mark = item.checked === undefined ? (item.ordered ? `${number}.` : "•") : item.checked ? "☑" : "☐";
  return html`<li style=${{ marginLeft: `${item.indent * 22}px` }}>
    <span class="md-mark">${mark}</span><span><${Nodes} nodes=${item.children} /></span>
  </li>`;
}

/** Counts items of the same depth back to where their list began. */
function numberOf(items, index) {
  let number = 1;
  for (let at = index - 1; at >= 0 && items[at].indent >= items[index].indent; at -= 1) {
    if (items[at].indent === items[index].indent) number += 1;
  }
  return number;
}
