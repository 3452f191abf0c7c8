// @ts-check
/**
 * Slack's mrkdwn as a tree. Nothing here makes HTML: the page turns nodes into text nodes, so markup in a message stays text.
 *
 * @typedef {{ kind: "text", text: string } | { kind: "break" } | { kind: "code", text: string } | { kind: "pre", text: string }
 *   | { kind: "bold" | "italic" | "strike" | "quote", children: Node[] }
 *   | { kind: "user" | "channel" | "group", id: string, label: string } | { kind: "broadcast", range: string }
 *   | { kind: "date", epoch: number, format: string, link: string, fallback: string }
 *   | { kind: "link", url: string, text: string } | { kind: "emoji", name: string, unicode: string }} Node
 * @typedef {{ emoji?: boolean, verbatim?: boolean }} Options `verbatim` leaves bare addresses alone.
 */
import { emojiAt } from "./emoji.js";
import { linkable } from "./safe-url.js";

const MARKERS = new Map([
  ["*", "bold"],
  ["_", "italic"],
  ["~", "strike"],
]);
const BARE_URL = /^https?:\/\/[^\s<>|]+/i;

/**
 * Reads mrkdwn: fences first, then quotes by line, then code, `<…>` tokens, emphasis and emoji inside a line.
 * @param {string} text
 * @param {Options} [options]
 * @returns {Node[]}
 */
export function parseMrkdwn(text, options = {}) {
  /** @type {Node[]} */
  const nodes = [];
  const parts = text.split(/```([\s\S]+?)```/);
  parts.forEach((part, index) => {
    if (index % 2 === 1) nodes.push({ kind: "pre", text: decodeEntities(part.replace(/^\n/, "").replace(/\n$/, "")) });
    else nodes.push(...parseLines(aroundFence(part, index, parts.length), options));
  });
  return nodes;
}

/**
 * Plain text: only emoji names, entities and line breaks mean something.
 * @param {string} text
 * @param {Options} [options]
 * @returns {Node[]}
 */
export function parsePlain(text, options = {}) {
  return joinLines(text.split("\n").map((line) => mergeText(plainItems(line, options.emoji !== false))));
}

/** Decodes the three entities that Slack knows, and no other. @param {string} text */
export function decodeEntities(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** A fence is a block of its own, so one line break next to it is already drawn. @param {string} part @param {number} index @param {number} count */
function aroundFence(part, index, count) {
  const afterFence = index > 0 ? part.replace(/^\n/, "") : part;
  return index < count - 1 ? afterFence.replace(/\n$/, "") : afterFence;
}

/** @param {string} text @param {Options} options @returns {Node[]} */
function parseLines(text, options) {
  if (text === "") return [];
  /** @type {Node[]} */
  const nodes = [];
  /** @type {Node[][]} */
  let open = [];
  let quoted = false;
  const flush = () => {
    const children = joinLines(open);
    if (quoted) nodes.push({ kind: "quote", children });
    else nodes.push(...children);
    open = [];
  };
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>)(?!(?:&gt;|>){2}) ?/.exec(line);
    if (open.length > 0 && quoted !== Boolean(quote)) flush();
    quoted = Boolean(quote);
    open.push(parseInline(quote ? line.slice(quote[0].length) : line, options));
  }
  flush();
  return nodes;
}

/** @param {Node[][]} lines @returns {Node[]} */
function joinLines(lines) {
  return lines.flatMap((line, index) => (index === 0 ? line : [/** @type {Node} */ ({ kind: "break" }), ...line]));
}

/** @param {string} line @param {Options} options @returns {Node[]} */
function parseInline(line, options) {
  return mergeText(emphasise(lineItems(line, options)));
}

/**
 * Cuts a line into single characters and finished nodes, so that emphasis cannot look into code or `<…>`.
 * @param {string} line @param {Options} options @returns {(string | Node)[]}
 */
function lineItems(line, options) {
  /** @type {(string | Node)[]} */
  const items = [];
  let at = 0;
  while (at < line.length) {
    const found = atomAt(line, at, options);
    items.push(found ? found.node : line.charAt(at));
    at += found ? found.length : 1;
  }
  return items;
}

/** @param {string} line @param {number} at @param {Options} options @returns {{ node: Node, length: number } | undefined} */
function atomAt(line, at, options) {
  const char = line.charAt(at);
  if (char === "`") return codeAt(line, at);
  if (char === "<") return tokenAt(line, at);
  if (char === ":" && options.emoji !== false) return emojiAt(line, at);
  if (char === "&") return entityAt(line, at);
  if ((char === "h" || char === "H") && !options.verbatim && !isWord(line.charAt(at - 1))) return bareUrlAt(line, at);
  return undefined;
}

/** @param {string} line @param {number} at */
function codeAt(line, at) {
  const end = line.indexOf("`", at + 1);
  if (end <= at + 1) return undefined;
  const text = decodeEntities(line.slice(at + 1, end));
  return { node: /** @type {Node} */ ({ kind: "code", text }), length: end + 1 - at };
}

