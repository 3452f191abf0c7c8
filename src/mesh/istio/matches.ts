import type { TrafficCondition } from "../../rollout/canary.ts";
import { isPart, type Part } from "../json-patch.ts";
import { escapeRegex } from "../variants.ts";

/**
 * Entries of `match` that take what both a rule and a condition take: each entry with each condition. A header that both speak of is
 * the condition's, since one entry can say only one thing about it.
 */
export function crossed(match: unknown, when: readonly TrafficCondition[]): readonly Part[] {
  const entries = Array.isArray(match) && match.length > 0 ? match.filter(isPart) : [{}];
  return when.flatMap((condition) => entries.map((entry) => joined(entry, condition)));
}

function joined(entry: Part, { headers, queryParams, sourceLabels }: TrafficCondition): Part {
  return {
    ...entry,
    ...merged("headers", lowerCase(entry["headers"]), lowerCase(mapValues(headers, withoutSuffix))),
    ...merged("queryParams", entry["queryParams"], queryParams),
    ...merged("sourceLabels", entry["sourceLabels"], sourceLabels),
  };
}

function merged(field: string, left: unknown, right: Part): Part {
  const both = { ...(isPart(left) ? left : {}), ...right };
  return Object.keys(both).length === 0 ? {} : { [field]: both };
}

/** Istio compares with names in lower case. */
function lowerCase(headers: unknown): Part {
  if (!isPart(headers)) return {};
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function mapValues(part: Part, change: (value: unknown) => unknown): Part {
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, change(value)]));
}

/** Istio has no ends of values; without this, an API server would drop the condition and everybody would match. */
function withoutSuffix(matcher: unknown): unknown {
  if (!isPart(matcher) || typeof matcher["suffix"] !== "string") return matcher;
  return { regex: `^.*${escapeRegex(matcher["suffix"])}$` };
}
