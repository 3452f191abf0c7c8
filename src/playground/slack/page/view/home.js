import { useEffect } from "preact/hooks";
import { html } from "../html.js";
import { home, place, workspace } from "../store.js";
import { openHome } from "../actions.js";
import { Blocks } from "../blocks/blocks.js";
import { PlaceHead } from "./channel.js";
import { Bird } from "./icons.js";

const NONE = {};

/** The app's home tab; opening it tells the app, as in Slack. */
export function HomeView() {
  const view = home.value;
  const { app } = workspace.value;
  useEffect(() => void openHome(), [place.value.user]);
  const blocks = view?.view.blocks ?? [];
  return html`<main class="place" aria-label=${`${app.name} home`} data-testid="home">
    <${PlaceHead} />
    <div class="scroller">
      <div class="home">
        ${
          blocks.length > 0
            ? html`<${Blocks}
                blocks=${blocks}
                at=${{ surface: { kind: "view", viewId: view.id }, blocks, files: [], errors: view.errors ?? NONE }}
              />`
            : html`<div class="home-empty">
                <${Bird} size=${56} />
                <h2>${app.name} has not drawn its home yet</h2>
                <p>It draws one when the bot is connected and hears that you opened this tab.</p>
              </div>`
        }
      </div>
    </div>
  </main>`;
}
