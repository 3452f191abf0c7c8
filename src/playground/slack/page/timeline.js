// @ts-check
/**
 * What stands under what: messages of a channel or thread as rows with day dividers and a line where the new ones begin.
 *
 * @typedef {import("../ui-protocol.ts").UiMessage} UiMessage
 * @typedef {UiMessage & { notice?: boolean }} Shown
 * @typedef {{ kind: "day", key: string, ms: number } | { kind: "new", key: string } | { kind: "message", key: string, message: Shown, compact: boolean }} Row
 */
import { dayOf } from "./text/dates.js";

/** Messages of one person closer together than this share one heading. */
const GROUP_MS = 5 * 60_000;

/** Milliseconds of a message's `ts`. @param {string} ts */
export function msOf(ts) {
  return Math.floor(Number(ts) * 1000);
}

/** Orders two `ts` values; they are decimal numbers too long for a float. @param {string} a @param {string} b */
export function compareTs(a, b) {
  const [wholeA = "", partA = ""] = a.split(".");
  const [wholeB = "", partB = ""] = b.split(".");
  return wholeA.length - wholeB.length || compare(wholeA, wholeB) || compare(partA, partB);
}

/** @param {string} a @param {string} b */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Puts a message into an ordered list, or replaces the one with its `ts`. It looks from the end, where most arrive.
 * @param {readonly Shown[]} list @param {Shown} message @returns {Shown[]}
 */
export function withMessage(list, message) {
  const before = list.findLastIndex((other) => compareTs(other.ts, message.ts) <= 0);
  return list[before]?.ts === message.ts ? list.with(before, message) : list.toSpliced(before + 1, 0, message);
}

/** True for a reply that is not the root itself. @param {Shown} message */
export function isReply(message) {
  return message.threadTs !== undefined && message.threadTs !== message.ts;
}

/** What a channel shows: roots, and replies that were also sent to the channel. @param {readonly Shown[]} messages */
export function channelMessages(messages) {
  return messages.filter((message) => !isReply(message) || message.broadcast);
}

/** A thread's root (if it is known) and its replies. @param {readonly Shown[]} messages @param {string} threadTs */
export function threadMessages(messages, threadTs) {
  return messages.filter((message) => message.ts === threadTs || message.threadTs === threadTs);
}

/**
 * Rows to draw. `newFrom` is the message above which the line "new" stands, if any.
 * @param {{ messages: readonly Shown[], tz: string, newFrom?: string | undefined, days: boolean }} question
 * @returns {Row[]}
 */
export function rowsOf({ messages, tz, newFrom, days }) {
  /** @type {Row[]} */
  const rows = [];
  let day = "";
  /** @type {Shown | undefined} */
  let before;
  for (const message of messages) {
    const ms = msOf(message.ts);
    const today = dayOf(ms, tz);
    const turned = days && today !== day;
    if (turned) rows.push({ kind: "day", key: `day ${today}`, ms });
    const fresh = message.ts === newFrom;
    if (fresh) rows.push({ kind: "new", key: "new" });
    const compact = !turned && !fresh && before !== undefined && belongsTo(before, message);
    rows.push({ kind: "message", key: `${message.ts} ${message.onlyFor ?? ""}`, message, compact });
    day = today;
    before = message;
  }
  return rows;
}

/** @param {Shown} before @param {Shown} message */
function belongsTo(before, message) {
  return (
    before.user === message.user &&
    before.onlyFor === message.onlyFor &&
    before.notice === message.notice &&
    !message.broadcast &&
    !before.broadcast &&
    before.replyCount === 0 &&
    msOf(message.ts) - msOf(before.ts) < GROUP_MS
  );
}
