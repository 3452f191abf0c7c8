/** Text nodes as elements. Every string lands in a text node; links are whitelisted. */
import { html } from "../html.js";
import { channels, clock, people, workspace, zone } from "../store.js";
import { go, insideOf } from "../navigate.js";
import { parseMrkdwn, parsePlain } from "./mrkdwn.js";
import { linkable } from "./safe-url.js";
import { formatDate } from "./dates.js";
import { emojiOf } from "./emoji.js";

/** A text object (`mrkdwn` or `plain_text`) or a bare string. @param {{ of: any }} props */
export function TextObject({ of }) {
  if (typeof of === "string") return html`<${Plain} text=${of} />`;
  if (typeof of?.text !== "string") return null;
  return of.type === "mrkdwn"
    ? html`<${Mrkdwn} text=${of.text} verbatim=${of.verbatim === true} />`
    : html`<${Plain} text=${of.text} emoji=${of.emoji !== false} />`;
}

/** @param {{ text: string, verbatim?: boolean }} props */
export function Mrkdwn({ text, verbatim = false }) {
  return html`<${Nodes} nodes=${parseMrkdwn(text, { verbatim })} />`;
}

/** @param {{ text: string, emoji?: boolean }} props */
export function Plain({ text, emoji = true }) {
  return html`<${Nodes} nodes=${parsePlain(text, { emoji })} />`;
}

/** @param {{ nodes: import("./mrkdwn.js").Node[] }} props */
export function Nodes({ nodes }) {
  return nodes.map((node) => DRAW[node.kind]?.(node) ?? null);
}

const DRAW = {
  text: ({ text }) => text,
  break: () => html`<br />`,
  code: ({ text }) => html`<code class="code">${text}</code>`,
  pre: ({ text }) => html`<pre class="pre">${text}</pre>`,
  bold: ({ children }) => html`<strong><${Nodes} nodes=${children} /></strong>`,
  italic: ({ children }) => html`<em><${Nodes} nodes=${children} /></em>`,
  strike: ({ children }) => html`<s><${Nodes} nodes=${children} /></s>`,
  quote: ({ children }) => html`<blockquote class="quote"><${Nodes} nodes=${children} /></blockquote>`,
  user: ({ id }) => html`<${UserMention} id=${id} />`,
  channel: ({ id }) => html`<${ChannelMention} id=${id} />`,
  group: ({ id }) => html`<${GroupMention} id=${id} />`,
  broadcast: ({ range }) => html`<${Broadcast} range=${range} />`,
  date: (node) => html`<${DateText} ...${node} />`,
  link: ({ url, text }) => html`<${Link} url=${url}>${text}<//>`,
  emoji: ({ name, unicode }) => html`<${Emoji} name=${name} unicode=${unicode} />`,
};

/** @param {{ url: string, children: unknown }} props */
export function Link({ url, children }) {
  if (!linkable(url)) return html`<span>${children}</span>`;
  const inside = insideOf(url);
  if (inside) return html`<button type="button" class="link" onClick=${() => go(inside)}>${children}</button>`;
  return html`<a class="link" href=${url} target="_blank" rel="noopener noreferrer">${children}</a>`;
}

/** @param {{ name: string, unicode?: string }} props */
export function Emoji({ name, unicode = emojiOf(name) }) {
  if (unicode === undefined) return `:${name}:`;
  return html`<span class="emoji" role="img" aria-label=${name.replaceAll("_", " ")} title=${`:${name}:`}
    >${unicode}</span
  >`;
}

/** @param {{ id: string }} props */
export function UserMention({ id }) {
  const person = people.value.get(id);
  const own = id === workspace.value?.me;
  return html`<span class=${own ? "mention mention-me" : "mention"} title=${person?.title ?? "unknown person"}
    >@${person?.name ?? id}</span
  >`;
}

/** @param {{ id: string }} props */
export function ChannelMention({ id }) {
  const channel = channels.value.get(id);
  if (!channel) return html`<span class="mention mention-hidden">private channel</span>`;
  return html`<button type="button" class="mention" onClick=${() => go({ channel: id })}>#${channel.name}</button>`;
}

/** @param {{ id: string }} props */
export function GroupMention({ id }) {
  const group = workspace.value?.groups.find((other) => other.id === id);
  const mine = group?.users.includes(workspace.value?.me ?? "");
  const names = group?.users.map((user) => people.value.get(user)?.name ?? user).join(", ");
  return html`<span class=${mine ? "mention mention-me" : "mention"} title=${names}>@${group?.handle ?? id}</span>`;
}

/** @param {{ range: string }} props */
export function Broadcast({ range }) {
  return html`<span class="mention mention-me">@${range}</span>`;
}

/** A date that stays true: only those with {ago} are drawn again as time goes by. */
export function DateText({ epoch, format, link, fallback }) {
  const now = format.includes("{ago}") ? clock.value : Date.now();
  const locale = navigator.language;
  const text = formatDate({ epoch, format, tz: zone.value, now, locale });
  const full = formatDate({ epoch, format: "{date_long_full}, {time_secs}", tz: zone.value, now, locale });
  const face = html`<time title=${full ?? ""}>${text ?? fallback}</time>`;
  return linkable(link) ? html`<${Link} url=${link}>${face}<//>` : face;
}
