import { html } from "../html.js";
import { panel } from "../store.js";
import { setScenario } from "../actions.js";
import { linkable } from "../text/safe-url.js";
import { Icon } from "./icons.js";
import { panelOpen } from "../preferences.js";

/** A version is in trouble from this share of failed requests on, in percent. */
const TROUBLE = 1;

/** The playground's own panel: live traffic, scenarios and links. */
export function Panel() {
  const { traffic = [], scenarios = [], links = [] } = panel.value ?? {};
  return html`<aside class="panel" aria-label="Playground" data-testid="panel">
    <div class="place-head">
      <h2 class="place-name"><${Icon} name="flask" />Playground</h2>
      <button type="button" class="tool close" aria-label="Close panel" onClick=${() => (panelOpen.value = false)}>
        <${Icon} name="close" />
      </button>
    </div>
    <div class="panel-body">
      ${panel.value === null && html`<p class="panel-none">No sample services are running beside this workspace.</p>`}
      ${
        traffic.length > 0 &&
        html`<section>
          <h3 class="panel-title">Live traffic</h3>
          ${services(traffic).map(([name, versions]) => html`<${Service} key=${name} name=${name} versions=${versions} />`)}
        </section>`
      }
      ${
        scenarios.length > 0 &&
        html`<section>
          <h3 class="panel-title">Make something happen</h3>
          <ul class="scenarios">
            ${scenarios.map((scenario) => html`<${Scenario} key=${scenario.id} scenario=${scenario} />`)}
          </ul>
        </section>`
      }
      ${
        links.length > 0 &&
        html`<section>
          <h3 class="panel-title">Look inside</h3>
          <ul class="panel-links">
            ${links.map((link) => html`<li key=${link.url}>${linkable(link.url) ? html`<a class="panel-link" href=${link.url} target="_blank" rel="noopener noreferrer">${link.label}<${Icon} name="external" size=${14} /></a>` : html`<span>${link.label}: <code class="code">${link.url}</code></span>`}</li>`)}
          </ul>
        </section>`
      }
    </div>
  </aside>`;
}

/** @param {import("../../ui-protocol.ts").UiPanel["traffic"]} traffic */
function services(traffic) {
  return [...Map.groupBy(traffic, ({ service }) => service)];
}

/** @type {Map<string, Map<string, number>>} */
const tints = new Map();

/** A version keeps its colour for as long as the page lives, whichever others come and go. @param {string} service @param {string} version */
function tintOf(service, version) {
  const known = tints.get(service) ?? new Map();
  tints.set(service, known);
  if (!known.has(version)) known.set(version, known.size % 4);
  return `tint-${known.get(version)}`;
}

function Service({ name, versions }) {
  const total = versions.reduce((sum, { perSecond }) => sum + perSecond, 0);
  const share = ({ perSecond }) => (total > 0 ? (perSecond / total) * 100 : 0);
  const words = versions.map((version) => `${version.version} ${Math.round(share(version))} %`).join(", ");
  return html`<div class="service" data-testid=${`traffic-${name}`}>
    <div class="service-head"><strong>${name}</strong><span>${total.toFixed(total < 10 ? 1 : 0)} req/s</span></div>
    <div class="split" role="img" aria-label=${`Traffic: ${words}`}>
      ${versions.map((version, index) => html`<span key=${`${index} ${version.version}`} class=${`split-part ${tintOf(name, version.version)}`} style=${{ flexGrow: String(share(version)) }}></span>`)}
    </div>
    <table class="versions">
      <thead>
        <tr>
          <th scope="col">version</th>
          <th scope="col">share</th>
          <th scope="col">failed</th>
          <th scope="col">p99</th>
        </tr>
      </thead>
      <tbody>
        ${versions.map(
          (version, index) =>
            html`<tr key=${`${index} ${version.version}`} data-version=${version.version}>
              <th scope="row"><span class=${`tint ${tintOf(name, version.version)}`}></span>${version.version}</th>
              <td>${Math.round(share(version))} %</td>
              <td class=${version.failedPercent >= TROUBLE ? "trouble" : ""}>
                ${version.failedPercent.toFixed(version.failedPercent < 10 ? 1 : 0)} %
              </td>
              <td>
                ${version.p99Ms >= 1000 ? `${(version.p99Ms / 1000).toFixed(1)} s` : `${Math.round(version.p99Ms)} ms`}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function Scenario({ scenario }) {
  const { id, label, hint, active } = scenario;
  return html`<li>
    <button
      type="button"
      class="scenario"
      role="switch"
      aria-checked=${active}
      data-testid=${`scenario-${id}`}
      onClick=${() => void setScenario(id, !active)}
    >
      <span class="scenario-text"><span>${label}</span><small>${hint}</small></span
      ><span class="switch" aria-hidden="true"></span>
    </button>
  </li>`;
}
