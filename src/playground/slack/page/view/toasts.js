import { useEffect } from "preact/hooks";
import { html } from "../html.js";
import { channels, dropToast, messagesOf, place, toasts, workspace } from "../store.js";
import { go } from "../navigate.js";
import { isReply } from "../timeline.js";
import { Mrkdwn } from "../text/text.js";
import { nameOf } from "./channel-name.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";

const SHOWN_MS = 7_000;

/** Notifications of the person being played; those of what is on the screen anyway are left out. */
export function Toasts() {
  return html`<div class="toasts" role="status">
    ${toasts.value.map((toast) => html`<${Toast} key=${toast.id} toast=${toast} />`)}
  </div>`;
}

function Toast({ toast }) {
  const message = messagesOf(toast.channel).find(({ ts }) => ts === toast.ts);
  const seen = toast.tone === "ping" && inView(toast.channel, message);
  useEffect(() => {
    const timer = setTimeout(() => dropToast(toast.id), seen ? 0 : SHOWN_MS);
    return () => clearTimeout(timer);
  }, []);
  if (seen) return null;
  const channel = channels.value.get(toast.channel);
  const open = () => {
    dropToast(toast.id);
    if (toast.tone === "ping")
      go({ channel: toast.channel, thread: message?.threadTs && isReply(message) ? message.threadTs : "" });
  };
  return html`<div class=${`toast toast-${toast.tone}`} data-testid="toast">
    <button type="button" class="toast-open" onClick=${open}>
      ${toast.tone === "ping" ? html`<${Avatar} id=${message?.user ?? workspace.value.app.botUser} />` : html`<span class="avatar avatar-notice"><${Icon} name="warning" /></span>`}
      <span class="toast-text"
        ><strong>${toast.tone === "ping" ? (channel ? nameOf(channel) : "New message") : "Not done"}</strong
        ><span><${Mrkdwn} text=${toast.text} /></span
      ></span>
    </button>
    <button type="button" class="tool" aria-label="Dismiss" onClick=${() => dropToast(toast.id)}>
      <${Icon} name="close" size=${14} />
    </button>
  </div>`;
}

/** @param {string} channel @param {import("../timeline.js").Shown | undefined} message */
function inView(channel, message) {
  if (document.hidden || place.value.channel !== channel || !message) return false;
  return isReply(message) && !message.broadcast ? place.value.thread === message.threadTs : true;
}
