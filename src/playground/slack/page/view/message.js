import { useState } from "preact/hooks";
import { html } from "../html.js";
import { asNotification, clock, messagesOf, people, place, workspace, zone } from "../store.js";
import { go } from "../navigate.js";
import { markOf } from "../reading.js";
import { Blocks } from "../blocks/blocks.js";
import { Attachment } from "../blocks/attachment.js";
import { SharedFile } from "../blocks/file.js";
import { Emoji, Mrkdwn } from "../text/text.js";
import { ago, formatDate } from "../text/dates.js";
import { compareTs, msOf } from "../timeline.js";
import { threadPlace } from "../unread.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { MessageTools } from "./message-tools.js";

const NOBODY = {};

/** One message. @param {{ message: import("../timeline.js").Shown, compact: boolean, inThread: boolean }} props */
export function Message({ message, compact, inThread }) {
  const [held, setHeld] = useState(false);
  const [alone, setAlone] = useState(false);
  const author = people.value.get(message.user);
  const bare = asNotification.value || alone;
  const look = [
    "message",
    compact && "compact",
    message.onlyFor && "only-you",
    held && "held",
    place.value.message === message.ts && "linked",
  ]
    .filter(Boolean)
    .join(" ");
  return html`<article
    role="listitem"
    class=${look}
    data-testid="message"
    data-ts=${message.ts}
    data-user=${message.user}
    data-ephemeral=${message.onlyFor !== undefined}
  >
    <div class="gutter">
      ${compact ? html`<${Time} ts=${message.ts} short=${true} />` : message.notice ? html`<span class="avatar avatar-notice" aria-hidden="true"><${Icon} name="warning" /></span>` : html`<${Avatar} id=${message.user} />`}
    </div>
    <div class="content">
      ${message.onlyFor && !compact && html`<div class="only-you-mark"><${Icon} name="eye" size=${14} /> Only visible to you</div>`}
      ${message.broadcast && !inThread && html`<${RepliedTo} message=${message} />`}
      ${
        compact
          ? html`<span class="visually-hidden">${author?.name ?? message.user}</span>`
          : html`<div class="byline">
              <span class="author">${message.notice ? workspace.value.team.name : (author?.name ?? message.user)}</span>
              ${author?.bot && html`<span class="tag">app</span>`}${author?.guest && html`<span class="tag">guest</span>`}<${Time}
                ts=${message.ts}
              />
            </div>`
      }
      ${bare ? html`<${NotificationText} message=${message} />` : html`<${Body} message=${message} />`}
      <${Reactions} message=${message} />
      ${!inThread && message.replyCount > 0 && html`<${ThreadBar} message=${message} />`}
    </div>
    <${MessageTools}
      message=${message}
      inThread=${inThread}
      onHold=${setHeld}
      alone=${alone}
      onAlone=${() => setAlone(!alone)}
    />
  </article>`;
}

function Body({ message }) {
  const { channel, ts, blocks, attachments, files } = message;
  const surface = { kind: "message", channel, ts };
  const at = (some) => ({ surface, blocks: some, files, errors: NOBODY });
  const all = [...blocks, ...attachments.flatMap((attachment) => attachment.blocks ?? [])];
  return html`<div class="body">
    ${blocks.length > 0 ? html`<${Blocks} blocks=${blocks} at=${at(all)} />` : message.text !== "" && html`<div class="text"><${Mrkdwn} text=${message.text} />${message.edited && html`<span class="edited"> (edited)</span>`}</div>`}
    ${attachments.map((attachment, index) => html`<${Attachment} key=${attachment.id ?? index} attachment=${attachment} at=${at(all)} />`)}
    ${files.map((file) => html`<${SharedFile} key=${file.id} file=${file} />`)}
  </div>`;
}

/** What a notification or a screen reader gets: only the text. */
function NotificationText({ message }) {
  if (message.text === "") {
    return html`<div class="fallback fallback-missing" data-testid="fallback">
      <${Icon} name="warning" size=${16} /> No text: notifications and screen readers have nothing to say here.
    </div>`;
  }
  return html`<div class="fallback" data-testid="fallback">
    <div class="fallback-mark">Notification text</div>
    <div><${Mrkdwn} text=${message.text} /></div>
  </div>`;
}

function Time({ ts, short = false }) {
  const ask = (format) =>
    formatDate({ epoch: Number(ts), format, tz: zone.value, now: clock.peek(), locale: navigator.language });
  const time = ask("{time}");
  return html`<time
    class="time"
    datetime=${new Date(msOf(ts)).toISOString()}
    title=${ask("{date_long_full}, {time_secs}")}
    >${short ? time?.replace(/\s?[AP]M$/i, "") : time}</time
  >`;
}

function RepliedTo({ message }) {
  const root = messagesOf(message.channel).find(({ ts }) => ts === message.threadTs);
  const open = () => go({ channel: message.channel, thread: message.threadTs });
  return html`<div class="replied-to">
    <span>replied to a thread:</span>
    <button type="button" class="text-button" onClick=${open}>${root ? clip(root.text) : "open thread"}</button>
  </div>`;
}

/** @param {string} text */
function clip(text) {
  const plain = text.replace(/[*_~`]/g, "");
  return [...plain].length > 80 ? `${[...plain].slice(0, 80).join("")}…` : plain || "open thread";
}

function Reactions({ message }) {
  if (message.reactions.length === 0) return null;
  return html`<div class="reactions">
    ${message.reactions.map(({ name, users }) => {
      const who = users.map((user) => people.value.get(user)?.name ?? user).join(", ");
      return html`<span
        key=${name}
        class=${users.includes(workspace.value.me) ? "reaction own" : "reaction"}
        title=${`${who} reacted with :${name}:`}
        ><${Emoji} name=${name} /> ${users.length}</span
      >`;
    })}
  </div>`;
}

function ThreadBar({ message }) {
  const { ts, channel, replyCount, latestReply, replyUsers } = message;
  const seen = markOf(place.value.user, threadPlace(channel, ts));
  const fresh = latestReply !== undefined && seen !== "0" && compareTs(latestReply, seen) > 0;
  const last =
    latestReply &&
    ago({ epoch: Number(latestReply), tz: zone.value, now: Math.max(clock.value, msOf(latestReply)), format: "" });
  const open = place.value.thread === ts;
  return html`<button
    type="button"
    class=${open ? "thread-bar open" : "thread-bar"}
    data-testid="open-thread"
    onClick=${() => go({ channel, thread: ts })}
  >
    <span class="thread-faces"
      >${replyUsers.slice(0, 4).map((id) => html`<${Avatar} key=${id} id=${id} size="small" />`)}</span
    >
    <span class="thread-count">${replyCount} ${replyCount === 1 ? "reply" : "replies"}</span>
    ${fresh && html`<span class="thread-fresh" aria-label="new replies"></span>`}
    <span class="thread-last">${last ? `Last reply ${last}` : ""}</span><span class="thread-view">View thread</span>
  </button>`;
}
