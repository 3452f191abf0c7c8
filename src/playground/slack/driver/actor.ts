import { ApiError } from "../api/api-error.ts";
import type { Core } from "../core.ts";
import { actOnMessage, actOnView, viewOnScreen } from "../interactions/acting.ts";
import { statefulElements } from "../interactions/form-state.ts";
import { openHome, suggest, useShortcut } from "../interactions/other-moves.ts";
import { close, submit } from "../interactions/submitting.ts";
import { type } from "../interactions/typing.ts";
import { objectsOf } from "../json.ts";
import { uiEvent } from "../ui/ui-events.ts";
import { uiHome, uiMessage, uiModals } from "../ui/ui-state.ts";
import type { JsonObject, UiMessage, UiView } from "../ui-protocol.ts";
import { actionFor, findElement, stateFor } from "./action-for.ts";
import type { Choice } from "./action-for.ts";

/** What a person saw from the start of a move until the app had acknowledged it. */
export interface Seen {
  readonly notices: readonly string[];
  /** Messages that appeared or changed. */
  readonly messages: readonly UiMessage[];
  readonly pings: readonly string[];
  readonly modals: readonly UiView[];
  readonly home: UiView | null;
  /** Why the client itself refused the move; empty when it did not. */
  readonly refused: string;
}

export type Target = { readonly channel: string; readonly ts: string } | { readonly viewId: string };

interface Pressing {
  readonly choice?: Choice;
  /** Answer to a confirm dialog. Default: confirmed. */
  readonly cancel?: boolean;
  /** The blocks on the person's screen, when these are older than what is stored. */
  readonly screen?: readonly JsonObject[];
}

/** One person at the keyboard, for tests. Channels may be given by name or id. */
export interface Actor {
  readonly id: string;
  type(channel: string, text: string, options?: { readonly threadTs?: string }): Promise<Seen>;
  /** Presses a button, or makes a choice, by action_id or label. */
  press(target: Target, which: string, options?: Pressing): Promise<Seen>;
  /** Submits a modal after filling these in: block_id or action_id → choice. */
  submit(viewId: string, values?: Readonly<Record<string, Choice>>): Promise<Seen>;
  close(viewId: string, options?: { readonly all?: boolean }): Promise<Seen>;
  openHome(): Promise<Seen>;
  shortcut(callbackId: string, message?: { readonly channel: string; readonly ts: string }): Promise<Seen>;
  suggest(target: Target, actionId: string, value: string): Promise<JsonObject>;
  home(): UiView | null;
  modals(): readonly UiView[];
  /** Ephemeral messages shown to this person, oldest first. */
  ephemerals(): readonly UiMessage[];
}

/** Lets a test act as one of the people. */
export function actor(core: Core, id: string): Actor {
  const channelId = (given: string): string => core.workspace.channelNamed(given.replace(/^#/, ""))?.id ?? given;
  const blocksOf = (target: Target): readonly JsonObject[] =>
    "viewId" in target
      ? objectsOf(viewOnScreen(core, { user: id, viewId: target.viewId }).definition["blocks"])
      : (core.workspace.message(channelId(target.channel), target.ts)?.blocks ?? []);
  const watch = (move: () => Promise<unknown>): Promise<Seen> => watched(core, id, move);
  return {
    id,
    type: (channel, text, options = {}) =>
      watch(() => type(core, { user: id, channel: channelId(channel), text, ...options })),
    press: (target, which, options = {}) =>
      watch(async () => {
        const found = findElement(options.screen ?? blocksOf(target), which);
        if (options.cancel === true && found.element["confirm"] !== undefined) return;
        const action = actionFor(found, options.choice);
        const state =
          options.choice === undefined || found.element["type"] === "overflow"
            ? {}
            : { [found.blockId]: { [String(found.element["action_id"])]: stateFor(found.element, options.choice) } };
        if ("viewId" in target) await actOnView(core, { user: id, viewId: target.viewId, action, state });
        else await actOnMessage(core, { user: id, channel: channelId(target.channel), ts: target.ts, action, state });
      }),
    submit: (viewId, values = {}) =>
      watch(() => submit(core, { user: id, viewId, state: filled(blocksOf({ viewId }), values) })),
    close: (viewId, options = {}) => watch(() => close(core, { user: id, viewId, all: options.all ?? false })),
    openHome: () => watch(() => openHome(core, id)),
    shortcut: (callbackId, message) =>
      watch(() =>
        useShortcut(core, { user: id, callbackId, channel: message && channelId(message.channel), ts: message?.ts }),
      ),
    suggest: (target, actionId, value) => {
      const { blockId } = findElement(blocksOf(target), actionId);
      return suggest(core, {
        user: id,
        actionId,
        blockId,
        value,
        ...("viewId" in target ? target : { channel: channelId(target.channel), ts: target.ts }),
      });
    },
    home: () => uiHome(core, id),
    modals: () => uiModals(core, id),
    ephemerals: () =>
      core.workspace
        .allMessages()
        .filter((message) => message.onlyFor === id)
        .map((message) => uiMessage(core, message)),
  };
}

function filled(blocks: readonly JsonObject[], values: Readonly<Record<string, Choice>>): JsonObject {
  const state: Record<string, Record<string, JsonObject>> = {};
  for (const [key, choice] of Object.entries(values)) {
    const found = statefulElements(blocks).find(({ blockId, actionId }) => actionId === key || blockId === key);
    if (found === undefined) throw new Error(`while filling in "${key}": the view has no such input`);
    state[found.blockId] = { ...state[found.blockId], [found.actionId]: stateFor(found.element, choice) };
  }
  return state;
}

async function watched(core: Core, user: string, move: () => Promise<unknown>): Promise<Seen> {
  const notices: string[] = [];
  const pings: string[] = [];
  const messages: UiMessage[] = [];
  let refused = "";
  const stop = core.bus.subscribe((change) => {
    const event = uiEvent(core, change, user);
    if (event?.kind === "notice") notices.push(event.text);
    if (event?.kind === "ping") pings.push(event.text);
    if (event?.kind === "message") messages.push(event.message);
  });
  try {
    await move();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    refused = error.code;
  } finally {
    stop();
  }
  return { notices, pings, messages, modals: uiModals(core, user), home: uiHome(core, user), refused };
}
