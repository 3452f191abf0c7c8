/** The `rich_text` block: sections, lists, quotes and preformatted text with styled elements. */
import { html } from "../html.js";
import { Broadcast, ChannelMention, DateText, Emoji, GroupMention, Link, UserMention } from "../text/text.js";

const BULLETS = ["disc", "circle", "square"];
const NUMBERS = ["decimal", "lower-alpha", "lower-roman"];

const PARTS = {
  rich_text_section: ({ part }) => html`<div class="rich-section"><${Inline} elements=${part.elements} /></div>`,
  rich_text_preformatted: ({ part }) => html`<pre class="pre"><${Inline} elements=${part.elements} /></pre>`,
  rich_text_quote: ({ part }) => html`<blockquote class="quote"><${Inline} elements=${part.elements} /></blockquote>`,
  rich_text_list: List,
};

const ELEMENTS = {
  text: ({ text }) => lines(String(text ?? "")),
  link: ({ url, text }) => html`<${Link} url=${url}>${text ?? url}<//>`,
  user: ({ user_id }) => html`<${UserMention} id=${user_id} />`,
  channel: ({ channel_id }) => html`<${ChannelMention} id=${channel_id} />`,
  usergroup: ({ usergroup_id }) => html`<${GroupMention} id=${usergroup_id} />`,
  broadcast: ({ range }) => html`<${Broadcast} range=${range} />`,
  emoji: ({ name }) => html`<${Emoji} name=${String(name)} />`,
  date: ({ timestamp, format, url, fallback }) =>
    html`<${DateText}
      epoch=${Number(timestamp)}
      format=${String(format)}
      link=${url}
      fallback=${fallback ?? String(timestamp)}
    />`,
  color: ({ value }) =>
    html`<code class="code"
      ><span class="swatch" style=${{ backgroundColor: /^#[0-9a-f]{3,8}$/i.test(value) ? value : "transparent" }}></span
      >${value}</code
    >`,
};

/** @param {{ block: any }} props */
export function RichText({ block }) {
  return html`<div class="rich-text">
    ${(block.elements ?? []).map((part, index) => {
      const Part = Object.hasOwn(PARTS, part.type) ? PARTS[part.type] : Unknown;
      return html`<${Part} key=${index} part=${part} />`;
    })}
  </div>`;
}

function List({ part }) {
  const indent = Math.min(8, Number(part.indent) || 0);
  const look = {
    marginLeft: `${indent * 24}px`,
    listStyleType: part.style === "ordered" ? NUMBERS[indent % 3] : BULLETS[indent % 3],
  };
  const items = (part.elements ?? []).map(
    (item, index) => html`<li key=${index}><${Inline} elements=${item.elements} /></li>`,
  );
  return part.style === "ordered"
    ? html`<ol class="rich-list" style=${look} start=${(Number(part.offset) || 0) + 1}>
        ${items}
      </ol>`
    : html`<ul class="rich-list" style=${look}>
        ${items}
      </ul>`;
}

function Unknown({ part }) {
  return html`<div class="unsupported">Unsupported rich text: <code class="code">${String(part.type)}</code></div>`;
}

function Inline({ elements }) {
  return (elements ?? []).map((element) => {
    const face = Object.hasOwn(ELEMENTS, element.type) ? ELEMENTS[element.type](element) : `[${element.type}]`;
    return styled(face, element.style ?? {});
  });
}

function styled(face, style) {
  let out = face;
  if (style.code) out = html`<code class="code">${out}</code>`;
  if (style.strike) out = html`<s>${out}</s>`;
  if (style.italic) out = html`<em>${out}</em>`;
  if (style.bold) out = html`<strong>${out}</strong>`;
  return style.underline ? html`<u>${out}</u>` : out;
}

function lines(text) {
  return text.split("\n").flatMap((line, index) => (index === 0 ? [line] : [html`<br />`, line]));
}
