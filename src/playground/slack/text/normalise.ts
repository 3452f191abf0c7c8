import { isArray, isObject } from "../json.ts";
import type { JsonObject, JsonValue } from "../ui-protocol.ts";

const token = /<(?:[@#!][^<>]*|(?:https?:\/\/|mailto:|tel:)[^<>]*)>/g;
const code = /```[\s\S]*?```|`[^`\n]+`/g;
const bareUrl = /\bhttps?:\/\/[^\s<>|"'`*_~]+/g;

function escape(text: string): string {
  return text
    .replace(/&(?!(?:amp|lt|gt);)/g, "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

// Punctuation at the end belongs to the sentence, not to the address.
const linkUrls = (text: string): string =>
  text.replace(bareUrl, (url) => {
    const end = /[.,;:!?)\]]+$/.exec(url)?.[0] ?? "";
    return `<${url.slice(0, url.length - end.length)}>${end}`;
  });

function mapOutside(text: string, separator: RegExp, change: (part: string) => string): string {
  let result = "";
  let from = 0;
  for (const match of text.matchAll(separator)) {
    result += change(text.slice(from, match.index)) + match[0];
    from = match.index + match[0].length;
  }
  return result + change(text.slice(from));
}

/**
 * Text as Slack stores it: what is not a `<…>` token is escaped, and bare addresses become tokens.
 * A `>` at the start of a line stays a quotation mark.
 */
export function storedText(text: string): string {
  return mapOutside(text, token, (part) =>
    mapOutside(part, /^>+ ?/gm, (words) => mapOutside(escape(words), code, linkUrls)),
  );
}

/** Block Kit as Slack stores it: text objects complete, addresses in mrkdwn linked unless `verbatim`, every block with an id. */
export function storedBlocks(blocks: readonly JsonObject[], nextId: () => string): readonly JsonObject[] {
  return blocks.map((block) => ({ ...storedObject(block), block_id: block["block_id"] ?? nextId() }));
}

/** The same for a single object, such as the title of a view. */
export function storedObject(value: JsonObject): JsonObject {
  if (value["type"] === "plain_text" && typeof value["text"] === "string") return { emoji: true, ...value };
  if (value["type"] === "mrkdwn" && typeof value["text"] === "string") {
    const verbatim = value["verbatim"] === true;
    return {
      ...value,
      text: verbatim ? value["text"] : mapOutside(value["text"], token, (part) => mapOutside(part, code, linkUrls)),
      verbatim,
    };
  }
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, storedValue(entry)]));
}

function storedValue(value: JsonValue): JsonValue {
  if (isArray(value)) return value.map(storedValue);
  return isObject(value) ? storedObject(value) : value;
}
