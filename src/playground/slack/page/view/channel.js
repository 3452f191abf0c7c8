import { html } from "../html.js";
import { channels, messagesOf, people, workspace } from "../store.js";
import { go, HOME } from "../navigate.js";
import { unreadFor } from "../reading.js";
import { channelMessages } from "../timeline.js";
import { Avatar } from "./avatar.js";
import { nameOf } from "./channel-name.js";
import { Composer } from "./composer.js";
import { Icon } from "./icons.js";
import { MessageList } from "./message-list.js";

/** A channel or direct message: heading, messages, composer. @param {{ id: string }} props */
export function ChannelView({ id }) {
  const channel = channels.value.get(id);
  if (!channel)
    return html`<main class="place">
      <p class="empty">
        This channel cannot be seen by the person you are playing. Choose another one on the left, or switch persons at
        the top.
      </p>
    </main>`;
  const name = nameOf(channel);
  return html`<main class="place" aria-label=${name}>
    <${PlaceHead} channel=${channel} />
    <${MessageList}
      key=${id}
      channel=${channel}
      messages=${channelMessages(messagesOf(id))}
      label=${`Messages in ${name}`}
      intro=${html`<${Intro} channel=${channel} />`}
      days=${true}
    />
    ${channel.archived ? html`<p class="archived">#${channel.name} is archived. Nobody can post here any more.</p>` : html`<${Composer} channel=${channel} />`}
  </main>`;
}

/** The heading of a place; the app's has tabs. @param {{ channel?: import("../../ui-protocol.ts").UiChannel }} props */
export function PlaceHead({ channel }) {
  const { app } = workspace.value;
  if (!channel || channel.id === app.dm) return html`<${AppHead} app=${app} atHome=${!channel} />`;
  const person = channel.kind === "im" ? people.value.get(channel.with ?? "") : undefined;
  return html`<div class="place-head">
    <h1 class="place-name">
      ${person ? html`<${Avatar} id=${person.id} size="small" />` : html`<${Icon} name=${channel.kind === "private" ? "lock" : "hash"} />`}${person?.name ?? channel.name}
    </h1>
    <span class="place-topic">${person?.title ?? channel.topic}</span>
  </div>`;
}

function AppHead({ app, atHome }) {
  const messages = channels.value.get(app.dm);
  const calls = messages ? unreadFor(messages).calls : 0;
  const tab = (label, to, current, extra) =>
    html`<button
      type="button"
      class=${current ? "tab current" : "tab"}
      aria-current=${current ? "page" : undefined}
      data-testid=${`tab-${label.toLowerCase()}`}
      onClick=${() => go({ channel: to })}
    >
      ${label}${extra}
    </button>`;
  const badge = atHome && calls > 0 && html`<span class="badge">${calls}</span>`;
  return html`<div class="place-head place-head-app">
    <h1 class="place-name"><${Avatar} id=${app.botUser} size="small" />${app.name}<span class="tag">app</span></h1>
    <div class="tabs">${tab("Home", HOME, atHome)}${tab("Messages", app.dm, !atHome, badge)}</div>
  </div>`;
}

function Intro({ channel }) {
  const { app, commands } = workspace.value;
  if (channel.kind === "im") {
    return html`<div class="intro">
      <${Avatar} id=${channel.with ?? ""} size="large" />
      <h2>${nameOf(channel)}</h2>
      <p>
        ${channel.id === app.dm ? `Messages between you and ${app.name}.` : `This conversation is between you and ${nameOf(channel)}.`}
      </p>
    </div>`;
  }
  return html`<div class="intro">
    <span class="intro-mark"><${Icon} name=${channel.kind === "private" ? "lock" : "hash"} size=${30} /></span>
    <h2>${channel.name}</h2>
    <p>${channel.topic || `This is where #${channel.name} begins.`}</p>
    ${commands.length > 0 && html`<p><span>Type </span><code class="code">${commands[0].command} help</code><span> to see what ${app.name} can do.</span></p>`}
  </div>`;
}
