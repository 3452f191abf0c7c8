import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { html } from "../html.js";
import { clock, place, workspace, zone } from "../store.js";
import { markOf, markRead } from "../reading.js";
import { formatDate } from "../text/dates.js";
import { compareTs, rowsOf } from "../timeline.js";
import { threadPlace } from "../unread.js";
import { Icon } from "./icons.js";
import { Message } from "./message.js";

/** How near to the end still counts as being there, in pixels. */
const NEAR = 60;
/** So many messages are drawn at first, and more with each wish for earlier ones. */
const PAGE = 150;

/**
 * The messages of a channel or thread. It stays at the end while the reader is there, and still while they are not.
 * @param {{ channel: import("../../ui-protocol.ts").UiChannel, thread?: string, messages: readonly import("../timeline.js").Shown[], label: string, intro?: unknown, days: boolean, divider?: unknown }} props
 */
export function MessageList({ channel, thread, messages, label, intro, days, divider }) {
  const box = useRef(null);
  const inner = useRef(null);
  const { atEnd, onScroll, toEnd, leaveEnd } = useEnd(box, inner);
  const where = thread ? threadPlace(channel.id, thread) : channel.id;
  const me = workspace.value.me;
  const [newFrom] = useState(() => firstNew(messages, { me, seen: markOf(me, where) }));
  const { shown, hidden, showMore } = useWindow(messages, { whole: thread !== undefined });
  const rows = rowsOf({ messages: shown, tz: zone.value, newFrom, days });
  const last = messages.at(-1)?.ts;
  const [seen, setSeen] = useState(last);
  useEffect(() => {
    if (last === undefined || !atEnd) return;
    setSeen(last);
    markRead(me, where, last);
  }, [last, atEnd, where]);
  useLinked({ box, messages, leaveEnd });
  const drawn = useDrawnOnce(rows, { thread, divider });

  return html`<div
    class="scroller"
    ref=${box}
    onScroll=${onScroll}
    data-testid=${thread ? "thread-scroller" : "scroller"}
  >
    <div class="scroll-inner" ref=${inner}>
      ${hidden > 0 ? html`<button type="button" class="earlier" onClick=${showMore}>Show earlier messages (${hidden})</button>` : intro}
      <div role="list" aria-label=${label} class="messages">${drawn}</div>
    </div>
    ${!atEnd && last !== seen && html`<button type="button" class="jump" onClick=${toEnd}><${Icon} name="down" size=${14} /> New messages</button>`}
  </div>`;
}

/** @param {readonly import("../timeline.js").Shown[]} messages @param {{ me: string, seen: string }} reader */
function firstNew(messages, { me, seen }) {
  return seen === "0" ? undefined : messages.find(({ ts, user }) => user !== me && compareTs(ts, seen) > 0)?.ts;
}

/**
 * The last messages of a long list, or more of them where the address names an earlier one.
 * A thread is drawn whole: its root must stand on top.
 * @param {readonly import("../timeline.js").Shown[]} messages @param {{ whole: boolean }} extent
 */
function useWindow(messages, { whole }) {
  const linked = messages.findIndex(({ ts }) => ts === place.value.message);
  const [first, setFirst] = useState(() => (whole ? 0 : Math.max(0, messages.length - PAGE)));
  const hidden = Math.min(first, linked < 0 ? first : linked, messages.length);
  return { shown: messages.slice(hidden), hidden, showMore: () => setFirst(Math.max(0, hidden - PAGE)) };
}

/** Draws a row anew only when its message was replaced, so that a redraw of one costs nothing for the others. */
function useDrawnOnce(rows, { thread, divider }) {
  const before = useRef(new Map());
  const now = new Map();
  const drawn = rows.map((row, index) => {
    const old = before.current.get(row.key);
    const extra = index === 0 ? divider : undefined;
    const same = old && old.row.message === row.message && old.row.compact === row.compact && old.extra === extra;
    const kept = same
      ? old
      : { row, extra, view: html`<${RowView} key=${row.key} row=${row} thread=${thread} divider=${extra} />` };
    now.set(row.key, kept);
    return kept.view;
  });
  before.current = now;
  return drawn;
}

/** Brings the message that the address names into view. */
function useLinked({ box, messages, leaveEnd }) {
  const wanted = place.value.message;
  const here = wanted !== "" && messages.some(({ ts }) => ts === wanted);
  useLayoutEffect(() => {
    if (!here) return;
    leaveEnd();
    box.current.querySelector(`[data-ts="${CSS.escape(wanted)}"]`)?.scrollIntoView({ block: "center" });
  }, [wanted, here]);
}

function RowView({ row, thread, divider }) {
  if (row.kind === "day") return html`<${DayDivider} ms=${row.ms} />`;
  if (row.kind === "new") return html`<div class="new-line" role="separator"><span>New</span></div>`;
  return html`<${Message} message=${row.message} compact=${row.compact} inThread=${thread !== undefined} />${divider}`;
}

function DayDivider({ ms }) {
  const text = formatDate({
    epoch: ms / 1000,
    format: "{day_divider_pretty}",
    tz: zone.value,
    now: clock.value,
    locale: navigator.language,
  });
  return html`<div class="day" role="separator"><span>${text}</span></div>`;
}

/** Keeps the end in view while the reader is there, whatever grows: new messages, redrawn ones, pictures that arrive. */
function useEnd(box, inner) {
  const [atEnd, setAtEnd] = useState(true);
  const pinned = useRef(true);
  const top = useRef(0);
  const toEnd = () => {
    pinned.current = true;
    setAtEnd(true);
    box.current.scrollTop = box.current.scrollHeight;
  };
  useLayoutEffect(() => {
    if (pinned.current) box.current.scrollTop = box.current.scrollHeight;
  });
  useEffect(() => {
    const watch = new ResizeObserver(() => {
      if (pinned.current && box.current) box.current.scrollTop = box.current.scrollHeight;
    });
    watch.observe(inner.current);
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  const onScroll = () => {
    // The browser reports a last scroll of a list that has just been left.
    if (!box.current) return;
    const { scrollHeight, scrollTop, clientHeight } = box.current;
    // Only who goes up leaves the end: what has just grown below is still to be scrolled to.
    const isNear = scrollHeight - scrollTop - clientHeight < NEAR;
    pinned.current = isNear || (pinned.current && scrollTop >= top.current);
    top.current = scrollTop;
    if (pinned.current !== atEnd) setAtEnd(pinned.current);
  };
  const leaveEnd = () => {
    pinned.current = false;
  };
  return { atEnd, onScroll, toEnd, leaveEnd };
}
