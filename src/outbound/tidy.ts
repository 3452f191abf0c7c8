/** Characters of a receiver's words that people get to see. */
const MOST = 300;

/**
 * What a stranger wrote, as one line for people: without control characters, without those that turn the direction of text, and not
 * longer than a few sentences.
 */
export function tidy(text: string, most = MOST): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Z}]+/gu, " ")
    .replace(/[\p{Cf}\p{Co}\p{Cn}]+/gu, "")
    .trim();
  const characters = [...line];
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join("")}…`;
}
