import { html } from "../html.js";
import { botConnected, people, place, workspace } from "../store.js";
import { unreadFor } from "../reading.js";
import { go, HOME } from "../navigate.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";

export function Sidebar() {
  const { channels, app, team } = workspace.value;
  const rooms = channels.filter(({ kind }) => kind !== "im");
  const direct = channels.filter(({ kind, id }) => kind === "im" && id !== app.dm);
  return html`<nav class="sidebar" aria-label="Channels and conversations">
    ${team.name.toLowerCase() !== "coalmine playground" && html`<div class="team">${team.name}</div>`}
    <${Part} title="Channels">${rooms.map((channel) => html`<${Room} key=${channel.id} channel=${channel} />`)}<//>
    ${direct.length > 0 && html`<${Part} title="Direct messages">${direct.map((channel) => html`<${Direct} key=${channel.id} channel=${channel} />`)}<//>`}
    <${Part} title="Apps"><${AppLink} app=${app} channel=${channels.find(({ id }) => id === app.dm)} /><//>
  </nav>`;
}

function Part({ title, children }) {
  return html`<section class="side-part">
    <h2 class="side-title">${title}</h2>
    <ul>
      ${children}
    </ul>
  </section>`;
}

function Row({ current, unread, testid, to, face, dim }) {
  const look = ["side-row", current && "current", unread.fresh + unread.calls > 0 && !current && "fresh", dim && "dim"]
    .filter(Boolean)
    .join(" ");
  return html`<li>
    <button
      type="button"
      class=${look}
      aria-current=${current ? "page" : undefined}
      data-testid=${testid}
      onClick=${() => go({ channel: to })}
    >
      ${face}${unread.calls > 0 && html`<span class="badge" aria-label=${`${unread.calls} for you`}>${unread.calls}</span>`}
    </button>
  </li>`;
}

function Room({ channel }) {
  const face = html`<${Icon} name=${channel.kind === "private" ? "lock" : "hash"} size=${16} /><span class="side-name"
      >${channel.name}</span
    >`;
  return html`<${Row}
    current=${place.value.channel === channel.id}
    unread=${unreadFor(channel)}
    to=${channel.id}
    testid=${`channel-${channel.name}`}
    face=${face}
    dim=${channel.archived}
  />`;
}

function Direct({ channel }) {
  const person = people.value.get(channel.with ?? "");
  const face = html`<${Avatar} id=${channel.with ?? ""} size="small" /><span class="side-name"
      >${person?.name ?? channel.name}</span
    >`;
  return html`<${Row}
    current=${place.value.channel === channel.id}
    unread=${unreadFor(channel)}
    to=${channel.id}
    testid=${`channel-${channel.name}`}
    face=${face}
  />`;
}

function AppLink({ app, channel }) {
  const here = place.value.channel === HOME || place.value.channel === app.dm;
  const unread = channel ? unreadFor(channel) : { fresh: 0, calls: 0 };
  const face = html`<${Avatar} id=${app.botUser} size="small" /><span class="side-name">${app.name}</span
    ><span
      class=${botConnected.value ? "dot on" : "dot"}
      title=${botConnected.value ? "connected" : "not connected"}
    ></span>`;
  return html`<${Row} current=${here} unread=${unread} to=${HOME} testid="channel-home" face=${face} />`;
}
