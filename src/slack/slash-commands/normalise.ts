/** More than this is never a command; it is refused before it is looked at. In code points. */
export const LONGEST_TEXT = 1000;

const INVISIBLE = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|[\ufe00-\ufe0f]/gu;
const CONTROL = /[\p{Cc}\s\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+/gu;
const ENTITIES: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/** What a person meant to type: without code ticks, curly quotes, invisible characters, entities and Slack's own links. */
export function normalise(text: string): string {
  const unlinked = text.replaceAll(/<([^<>]*)>/gu, (_, inner: string) => untoken(inner));
  return unlinked
    .replaceAll(/&(?:lt|gt|amp);/gu, (entity) => ENTITIES[entity] ?? entity)
    .replaceAll(INVISIBLE, "")
    .replaceAll(/[‘’‚‛]/gu, "'")
    .replaceAll(/[“”„‟«»]/gu, '"')
    .replaceAll(/`+/gu, " ")
    .replaceAll(/(^|\s)[–—]/gu, "$1--")
    .replaceAll(/[‐‑‒–—―]/gu, "-")
    .replaceAll(CONTROL, " ")
    .trim();
}

/** The inside of a `<…>` token as it was typed: a link's words; people, groups and channels keep their sign. */
function untoken(inner: string): string {
  const bar = inner.indexOf("|");
  const target = bar === -1 ? inner : inner.slice(0, bar);
  const words = bar === -1 ? "" : inner.slice(bar + 1);
  if (target.startsWith("@") || target.startsWith("#"))
    return `${target[0] ?? ""}${words === "" ? target.slice(1) : words}`;
  if (target.startsWith("!")) return words === "" ? `@${target.slice(1)}` : words;
  if (words !== "") return words;
  return target.replace(/^(?:https?:\/\/|mailto:)/u, "");
}
