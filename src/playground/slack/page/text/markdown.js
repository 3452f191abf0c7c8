// @ts-check
/**
 * Standard markdown, as far as Slack's `markdown` block takes it, as a tree. Raw HTML is text here like anything else.
 *
 * @typedef {{ kind: "text", text: string } | { kind: "code", text: string } | { kind: "break" }
 *   | { kind: "bold" | "italic" | "strike", children: Inline[] } | { kind: "link", url: string, text: string }
 *   | { kind: "emoji", name: string, unicode: string }} Inline
 * @typedef {{ indent: number, ordered: boolean, checked: boolean | undefined, children: Inline[] }} Item
 * @typedef {{ kind: "heading", level: number, children: Inline[] } | { kind: "paragraph", children: Inline[] } | { kind: "rule" }
 *   | { kind: "pre", text: string } | { kind: "quote", blocks: Block[] } | { kind: "list", items: Item[] }
 *   | { kind: "table", head: Inline[][], rows: Inline[][][] }} Block
 */
import { emojiAt } from "./emoji.js";
import { linkable } from "./safe-url.js";

const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** Each reader takes a block from the first line, or nothing. @type {((lines: string[]) => { block: Block, taken: number } | undefined)[]} */
const READERS = [readFence, readHeading, readRule, readQuote, readList, readTable];

/** @param {string} text @returns {Block[]} */
export function parseMarkdown(text) {
  /** @type {Block[]} */
  const blocks = [];
  let lines = text.split("\n");
  while (lines.length > 0) {
    if ((lines[0] ?? "").trim() === "") {
      lines = lines.slice(1);
      continue;
    }
    const found = blockAt(lines) ?? readParagraph(lines);
    blocks.push(found.block);
    lines = lines.slice(found.taken);
  }
  return blocks;
}

/** @param {string[]} lines */
function blockAt(lines) {
  for (const read of READERS) {
    const found = read(lines);
    if (found) return found;
  }
  return undefined;
}

/** @param {string[]} lines @param {(line: string, index: number) => boolean} fits */
function takeWhile(lines, fits) {
  const end = lines.findIndex((line, index) => !fits(line, index));
  return end < 0 ? lines : lines.slice(0, end);
}

/** @type {typeof READERS[number]} */
function readFence(lines) {
  if (!/^\s*```/.test(lines[0] ?? "")) return undefined;
  const body = takeWhile(lines.slice(1), (line) => !/^\s*```\s*$/.test(line));
  return { block: { kind: "pre", text: body.join("\n") }, taken: body.length + 2 };
}

/** @type {typeof READERS[number]} */
function readHeading(lines) {
  const match = /^(#{1,6})\s+(.*?)\s*#*$/.exec(lines[0] ?? "");
  return match
    ? { block: { kind: "heading", level: (match[1] ?? "").length, children: parseInline(match[2] ?? "") }, taken: 1 }
    : undefined;
}

/** @type {typeof READERS[number]} */
function readRule(lines) {
  return /^\s*([-*_])(?:\s*\1){2,}\s*$/.test(lines[0] ?? "") ? { block: { kind: "rule" }, taken: 1 } : undefined;
}

/** @type {typeof READERS[number]} */
function readQuote(lines) {
  const body = takeWhile(lines, (line) => /^\s*>/.test(line));
  if (body.length === 0) return undefined;
  return {
    block: { kind: "quote", blocks: parseMarkdown(body.map((line) => line.replace(/^\s*> ?/, "")).join("\n")) },
    taken: body.length,
  };
}

/** @type {typeof READERS[number]} */
function readList(lines) {
  const body = takeWhile(lines, (line) => ITEM.test(line));
  if (body.length === 0) return undefined;
  const items = body.map((line) => {
    const [, space = "", mark = "", check, text = ""] = ITEM.exec(line) ?? [];
    const checked = check === undefined ? undefined : check !== " ";
    return {
      indent: Math.min(4, Math.floor(space.length / 2)),
      ordered: /\d/.test(mark),
      checked,
      children: parseInline(text),
    };
  });
  return { block: { kind: "list", items }, taken: body.length };
}

/** @type {typeof READERS[number]} */
function readTable(lines) {
  if (!(lines[0] ?? "").includes("|") || !TABLE_RULE.test(lines[1] ?? "")) return undefined;
  const body = takeWhile(lines.slice(2), (line) => line.includes("|"));
  return { block: { kind: "table", head: cells(lines[0] ?? ""), rows: body.map(cells) }, taken: body.length + 2 };
}

/** @param {string} line */
function cells(line) {
  return line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => parseInline(cell.trim()));
}

