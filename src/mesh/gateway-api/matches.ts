import type { TrafficCondition } from "../../rollout/canary.ts";
import { isPart, type Part } from "../json-patch.ts";
import { escapeRegex } from "../variants.ts";

const EVERY_PATH = { type: "PathPrefix", value: "/" } as const;

/** `matches` of a rule for the conditions of the manifest, with every default written out. */
export function matchesOf(conditions: readonly Part[]): readonly Part[] {
  const entries = conditions.length === 0 ? [{}] : conditions;
  return entries.map(({ uri, method, headers, queryParams }) => ({
    path: pathOf(uri),
    ...named("headers", headers),
    ...named("queryParams", queryParams),
    ...(isPart(method) && typeof method["exact"] === "string" ? { method: method["exact"] } : {}),
  }));
}

/**
 * What both a rule and a condition take: each entry with each condition. Of a header that both speak of, one entry can say only one
 * thing, and that is the condition's.
 */
export function crossed(matches: unknown, when: readonly TrafficCondition[]): readonly Part[] {
  const entries = Array.isArray(matches) && matches.length > 0 ? matches.filter(isPart) : [{ path: EVERY_PATH }];
  return when.flatMap(({ headers, queryParams }) =>
    entries.map((entry) => ({
      ...entry,
      ...joined("headers", entry["headers"], headers),
      ...joined("queryParams", entry["queryParams"], queryParams),
    })),
  );
}

function pathOf(uri: unknown): Part {
  if (!isPart(uri)) return EVERY_PATH;
  if (typeof uri["exact"] === "string") return { type: "Exact", value: uri["exact"] };
  if (typeof uri["regex"] === "string") return { type: "RegularExpression", value: uri["regex"] };
  return typeof uri["prefix"] === "string" ? { type: "PathPrefix", value: uri["prefix"] } : EVERY_PATH;
}

function named(field: "headers" | "queryParams", matchers: unknown): Part {
  const entries = isPart(matchers) ? Object.entries(matchers) : [];
  if (entries.length === 0) return {};
  const byName = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    [field]: byName.map(([name, matcher]) => ({
      type: typeOf(matcher),
      name: fold(field, name),
      value: valueOf(matcher),
    })),
  };
}

function joined(field: "headers" | "queryParams", present: unknown, added: Part): Part {
  const { [field]: ours = [] } = named(field, added);
  const theirs = Array.isArray(present) ? present.filter(isPart) : [];
  const list = Array.isArray(ours) ? ours.filter(isPart) : [];
  const spoken = new Set(list.map(({ name }) => fold(field, String(name))));
  const both = [...theirs.filter(({ name }) => !spoken.has(fold(field, String(name)))), ...list];
  return both.length === 0 ? {} : { [field]: both };
}

/** Only header names are the same in every case. */
const fold = (field: string, name: string): string => (field === "headers" ? name.toLowerCase() : name);

function typeOf(matcher: unknown): "Exact" | "RegularExpression" {
  return isPart(matcher) && typeof matcher["exact"] === "string" && matcher["exact"] !== ""
    ? "Exact"
    : "RegularExpression";
}

/** Expressions are anchored on both sides, since some gateways look for them anywhere in a value. */
function valueOf(matcher: unknown): string {
  const { exact, prefix, suffix, regex } = isPart(matcher) ? matcher : {};
  if (typeof exact === "string") return exact === "" ? "^$" : exact;
  if (typeof prefix === "string") return `^${escapeRegex(prefix)}.*$`;
  if (typeof suffix === "string") return `^.*${escapeRegex(suffix)}$`;
  if (typeof regex === "string") return regex === "" ? "^$" : regex;
  return ".*";
}
