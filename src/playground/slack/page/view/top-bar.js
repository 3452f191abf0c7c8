import { html } from "../html.js";
import { asNotification, botConnected, workspace } from "../store.js";
import { Bird, Icon } from "./icons.js";
import { MeMenu } from "./me-menu.js";
import { journalOpen, panelOpen } from "../preferences.js";

/** @param {{ onMenu: () => void }} props */
export function TopBar({ onMenu }) {
  const { app } = workspace.value;
  const online = botConnected.value;
  return html`<header class="top-bar">
    <button type="button" class="top-button only-narrow" aria-label="Channels" onClick=${onMenu}>
      <${Icon} name="menu" />
    </button>
    <span class="brand"><${Bird} size=${26} /><span class="brand-name">Coalmine playground</span></span>
    <span class="presence" data-testid="connected" data-connected=${online} role="status"
      ><span class=${online ? "dot on" : "dot"}></span
      ><span class="presence-text">${online ? `${app.name} is connected` : `${app.name} is not connected`}</span></span
    >
    <span class="top-gap"></span>
    <${Toggle} value=${asNotification} icon="bell" label="Show notification text" testid="toggle-notification" />
    <${Toggle} value=${journalOpen} icon="journal" label="Journal of API calls" testid="toggle-journal" />
    <${Toggle} value=${panelOpen} icon="flask" label="Playground panel" testid="toggle-panel" />
    <${MeMenu} />
  </header>`;
}

function Toggle({ value, icon, label, testid }) {
  return html`<button
    type="button"
    class="top-button"
    aria-pressed=${value.value}
    aria-label=${label}
    title=${label}
    data-testid=${testid}
    onClick=${() => (value.value = !value.value)}
  >
    <${Icon} name=${icon} />
  </button>`;
}
