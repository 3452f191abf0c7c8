import { isPart, type Part } from "./json-patch.ts";

/** Texts that are empty on purpose: a request's value has to be empty then. */
const MATCHERS = new Set(["exact", "prefix", "suffix", "regex"]);
/** Maps and groups of settings that say nothing while they are empty. Elsewhere an empty object has a meaning of its own. */
const GROUPS = new Set([
  "add",
  "headers",
  "queryParams",
  "remove",
  "request",
  "response",
  "set",
  "sourceLabels",
  "withoutHeaders",
]);
/** Lengths of time: what reads and writes objects by their type writes 1m as 60s. */
const DURATIONS = new Set([
  "backendRequest",
  "baseEjectionTime",
  "idleTimeout",
  "interval",
  "maxAge",
  "perTryTimeout",
  "request",
  "timeout",
  "ttl",
  "warmupDurationSecs",
]);

/** What was found when it means the same as what is wanted, so that nothing is written only to spell it otherwise. `key` names it. */
export function settle(found: unknown, wanted: unknown, key = ""): unknown {
  return sameMeaning(found, wanted, key) ? found : wanted;
}

/**
 * Whether two values of one field of a routing object mean the same. Tools that know the object's type leave out what is false,
 * zero or empty, and spell lengths of time their own way; others may have read and written the object since we did.
 */
export function sameMeaning(left: unknown, right: unknown, key = ""): boolean {
  if (left === right) return true;
  if (isBlank(left, key) || isBlank(right, key)) return isBlank(left, key) && isBlank(right, key);
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => sameMeaning(item, right[index]));
  }
  if (isPart(left) && isPart(right)) return sameParts(left, right);
  if (typeof left !== "string" || typeof right !== "string" || !DURATIONS.has(key)) return false;
  const length = readLength(left);
  return length !== null && length === readLength(right);
}

function sameParts(left: Part, right: Part): boolean {
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => sameMeaning(left[key], right[key], key));
}

function isBlank(value: unknown, key: string): boolean {
  if (value === undefined || value === null || value === false || value === 0) return true;
  if (value === "") return !MATCHERS.has(key);
  if (Array.isArray(value)) return value.length === 0;
  return isPart(value) && GROUPS.has(key) && Object.entries(value).every(([name, member]) => isBlank(member, name));
}

const UNIT_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 0.001,
  ns: 0.000_001,
};
const LENGTH = /^(?:\d+(?:\.\d+)?(?:h|ms|us|ns|m|s))+$/;

/** Milliseconds in a text such as `1m30s`; `null` when it is no length of time. */
export function readLength(text: string): number | null {
  if (!LENGTH.test(text)) return null;
  let total = 0;
  for (const [, figure = "0", unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|ns|m|s)/g)) {
    total += Number(figure) * (UNIT_MS[unit] ?? 0);
  }
  return total;
}
