import { html } from "../html.js";
import { asNotification, dropMessage, workspace } from "../store.js";
import { runShortcut } from "../actions.js";
import { go } from "../navigate.js";
import { Icon } from "./icons.js";
import { MenuButton } from "./menu.js";

/** What one may do with a message, shown on hover and focus. */
export function MessageTools({ message, inThread, onHold, alone, onAlone }) {
  const { channel, ts, onlyFor } = message;
  const replies = onlyFor === undefined && !inThread;
  const items = [
    ...(onlyFor === undefined ? shortcuts(channel, ts) : []),
    {
      key: "text",
      testid: "notification-text",
      face: alone || asNotification.value ? "Show the message again" : "Show notification text",
      run: onAlone,
    },
    ...(onlyFor === undefined
      ? [{ key: "link", face: "Copy link", run: () => void copyLink(message) }]
      : [{ key: "drop", face: "Dismiss message", run: () => dropMessage(channel, ts) }]),
  ];
  return html`<div class="tools" role="toolbar" aria-label="Message actions">
    ${replies && html`<button type="button" class="tool" aria-label="Reply in thread" title="Reply in thread" data-testid="reply" onClick=${() => go({ channel, thread: message.threadTs ?? ts })}><${Icon} name="reply" /></button>`}
    <${MenuButton}
      label="More actions"
      testid="message-more"
      class="tool"
      face=${html`<${Icon} name="more" />`}
      items=${items}
      onOpen=${onHold}
    />
  </div>`;
}

function shortcuts(channel, ts) {
  const { shortcuts: known, app } = workspace.value;
  return known
    .filter(({ kind }) => kind === "message")
    .map(({ callbackId, name }) => ({
      key: callbackId,
      testid: `shortcut-${callbackId}`,
      face: html`<span class="menu-split"><span>${name}</span><small>${app.name}</small></span>`,
      run: () => void runShortcut(callbackId, { channel, ts }),
    }));
}

/** @param {import("../timeline.js").Shown} message */
async function copyLink({ channel, ts, threadTs }) {
  const link = new URL(`/archives/${channel}/p${ts.replace(".", "")}`, location.origin);
  if (threadTs !== undefined && threadTs !== ts) link.searchParams.set("thread_ts", threadTs);
  await navigator.clipboard?.writeText(link.href);
}
