/** The whole window: top bar, sidebar, the open place, thread and panels. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { html } from "../html.js";
import { announcement, channels, link, modals, place, workspace } from "../store.js";
import { go, HOME } from "../navigate.js";
import { callsTotal } from "./unread-title.js";
import { TopBar } from "./top-bar.js";
import { Sidebar } from "./sidebar.js";
import { ChannelView } from "./channel.js";
import { HomeView } from "./home.js";
import { Thread } from "./thread.js";
import { Modal } from "./modal.js";
import { ConfirmDialog } from "./confirm.js";
import { Toasts } from "./toasts.js";
import { Panel } from "./panel.js";
import { Journal } from "./journal.js";
import { panelOpen, journalOpen } from "../preferences.js";

/** Whether the sidebar lies over the page; only narrow windows use it. */
export const menuOpen = signal(false);

export function App() {
  useKeys();
  useTitle();
  useEffect(() => void (menuOpen.value = false), [place.value.channel, place.value.user]);
  if (workspace.value === null) return html`<p class="boot">Connecting to the workspace…</p>`;

  const { channel, thread } = place.value;
  const classes = ["app", thread && "has-thread", panelOpen.value && "has-panel", menuOpen.value && "menu-open"]
    .filter(Boolean)
    .join(" ");
  return html`<div class=${classes} data-link=${link.value}>
    <a class="skip" href="#composer" onClick=${skip}>Skip to the composer</a>
    <${TopBar} onMenu=${() => (menuOpen.value = !menuOpen.value)} />
    <${Sidebar} />
    <div class="scrim" onClick=${() => (menuOpen.value = false)}></div>
    <div class="stage">
      <div class="stage-main">
        ${link.value === "lost" && html`<div class="banner" role="status">The connection to the workspace was lost. Trying again…</div>`}
        ${channel === HOME ? html`<${HomeView} />` : html`<${ChannelView} key=${`${place.value.user} ${channel}`} id=${channel} />`}
        ${journalOpen.value && html`<${Journal} />`}
      </div>
      ${thread && channels.value.has(channel) && html`<${Thread} key=${`${place.value.user} ${channel} ${thread}`} channel=${channel} ts=${thread} />`}
      ${panelOpen.value && html`<${Panel} />`}
    </div>
    ${modals.value.length > 0 && html`<${Modal} key=${modals.value.at(-1).id} views=${modals.value} />`}
    <${ConfirmDialog} />
    <${Toasts} />
    <div class="visually-hidden" aria-live="polite" data-testid="announcer">${announcement.value}</div>
  </div>`;
}

function skip(event) {
  event.preventDefault();
  document.querySelector("[data-testid=composer]")?.focus();
}

/** Escape closes what lies on top; popovers and dialogs catch it before it comes here. */
function useKeys() {
  useEffect(() => {
    const keys = (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      if (menuOpen.value) menuOpen.value = false;
      else if (place.value.thread) go({ thread: "" });
    };
    addEventListener("keydown", keys);
    return () => removeEventListener("keydown", keys);
  }, []);
}

function useTitle() {
  const calls = callsTotal();
  const channel = channels.value.get(place.value.channel);
  const where = place.value.channel === HOME ? (workspace.value?.app.name ?? "") : channel ? `#${channel.name}` : "";
  const title = `${calls > 0 ? `(${calls}) ` : ""}${where ? `${where} · ` : ""}Coalmine playground`;
  useEffect(() => void (document.title = title), [title]);
}
