import { html } from "../html.js";
import { people, place, workspace } from "../store.js";
import { callsFor } from "../reading.js";
import { switchTo } from "../navigate.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { MenuButton } from "./menu.js";

/** Who is being played, and a menu to become somebody else. A badge says who is being called for. */
export function MeMenu() {
  const me = people.value.get(workspace.value.me);
  const others = workspace.value.people.filter((person) => person.canBePlayed);
  const waiting = others.reduce((sum, person) => sum + (person.id === me?.id ? 0 : callsFor(person.id)), 0);
  const items = others.map((person) => ({
    key: person.id,
    testid: `switch-${person.id}`,
    checked: person.id === me?.id,
    run: () => switchTo(person.id),
    face: html`<${Person} person=${person} own=${person.id === me?.id} />`,
  }));
  const hint = "Somebody else is called for";
  const face = html`
    <${Avatar} id=${me?.id ?? ""} size="small" />
    <span class="me-name">${me?.name ?? place.value.user}</span>
    ${waiting > 0 && html`<span class="me-dot" role="img" aria-label=${hint} title=${hint}></span>`}
    <${Icon} name="chevron" size=${14} />
  `;
  const heading = html`<strong>You are ${me?.name}</strong
    ><small>Choose whom to play; each sees their own Slack.</small>`;
  return html`<${MenuButton}
    label=${`You are ${me?.name}. Switch person`}
    testid="me"
    class="me"
    face=${face}
    heading=${heading}
    items=${items}
  />`;
}

function Person({ person, own }) {
  const calls = own ? 0 : callsFor(person.id);
  return html`<${Avatar} id=${person.id} />
    <span class="menu-person"
      ><span class="menu-person-name">${person.name}${person.guest && html`<span class="tag">guest</span>`}</span
      ><small>${person.title}</small></span
    >
    ${calls > 0 && html`<span class="badge">${calls}</span>`} ${own && html`<${Icon} name="check" size=${16} />`}`;
}
