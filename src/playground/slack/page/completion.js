// @ts-check
/**
 * What the composer offers while one types: commands after `/`, people and groups after `@`, channels after `#`.
 *
 * @typedef {import("../ui-protocol.ts").UiState} UiState
 * @typedef {{ insert: string, label: string, detail: string }} Offer
 * @typedef {{ from: number, to: number, offers: Offer[] }} Completion replaces `text[from, to)` by an offer's `insert`
 */

const MOST = 8;

/**
 * What fits at the caret; undefined when nothing does.
 * @param {{ text: string, caret: number, state: UiState, inThread: boolean }} question
 * @returns {Completion | undefined}
 */
export function completionAt({ text, caret, state, inThread }) {
  const before = text.slice(0, caret);
  const command = /^\/[^\s]*$/.exec(before);
  if (command && !inThread) return offered(0, caret, commandOffers(state, before));
  const word = /(?:^|[\s(])([@#][\p{L}\p{N}._-]*)$/u.exec(before)?.[1];
  if (word === undefined) return undefined;
  const offers = word.startsWith("@") ? peopleOffers(state, word.slice(1)) : channelOffers(state, word.slice(1));
  return offered(caret - word.length, caret, offers);
}

/** The command a text calls, if it is one. @param {string} text @param {UiState["commands"]} commands */
export function commandOf(text, commands) {
  const name = /^\/[^\s]+/.exec(text)?.[0];
  return commands.find(({ command }) => command === name);
}

/** @param {number} from @param {number} to @param {Offer[]} offers @returns {Completion | undefined} */
function offered(from, to, offers) {
  return offers.length === 0 ? undefined : { from, to, offers: offers.slice(0, MOST) };
}

/** @param {UiState} state @param {string} typed @returns {Offer[]} */
function commandOffers(state, typed) {
  return state.commands
    .filter(({ command }) => command.startsWith(typed.toLowerCase()))
    .map(({ command, description, usageHint }) => ({
      insert: `${command} `,
      label: `${command} ${usageHint}`.trim(),
      detail: description,
    }));
}

/** @param {UiState} state @param {string} typed @returns {Offer[]} */
function peopleOffers(state, typed) {
  const people = state.people.map(({ name, title }) => ({ insert: `@${name} `, label: `@${name}`, detail: title }));
  const groups = state.groups.map(({ handle }) => ({
    insert: `@${handle} `,
    label: `@${handle}`,
    detail: "user group",
  }));
  return starting([...people, ...groups], typed);
}

/** @param {UiState} state @param {string} typed @returns {Offer[]} */
function channelOffers(state, typed) {
  const open = state.channels.filter(({ kind, archived }) => kind !== "im" && !archived);
  return starting(
    open.map(({ name, topic }) => ({ insert: `#${name} `, label: `#${name}`, detail: topic })),
    typed,
  );
}

/** @param {Offer[]} offers @param {string} typed */
function starting(offers, typed) {
  return offers.filter(({ label }) => label.slice(1).toLowerCase().startsWith(typed.toLowerCase()));
}
