import { signal } from "@preact/signals";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { html } from "../html.js";
import { workspace } from "../store.js";
import { runShortcut } from "../actions.js";
import { commandOf, completionAt } from "../completion.js";
import { me, send } from "../server.js";
import { Icon } from "./icons.js";
import { MenuButton } from "./menu.js";
import { nameOf } from "./channel-name.js";
import { recall, remember } from "./history.js";

/** Drafts by person and place, so that going elsewhere loses nothing. */
const drafts = signal(new Map());

/** @param {{ channel: import("../../ui-protocol.ts").UiChannel, thread?: string }} props */
export function Composer({ channel, thread }) {
  const state = workspace.value;
  const box = useRef(null);
  const draft = useDraft({ channel, thread, box });
  const { text, refusal, completion, active } = draft;
  const place = thread ? "Reply…" : `Message ${nameOf(channel)}`;
  const listId = `offers-${thread ?? channel.id}`;
  const slash = () => {
    draft.write("/");
    box.current.focus();
  };
  const choose = (offer) => {
    draft.complete(offer);
    box.current.focus();
  };

  return html`<div class="composer-wrap">
    ${
      refusal
        ? html`<div class="composer-refusal" role="alert" data-testid="composer-refusal">
            <${Icon} name="warning" size=${16} /><span>${refusal}</span>
          </div>`
        : !completion && html`<${Hint} text=${text} state=${state} thread=${thread} />`
    }
    ${completion && html`<${Offers} id=${listId} offers=${completion.offers} active=${active} onChoose=${choose} onActive=${draft.setActive} />`}
    <div class="composer">
      <textarea
        ref=${box}
        id=${thread ? undefined : "composer"}
        rows="1"
        placeholder=${place}
        aria-label=${place}
        data-testid=${thread ? "thread-composer" : "composer"}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded=${completion !== undefined}
        aria-controls=${listId}
        aria-activedescendant=${completion ? `${listId}-${active}` : undefined}
        value=${text}
        onInput=${draft.typed}
        onKeyDown=${draft.keys}
        onSelect=${draft.moved}
      ></textarea>
      <div class="composer-foot">
        <${Shortcuts} state=${state} onSlash=${thread ? undefined : slash} />
        <span class="composer-keys"
          >${text !== "" && html`<kbd>Enter</kbd> sends · <kbd>Shift</kbd>+<kbd>Enter</kbd> starts a line`}</span
        >
        <button
          type="button"
          class="send"
          aria-label="Send"
          data-testid=${thread ? "thread-send" : "send"}
          disabled=${text.trim() === ""}
          onClick=${draft.post}
        >
          <${Icon} name="send" />
        </button>
      </div>
    </div>
  </div>`;
}

/** What is being typed, with completion, history and sending. */
function useDraft({ channel, thread, box }) {
  const state = workspace.value;
  const key = `${me()} ${channel.id} ${thread ?? ""}`;
  const text = drafts.value.get(key) ?? "";
  const [caret, setCaret] = useState(text.length);
  const [active, setActive] = useState(0);
  const [closedOn, setClosedOn] = useState("");
  const [refusal, setRefusal] = useState("");
  const recalled = useRef(-1);
  const completion =
    closedOn === text ? undefined : completionAt({ text, caret, state, inThread: thread !== undefined });
  const offers = completion?.offers ?? [];
  useGrowth(box, text);

  const write = (next, at = next.length) => {
    drafts.value = new Map(drafts.value).set(key, next);
    setCaret(at);
    setActive(0);
    setRefusal("");
    if (!box.current) return;
    // At once: a caret that is set a frame later lands in the middle of what was typed meanwhile.
    box.current.value = next;
    box.current.setSelectionRange(at, at);
  };
  const complete = (offer) =>
    write(
      text.slice(0, completion.from) + offer.insert + text.slice(completion.to),
      completion.from + offer.insert.length,
    );
  const post = async () => {
    const sent = text.trimEnd();
    if (sent === "") return;
    if (thread !== undefined && sent.startsWith("/")) return setRefusal(refusedInThread(sent, state));
    write("");
    recalled.current = -1;
    remember(sent);
    const answer = await send("type", {
      user: me(),
      channel: channel.id,
      text: sent,
      ...(thread ? { threadTs: thread } : {}),
    });
    if (answer.ok) return;
    if ((drafts.peek().get(key) ?? "") === "") write(sent);
    setRefusal(answer.error);
  };
  const step = (direction) => {
    const found = recall(recalled.current + direction);
    if (found === undefined) return;
    recalled.current += direction;
    setClosedOn(found);
    write(found);
  };
  const run = {
    next: () => setActive((active + 1) % offers.length),
    previous: () => setActive((active - 1 + offers.length) % offers.length),
    complete: () => complete(offers[active]),
    close: () => setClosedOn(text),
    send: () => void post(),
    older: () => step(1),
    newer: () => step(-1),
  };
  const keys = (event) => {
    const meant = keyMeaning({ event, text, offer: offers[active], recalling: recalled.current >= 0 });
    if (meant === undefined) return;
    event.preventDefault();
    run[meant]();
  };
  const typed = (event) => {
    recalled.current = -1;
    setRefusal("");
    setActive(0);
    setCaret(event.currentTarget.selectionStart);
    drafts.value = new Map(drafts.value).set(key, event.currentTarget.value);
  };
  const moved = (event) => setCaret(event.currentTarget.selectionStart);
  return { text, refusal, completion, active, setActive, write, complete, typed, keys, moved, post: run.send };
}

