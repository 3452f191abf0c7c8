import { useEffect, useRef } from "preact/hooks";
import { html } from "../html.js";
import { channels, messagesOf } from "../store.js";
import { go } from "../navigate.js";
import { threadMessages } from "../timeline.js";
import { nameOf } from "./channel-name.js";
import { Composer } from "./composer.js";
import { Icon } from "./icons.js";
import { MessageList } from "./message-list.js";

/** The thread pane. @param {{ channel: string, ts: string }} props */
export function Thread({ channel: id, ts }) {
  const channel = channels.value.get(id);
  const messages = threadMessages(messagesOf(id), ts);
  const replies = messages.filter((message) => message.ts !== ts && message.onlyFor === undefined).length;
  const pane = useRef(null);
  useEffect(() => pane.current?.querySelector("textarea")?.focus({ preventScroll: true }), []);
  const divider = html`<div class="replies-line" role="separator">
    <span>${replies === 0 ? "No replies yet" : `${replies} ${replies === 1 ? "reply" : "replies"}`}</span>
  </div>`;
  return html`<aside class="thread" aria-label="Thread" data-testid="thread" ref=${pane}>
    <div class="place-head">
      <h2 class="place-name">Thread</h2>
      <span class="place-topic">${nameOf(channel)}</span>
      <button
        type="button"
        class="tool close"
        aria-label="Close thread"
        data-testid="close-thread"
        onClick=${() => go({ thread: "" })}
      >
        <${Icon} name="close" />
      </button>
    </div>
    ${
      messages.length === 0
        ? html`<p class="empty">This message is not here any more, or the person you are playing cannot see it.</p>`
        : html`<${MessageList}
            channel=${channel}
            thread=${ts}
            messages=${messages}
            label="Thread"
            days=${false}
            divider=${divider}
          />`
    }
    ${!channel.archived && html`<${Composer} channel=${channel} thread=${ts} />`}
  </aside>`;
}
