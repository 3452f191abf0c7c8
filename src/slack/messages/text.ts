import type { Actor } from "../../rollout/command.ts";

/** Outside text made safe for mrkdwn: exactly the three characters that Slack gives a meaning. */
export function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

// What could reorder or hide letters in a name; a reader must see what is really there.
const INVISIBLE = /[\p{Cc}\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** Outside text on one line, without invisible characters, escaped and clipped. */
export function plain(text: string, limit = 300): string {
  return clip(escape(text.replaceAll(/\s+/g, " ").replaceAll(INVISIBLE, "").trim()), limit);
}

/** Outside text as a code span, in which nothing is interpreted. An empty text becomes `?`. */
export function code(text: string, limit = 120): string {
  const words = plain(text.replaceAll("`", "'"), limit);
  return `\`${words === "" ? "?" : words}\``;
}

/** At most `limit` code points, ending with `…` where something was cut. Never cuts within an entity or a `<…>` token. */
export function clip(text: string, limit: number): string {
  if ([...text].length <= limit) return text;
  let kept = "";
  let length = 0;
  for (const [piece] of text.matchAll(/<[^<>]*>|&(?:amp|lt|gt);|./gsu)) {
    const size = [...piece].length;
    if (length + size > limit - 1) break;
    kept += piece;
    length += size;
  }
  return `${kept.trimEnd()}…`;
}

/** `/canary …` or a name as people type it. */
export const typed = (words: string): string => code(words, 400);

/** A person's name without notifying them; the cluster for changes that nobody in chat made. */
export function nameOf(actor: Actor): string {
  if (actor.kind === "cluster") return "the cluster";
  return actor.name === "" ? `person ${plain(actor.user)}` : plain(actor.name, 80);
}

/** A mention, which notifies. The cluster cannot be mentioned: empty. */
export function mentionOf(actor: Actor): string {
  return actor.kind === "slack" && /^[UW][A-Z0-9]+$/.test(actor.user) ? `<@${actor.user}>` : "";
}

/** `a`, `a and b`, `a, b and c`. */
export function inWords(parts: readonly string[], last = "and"): string {
  if (parts.length < 2) return parts[0] ?? "";
  return `${parts.slice(0, -1).join(", ")} ${last} ${parts.at(-1)}`;
}

/** `1 check`, `2 checks`. */
export function count(amount: number, noun: string): string {
  return `${thousands(amount)} ${noun}${amount === 1 ? "" : "s"}`;
}

export function thousands(amount: number): string {
  return new Intl.NumberFormat("en", { maximumFractionDigits: 0 }).format(amount);
}

/** The sentence with a capital letter at its start. */
export function sentence(words: string): string {
  const [first = "", ...rest] = words;
  return first.toUpperCase() + rest.join("");
}
