// @ts-check
/**
 * Slack's date tokens, in the reader's time zone.
 * @typedef {{ epoch: number, format: string, tz: string, now: number, locale?: string }} DateQuestion `epoch` in seconds, `now` in milliseconds.
 */

const DAY_MS = 86_400_000;
const UNITS = /** @type {const} */ ([
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
]);

/** @type {Record<string, (question: DateQuestion) => string>} */
const TOKENS = {
  date_num: (q) => numeric(q),
  date_slash: (q) => show(q, { year: "numeric", month: "2-digit", day: "2-digit" }),
  date: (q) => show(q, { month: "long", day: "numeric", ...year(q) }),
  date_short: (q) => show(q, { month: "short", day: "numeric", ...year(q) }),
  date_long: (q) => show(q, { weekday: "long", month: "long", day: "numeric", ...year(q) }),
  date_long_full: (q) => show(q, { weekday: "long", month: "long", day: "numeric", year: "numeric" }),
  date_pretty: (q) => near(q) ?? TOKENS["date"]?.(q) ?? "",
  date_short_pretty: (q) => near(q) ?? TOKENS["date_short"]?.(q) ?? "",
  date_long_pretty: (q) => near(q) ?? TOKENS["date_long"]?.(q) ?? "",
  day_divider_pretty: (q) => near(q) ?? TOKENS["date_long"]?.(q) ?? "",
  time: (q) => show(q, { hour: "numeric", minute: "2-digit" }),
  time_secs: (q) => show(q, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago: (q) => ago(q),
};

/** The text of a date, or null when the epoch is no number or a token is unknown: then the fallback is shown. @param {DateQuestion} question */
export function formatDate(question) {
  if (!Number.isFinite(question.epoch) || Math.abs(question.epoch) > 8.64e12) return null;
  let known = true;
  const text = question.format.replace(/\{([a-z_]+)\}/g, (_, token) => {
    const show = Object.hasOwn(TOKENS, token) ? TOKENS[token] : undefined;
    known &&= show !== undefined;
    return show?.(question) ?? "";
  });
  return known ? text : null;
}

/** Distance from now in words, such as "3 minutes ago" or "in 2 hours". @param {DateQuestion} question */
export function ago({ epoch, now, locale }) {
  const seconds = Math.round(epoch - now / 1000);
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return Math.abs(seconds) < 5 ? "just now" : words.format(seconds, "second");
}

/** The day a moment falls on in a zone, as YYYY-MM-DD. @param {number} ms @param {string} tz */
export function dayOf(ms, tz) {
  return formatter("en-CA", tz, { year: "numeric", month: "2-digit", day: "2-digit" }).format(ms);
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const formatters = new Map();

/** Making a formatter is far dearer than using it, and a page of messages needs thousands of times. @param {string | undefined} locale @param {string} tz @param {Intl.DateTimeFormatOptions} options */
function formatter(locale, tz, options) {
  const key = `${locale} ${tz} ${JSON.stringify(options)}`;
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(locale, { timeZone: zone(tz), ...options });
  formatters.set(key, known);
  return known;
}

/** @param {DateQuestion} question */
function numeric({ epoch, tz }) {
  return dayOf(epoch * 1000, tz);
}

/** @param {DateQuestion} question @param {Intl.DateTimeFormatOptions} options */
function show({ epoch, tz, locale }, options) {
  return formatter(locale, tz, options).format(epoch * 1000);
}

/** Slack leaves the year out within about half a year. @param {DateQuestion} question @returns {Intl.DateTimeFormatOptions} */
function year({ epoch, now }) {
  return Math.abs(epoch * 1000 - now) > 182 * DAY_MS ? { year: "numeric" } : {};
}

/** @param {DateQuestion} question */
function near({ epoch, tz, now }) {
  const days = Math.round((Date.parse(dayOf(epoch * 1000, tz)) - Date.parse(dayOf(now, tz))) / DAY_MS);
  return { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[days];
}

/** @type {Map<string, string>} */
const zones = new Map();

/** A zone this browser knows; an unknown one falls back to UTC. @param {string} tz */
function zone(tz) {
  let known = zones.get(tz);
  if (known === undefined) {
    known = isZone(tz) ? tz : "UTC";
    zones.set(tz, known);
  }
  return known;
}

/** @param {string} tz */
function isZone(tz) {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: tz }));
  } catch {
    // RangeError is how Intl answers "no such zone".
    return false;
  }
}
