import type { RecordedEvent } from "../../rollout/event.ts";
import type { CanaryView } from "../../rollout/view.ts";
import { context, message, section, type Message } from "./blocks.ts";
import { eventReply } from "./event-reply.ts";
import { place } from "./names.ts";
import { code, plain } from "./text.ts";

/** The root message of a rollout that is over while a newer one of the same canary runs: its last word, and no buttons. */
export function earlierCard(view: CanaryView, last: RecordedEvent): Message {
  const said = eventReply(last, view, null);
  const head = `:heavy_minus_sign: *Over* · ${code(view.name)} in *${plain(place(view))}*`;
  const [body] = said.blocks;
  return message(`${plain(view.name)} in ${plain(place(view))}: this rollout is over. ${said.text}`, [
    section(head),
    ...(body === undefined ? [] : [body]),
    context(`rollout ${code(last.rollout)} · a newer one of this canary has begun · the thread is the log`),
  ]);
}