/** What a key means here; undefined leaves it to the text field. */
function keyMeaning({ event, text, offer, recalling }) {
  const { key, shiftKey, isComposing, ctrlKey, metaKey, altKey } = event;
  if (isComposing || ctrlKey || metaKey || altKey) return undefined;
  if (offer) {
    const offered = { ArrowDown: "next", ArrowUp: "previous", Tab: "complete", Escape: "close" }[key];
    if (offered && !(key === "Tab" && shiftKey)) return offered;
    if (key === "Enter" && !shiftKey) return text.trimEnd().endsWith(offer.insert.trimEnd()) ? "send" : "complete";
  }
  if (key === "Enter" && !shiftKey) return "send";
  if (key === "ArrowUp" && (text === "" || recalling)) return "older";
  return key === "ArrowDown" && recalling ? "newer" : undefined;
}

function refusedInThread(text, { app, shortcuts }) {
  const [command] = text.split(/\s/);
  const onMessage = shortcuts.some(({ kind }) => kind === "message") ? `, “More actions” (⋮) on a message` : "";
  return `${command} does not work in threads; Slack has no slash commands there. Use the buttons of the message${onMessage}, mention @${app.name}, or type it in the channel.`;
}

/** The usage of the command being typed. */
function Hint({ text, state, thread }) {
  const command = commandOf(text, state.commands);
  if (!command || thread) return null;
  return html`<div class="composer-hint">
    <strong>${command.command}</strong> <span>${command.usageHint}</span><small>${command.description}</small>
  </div>`;
}

function Offers({ id, offers, active, onChoose, onActive }) {
  return html`<div class="offers" role="listbox" id=${id} aria-label="Suggestions" data-testid="offers">
    ${offers.map(
      (offer, index) =>
        html`<div
          key=${offer.label}
          id=${`${id}-${index}`}
          role="option"
          class="offer"
          aria-selected=${index === active}
          onPointerMove=${() => onActive(index)}
          onMouseDown=${(event) => (event.preventDefault(), onChoose(offer))}
        >
          <span class="offer-label">${offer.label}</span><small>${offer.detail}</small>
        </div>`,
    )}
  </div>`;
}

/** The + menu: global shortcuts, and a start for commands. */
function Shortcuts({ state, onSlash }) {
  const items = [
    ...(onSlash ? [{ key: "slash", face: "Type a command", run: onSlash }] : []),
    ...state.shortcuts
      .filter(({ kind }) => kind === "global")
      .map(({ callbackId, name }) => ({
        key: callbackId,
        testid: `shortcut-${callbackId}`,
        face: html`<span class="menu-split"><span>${name}</span><small>${state.app.name}</small></span>`,
        run: () => void runShortcut(callbackId),
      })),
  ];
  if (items.length === 0) return html`<span></span>`;
  return html`<${MenuButton}
    label="Shortcuts"
    testid="shortcuts"
    class="tool"
    align="start"
    face=${html`<${Icon} name="plus" />`}
    items=${items}
  />`;
}

/** Lets the field grow with its text, up to a third of the window. */
function useGrowth(box, text) {
  useLayoutEffect(() => {
    box.current.style.height = "auto";
    box.current.style.height = `${Math.min(box.current.scrollHeight, innerHeight / 3)}px`;
  }, [text]);
}
