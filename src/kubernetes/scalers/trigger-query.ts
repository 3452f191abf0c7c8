import { copyName } from "../names.ts";

/** Pure: queries by which a trigger decides about the target, rewritten to be about primary. */

const escapePattern = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * Puts primary where the target, or its canary Service, is named. Names that merely contain the target's are left alone: of
 * `shop`, neither `my-shop`, `shop_total`, `shop-worker` nor a `shop-primary` that is there already. What follows a hyphen
 * counts as another name when it is a word, so that the pods of `shop-.*` are found.
 */
export function aboutPrimary(query: string, target: string): string {
  const name = escapePattern(target);
  const pattern = new RegExp(`(?<![A-Za-z0-9_-])${name}(?:-canary(?![A-Za-z0-9_-])|(?!-?[A-Za-z0-9_]))`, "g");
  return query.replaceAll(pattern, () => copyName(target));
}