/** @param {string[]} lines @returns {{ block: Block, taken: number }} */
function readParagraph(lines) {
  const body = takeWhile(lines, (line, index) => index === 0 || (line.trim() !== "" && blockAt([line]) === undefined));
  return { block: { kind: "paragraph", children: parseInline(body.join("\n")) }, taken: body.length };
}

/** In the order in which they are tried at each place. @type {[RegExp, (match: RegExpExecArray) => Inline | undefined][]} */
const SPANS = [
  [/^\\([\\`*_{}[\]()#+.!|~<>-])/, ([, text = ""]) => ({ kind: "text", text })],
  [/^``\s?(.+?)\s?``|^`([^`]+)`/, ([, double, single]) => ({ kind: "code", text: double ?? single ?? "" })],
  [/^!?\[([^\]]*)\]\(([^)\s]+)(?:\s+"[^"]*")?\)/, ([, text = "", url = ""]) => asLink(url, text)],
  [/^<((?:https?|mailto):[^\s>]+)>/, ([, url = ""]) => asLink(url, url)],
  [/^(\*\*|__)(?=\S)(.+?)(?<=\S)\1/s, ([, , text = ""]) => ({ kind: "bold", children: parseInline(text) })],
  [/^~~(?=\S)(.+?)(?<=\S)~~/s, ([, text = ""]) => ({ kind: "strike", children: parseInline(text) })],
  [
    /^([*_])(?=\S)([^*_]+?)(?<=\S)\1(?![\p{L}\p{N}])/su,
    ([, , text = ""]) => ({ kind: "italic", children: parseInline(text) }),
  ],
  [/^(?: {2,}|\\)?\n/, () => ({ kind: "break" })],
  [/^https?:\/\/[^\s<>)\]]*[^\s<>)\].,;:!?]/, ([url]) => asLink(url, url)],
];

/** @param {string} url @param {string} text @returns {Inline | undefined} */
function asLink(url, text) {
  return linkable(url) ? { kind: "link", url, text } : undefined;
}

/** @param {string} text @returns {Inline[]} */
function parseInline(text) {
  /** @type {Inline[]} */
  const nodes = [];
  let at = 0;
  while (at < text.length) {
    const inWord = /[\p{L}\p{N}]/u.test(text.charAt(at - 1)) && text.charAt(at) === "_";
    const found = inWord ? undefined : spanAt(text, at);
    const node = found?.node ?? { kind: "text", text: text.charAt(at) };
    const last = nodes.at(-1);
    if (last?.kind === "text" && node.kind === "text") last.text += node.text;
    else nodes.push(node);
    at += found ? found.length : 1;
  }
  return nodes;
}

/** @param {string} text @param {number} at @returns {{ node: Inline, length: number } | undefined} */
function spanAt(text, at) {
  const char = text.charAt(at);
  if (char === ":") return emojiAt(text, at);
  if (!"\\`![<*_~ \nh".includes(char)) return undefined;
  const rest = text.slice(at);
  for (const [pattern, make] of SPANS) {
    const match = pattern.exec(rest);
    const node = match ? make(match) : undefined;
    if (match && node) return { node, length: match[0].length };
  }
  return undefined;
}