/** @param {string} line @param {number} at */
function entityAt(line, at) {
  const match = /^&(?:amp|lt|gt);/.exec(line.slice(at, at + 5));
  return match
    ? { node: /** @type {Node} */ ({ kind: "text", text: decodeEntities(match[0]) }), length: match[0].length }
    : undefined;
}

/** @param {string} line @param {number} at */
function bareUrlAt(line, at) {
  const match = BARE_URL.exec(line.slice(at));
  if (!match) return undefined;
  const raw = match[0].replace(/[.,;:!?'"*_~)\]}]+$/, "");
  const url = decodeEntities(raw);
  return linkable(url)
    ? { node: /** @type {Node} */ ({ kind: "link", url, text: url }), length: raw.length }
    : undefined;
}

/** @param {string} line @param {number} at */
function tokenAt(line, at) {
  const end = line.indexOf(">", at + 1);
  if (end < 0) return undefined;
  const node = readToken(line.slice(at + 1, end));
  return node ? { node, length: end + 1 - at } : undefined;
}

/** @param {string} token the text between `<` and `>` @returns {Node | undefined} */
function readToken(token) {
  const bar = token.indexOf("|");
  const head = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? "" : decodeEntities(token.slice(bar + 1));
  if (/^@[UW][A-Z0-9]+$/.test(head)) return { kind: "user", id: head.slice(1), label };
  if (/^#[CDG][A-Z0-9]*$/.test(head)) return { kind: "channel", id: head.slice(1), label };
  if (/^!subteam\^S[A-Z0-9]+$/.test(head)) return { kind: "group", id: head.slice("!subteam^".length), label };
  if (/^!(?:here|channel|everyone)$/.test(head)) return { kind: "broadcast", range: head.slice(1) };
  if (head.startsWith("!date^")) return readDate(head, label);
  const url = decodeEntities(head);
  return linkable(url) ? { kind: "link", url, text: label === "" ? url.replace(/^mailto:/, "") : label } : undefined;
}

/** @param {string} head @param {string} fallback @returns {Node} */
function readDate(head, fallback) {
  const [, epoch = "", format = "", link = ""] = head.split("^");
  return { kind: "date", epoch: Number(epoch), format: decodeEntities(format), link: decodeEntities(link), fallback };
}

/** @param {string | Node | undefined} item */
function isWord(item) {
  return typeof item === "string" && /[\p{L}\p{N}]/u.test(item);
}

/** @param {string | Node | undefined} item */
function isBlank(item) {
  return item === undefined || (typeof item === "string" && /\s/.test(item));
}

/** @param {(string | Node)[]} items @returns {(string | Node)[]} */
function emphasise(items) {
  /** @type {(string | Node)[]} */
  const out = [];
  // A marker without a closer has none further on either; remembering that keeps long hostile lines linear.
  const hopeless = new Set();
  for (let at = 0; at < items.length; at += 1) {
    const item = items[at] ?? "";
    const kind = typeof item === "string" ? MARKERS.get(item) : undefined;
    const end = kind && !hopeless.has(kind) && opens(items, at) ? closerOf(items, at) : -1;
    if (kind && end < 0 && opens(items, at)) hopeless.add(kind);
    if (kind && end > 0) {
      const children = mergeText(emphasise(items.slice(at + 1, end)));
      out.push(/** @type {Node} */ ({ kind, children }));
      at = end;
    } else out.push(item);
  }
  return out;
}

/** @param {(string | Node)[]} items @param {number} at */
function opens(items, at) {
  return !isWord(items[at - 1]) && !isBlank(items[at + 1]) && items[at + 1] !== items[at];
}

/** @param {(string | Node)[]} items @param {number} at */
function closerOf(items, at) {
  for (let end = at + 2; end < items.length; end += 1) {
    if (items[end] === items[at] && !isBlank(items[end - 1]) && !isWord(items[end + 1])) return end;
  }
  return -1;
}

/** @param {string} line @param {boolean} emoji @returns {(string | Node)[]} */
function plainItems(line, emoji) {
  /** @type {(string | Node)[]} */
  const items = [];
  for (let at = 0; at < line.length;) {
    const found = line.charAt(at) === ":" && emoji ? emojiAt(line, at) : entityAt(line, at);
    items.push(found ? found.node : line.charAt(at));
    at += found ? found.length : 1;
  }
  return items;
}

/** @param {(string | Node)[]} items @returns {Node[]} */
function mergeText(items) {
  /** @type {Node[]} */
  const nodes = [];
  for (const item of items) {
    const last = nodes.at(-1);
    const text = typeof item === "string" ? item : item.kind === "text" ? item.text : undefined;
    if (text === undefined) nodes.push(/** @type {Node} */ (item));
    else if (last?.kind === "text") last.text += text;
    else nodes.push({ kind: "text", text });
  }
  return nodes;
}
