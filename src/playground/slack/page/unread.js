// @ts-check
/**
 * What a person has not read yet. Marks are kept per person and place by the page; the server knows nothing of them.
 *
 * @typedef {import("./timeline.js").Shown} Shown
 * @typedef {import("../ui-protocol.ts").UiState} UiState
 * @typedef {(place: string) => string} Marks last `ts` seen in `C…` or `C…/thread-ts`; "0" when never looked at
 */
import { compareTs, isReply } from "./timeline.js";

/** The key of a thread's mark. @param {string} channel @param {string} threadTs */
export function threadPlace(channel, threadTs) {
  return `${channel}/${threadTs}`;
}

/** True when a message calls this person by name, by one of their groups, or everybody. @param {Shown} message @param {string} person @param {UiState["groups"]} groups */
export function mentions(message, person, groups) {
  const words = saidIn(message);
  if (words.includes(`<@${person}`) || words.includes(`"user_id":"${person}"`)) return true;
  if (/<!(?:here|channel|everyone)/.test(words)) return true;
  return groups.some(
    (group) =>
      group.users.includes(person) &&
      (words.includes(`<!subteam^${group.id}`) || words.includes(`"usergroup_id":"${group.id}"`)),
  );
}

/** @type {WeakMap<Shown, string>} Everything a message says; messages are never changed, only replaced. */
const said = new WeakMap();

/** @param {Shown} message */
function saidIn(message) {
  const known = said.get(message);
  if (known !== undefined) return known;
  const text = `${message.text} ${JSON.stringify(message.blocks)} ${JSON.stringify(message.attachments)}`;
  said.set(message, text);
  return text;
}

/**
 * How many messages of a channel are new to a person, and how many of them call for them.
 * @param {{ messages: readonly Shown[], person: string, direct: boolean, groups: UiState["groups"], marks: Marks, channel: string }} question
 * @returns {{ fresh: number, calls: number }}
 */
export function unreadOf({ messages, person, direct, groups, marks, channel }) {
  let fresh = 0;
  let calls = 0;
  for (const message of messages) {
    if (message.user === person || message.onlyFor !== undefined) continue;
    const reply = isReply(message);
    const place = reply ? threadPlace(channel, message.threadTs ?? "") : channel;
    const seen = compareTs(message.ts, marks(channel)) <= 0 || compareTs(message.ts, marks(place)) <= 0;
    if (seen) continue;
    if (!reply || message.broadcast) fresh += 1;
    if (direct || mentions(message, person, groups)) calls += 1;
  }
  return { fresh, calls };
}
