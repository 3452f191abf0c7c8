import { checksumOf } from "../rollout/hook.ts";
import type { News } from "../rollout/news.ts";
import { definitionOf, type Subject } from "../rollout/subject.ts";
import { textOf } from "./event-text.ts";
import type { PassParts } from "./parts.ts";

/**
 * Tells everybody outside of chat what a save added to the record: Kubernetes Events, event webhooks, alerts. Only whoever saved it
 * does, so that each is told once; none of them is waited for.
 */
export function spread(parts: Pick<PassParts, "recorder" | "tell">, before: Subject, after: Subject): void {
  const { rollout, ref } = after;
  const known = before.rollout?.lastSequence ?? 0;
  for (const { sequence, at, event } of rollout?.events ?? []) {
    if (sequence <= known || rollout === null) continue;
    const { type, reason, message } = textOf(event);
    parts.recorder.record(ref, { type, reason, message });
    const news: News = {
      ref,
      canary: definitionOf(after),
      event,
      at,
      type,
      message,
      phase: after.peer.phase,
      checksum: checksumOf(rollout.revision),
      key: `${ref.uid}/${sequence}`,
    };
    parts.tell(news);
  }
}
