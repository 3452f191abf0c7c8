import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { html } from "../html.js";
import { clock, place, workspace, zone } from "../store.js";
import { markOf, markRead } from "../reading.js";
import { formatDate } from "../text/dates.js";
import { rowsOf } from "../timeline.js";
import { threadPlace } from "../unread.js";
import { Icon } from "./icons.js";
import { Message } from "./message.js";

/** How near to the end still counts as being there, in pixels. */
const NEAR = 60;

/**
 * The messages of a channel or thread. It stays at the end while the reader is there, and still while they are not.
 * @param {{ channel: import("../../ui-protocol.ts").UiChannel, thread?: string, messages: readonly import("../timeline.js").Shown[], label: string, intro?: unknown, days: boolean, divider?: unknown }} props
 */
export function MessageList({ channel, thread, messages, label, intro, days, divider }) {
  const box = useRef(null);
  const inner = useRef(null);
  const { atEnd, onScroll, toEnd } = useEnd(box, inner);
  const where = thread ? threadPlace(channel.id, thread) : channel.id;
  const me = workspace.value.me;
  const [newAfter] = useState(() => (markOf(me, where) === "0" ? undefined : markOf(me, where)));
  const rows = useMemo(() => rowsOf({ messages, tz: zone.value, newAfter, me, days }), [messages, zone.value, me]);
  const last = messages.at(-1)?.ts;
  const [seen, setSeen] = useState(last);
  useEffect(() => {
    if (last === undefined || !atEnd) return;
    setSeen(last);
    markRead(place.value.user, where, last);
  }, [last, atEnd, where]);

  return html`<div
    class="scroller"
    ref=${box}
    onScroll=${onScroll}
    data-testid=${thread ? "thread-scroller" : "scroller"}
  >
    <div class="scroll-inner" ref=${inner}>
      ${intro}
      <div role="list" aria-label=${label} class="messages">
        ${rows.map((row, index) => html`<${RowView} key=${row.key} row=${row} thread=${thread} divider=${index === 0 ? divider : null} />`)}
      </div>
    </div>
    ${!atEnd && last !== seen && html`<button type="button" class="jump" onClick=${toEnd}><${Icon} name="down" size=${14} /> New messages</button>`}
  </div>`;
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
    const { scrollHeight, scrollTop, clientHeight } = box.current;
    pinned.current = scrollHeight - scrollTop - clientHeight < NEAR;
    if (pinned.current !== atEnd) setAtEnd(pinned.current);
  };
  return { atEnd, onScroll, toEnd };
}
