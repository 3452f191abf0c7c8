// @ts-check
/**
 * Everything the page knows, as signals. Server events come in through `applyEvent`; components only read.
 *
 * @typedef {import("../ui-protocol.ts").UiState} UiState
 * @typedef {import("../ui-protocol.ts").UiEvent} UiEvent
 * @typedef {import("../ui-protocol.ts").UiView} UiView
 * @typedef {import("../ui-protocol.ts").UiPanel} UiPanel
 * @typedef {import("../ui-protocol.ts").UiJournalLine} UiJournalLine
 * @typedef {import("./timeline.js").Shown} Shown
 */
import { batch, computed, signal } from "@preact/signals";
import { compareTs, withMessage } from "./timeline.js";

const JOURNAL_LINES = 300;

/** @type {import("@preact/signals").Signal<UiState | null>} Workspace of the person being played; null until the first answer. */
export const workspace = signal(null);
/** @type {import("@preact/signals").Signal<ReadonlyMap<string, readonly Shown[]>>} Messages by channel id, ordered by ts. */
export const messagesByChannel = signal(new Map());
/** @type {import("@preact/signals").Signal<UiView | null>} */
export const home = signal(null);
/** @type {import("@preact/signals").Signal<readonly UiView[]>} Open modals, the uppermost last. */
export const modals = signal([]);
/** Whether a bot is connected to the workspace. */
export const botConnected = signal(false);
/** @type {import("@preact/signals").Signal<"opening" | "open" | "lost">} The page's own connection. */
export const link = signal("opening");
/** @type {import("@preact/signals").Signal<UiPanel | null>} */
export const panel = signal(null);
/** @type {import("@preact/signals").Signal<readonly UiJournalLine[]>} Newest last. */
export const journal = signal([]);
/** @type {import("@preact/signals").Signal<readonly { id: number, channel: string, ts: string, text: string, tone: "ping" | "trouble" }[]>} */
export const toasts = signal([]);
/** Last sentence for screen readers. */
export const announcement = signal("");
/** Milliseconds; moves every few seconds so that "3 minutes ago" stays true. */
export const clock = signal(Date.now());
/** @type {import("@preact/signals").Signal<import("./route.js").Place>} Ids, resolved; thread is "" when none is open. */
export const place = signal({ user: "", channel: "", thread: "", message: "" });
/** Shows every message as a notification would. */
export const asNotification = signal(false);

/** Everybody by id. The app's bot carries the app's name, as in Slack; its handle is for typing only. */
export const people = computed(() => {
  const { people: all = [], app } = workspace.value ?? {};
  return new Map(all.map((person) => [person.id, person.id === app?.botUser ? { ...person, name: app.name } : person]));
});
/** All channels by id. */
export const channels = computed(
  () => new Map((workspace.value?.channels ?? []).map((channel) => [channel.id, channel])),
);
/** Time zone of the person being played. */
export const zone = computed(() => people.value.get(workspace.value?.me ?? "")?.tz ?? "UTC");

/** Messages of one channel. @param {string} channel */
export function messagesOf(channel) {
  return messagesByChannel.value.get(channel) ?? [];
}

/** Takes over a whole state: at the start, after a switch of persons, and after a lost connection. @param {UiState} state */
export function applyState(state) {
  batch(() => {
    const ordered = state.messages.toSorted((a, b) => compareTs(a.ts, b.ts));
    workspace.value = state;
    messagesByChannel.value = Map.groupBy(ordered, ({ channel }) => channel);
    home.value = state.home;
    modals.value = state.modals;
    botConnected.value = state.app.connected;
  });
}

/** @type {{ [K in UiEvent["kind"]]: (event: Extract<UiEvent, { kind: K }>) => void }} */
const APPLY = {
  message: ({ message }) => {
    const before = messagesOf(message.channel);
    const isNew = !before.some(({ ts }) => ts === message.ts);
    setMessages(message.channel, withMessage(before, message));
    if (isNew) announce(message);
  },
  "message-gone": ({ channel, ts }) => dropMessage(channel, ts),
  home: (event) => void (home.value = event.home),
  modals: (event) => void (modals.value = event.modals),
  connected: ({ connected }) => void (botConnected.value = connected),
  notice: ({ channel, text }) => addNotice(channel, text),
  ping: ({ channel, ts, text }) => addToast({ channel, ts, text, tone: "ping" }),
  journal: ({ line }) => void (journal.value = [...journal.value.slice(1 - JOURNAL_LINES), line]),
  panel: (event) => void (panel.value = event.panel),
};

/** Applies one event; kinds this page does not know yet are left alone. @param {UiEvent} event */
export function applyEvent(event) {
  if (!Object.hasOwn(APPLY, event.kind)) return;
  const apply = /** @type {(event: UiEvent) => void} */ (APPLY[event.kind]);
  batch(() => apply(event));
}

/** Takes a message out of the page: it was deleted, or it was ephemeral and dismissed. @param {string} channel @param {string} ts */
export function dropMessage(channel, ts) {
  setMessages(
    channel,
    messagesOf(channel).filter((message) => message.ts !== ts),
  );
}

/** @param {string} channel @param {readonly Shown[]} messages */
function setMessages(channel, messages) {
  messagesByChannel.value = new Map(messagesByChannel.value).set(channel, messages);
}

/** @param {string} channel @param {string} text */
function addNotice(channel, text) {
  const ts = (Date.now() / 1000).toFixed(6);
  const me = workspace.value?.me ?? "";
  const empty = {
    blocks: [],
    attachments: [],
    replyCount: 0,
    replyUsers: [],
    broadcast: false,
    edited: false,
    files: [],
    reactions: [],
  };
  const message = { channel, ts, user: "slackbot", text, onlyFor: me, notice: true, ...empty };
  setMessages(channel, withMessage(messagesOf(channel), message));
  announcement.value = text;
}

/** @param {Shown} message */
function announce(message) {
  const author = people.value.get(message.user)?.name ?? message.user;
  announcement.value = `${author}: ${message.text}`;
}

let toastCount = 0;

/** Shows a toast until it is dismissed; the component takes it away after a while. @param {{ channel: string, ts: string, text: string, tone: "ping" | "trouble" }} toast */
export function addToast(toast) {
  toastCount += 1;
  toasts.value = [...toasts.value.slice(-3), { id: toastCount, ...toast }];
}

/** @param {number} id */
export function dropToast(id) {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** Forgets what belongs to the person played before. */
export function forgetPerson() {
  batch(() => {
    toasts.value = [];
    modals.value = [];
    home.value = null;
    announcement.value = "";
  });
}
