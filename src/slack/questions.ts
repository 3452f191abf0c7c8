import { explain } from "../errors.ts";
import type { RecordedEvent } from "../rollout/event.ts";
import type { CanaryView } from "../rollout/view.ts";
import type { Log } from "../telemetry/log.ts";
import { decidedReply, type Audience, type Reply } from "./messages/event-reply.ts";
import type { OpenQuestion } from "./posted.ts";
import type { MessagePlace, SlackApi } from "./slack-api.ts";

/** More than this stand open only when nobody ever answers; then the oldest keep their buttons, which are refused as old. */
const KEPT = 5;

const stateOf = ({ phase, gate, revision }: CanaryView): string => `${phase} ${gate?.name ?? ""} ${revision.hash}`;

/** The questions that are open once this reply stands in the thread. */
export function withQuestion(
  open: readonly OpenQuestion[],
  asked: { readonly reply: Reply; readonly ts: string; readonly event: RecordedEvent; readonly view: CanaryView },
): OpenQuestion[] {
  if (!asked.reply.blocks.some((block) => block.type === "actions")) return [...open];
  return [...open, { ts: asked.ts, event: asked.event, state: stateOf(asked.view) }].slice(-KEPT);
}

export interface Closing {
  readonly open: readonly OpenQuestion[];
  readonly view: CanaryView;
  readonly root: MessagePlace;
  readonly slack: Pick<SlackApi, "update">;
  readonly audience: Audience;
  readonly log: Log;
}

/** Takes the buttons off questions that are decided, and says so. Gives those that are still open. */
export async function closeDecided({ open, view, root, slack, audience, log }: Closing): Promise<OpenQuestion[]> {
  const decided = open.filter(({ state }) => state !== stateOf(view));
  for (const { ts, event } of decided) {
    try {
      await slack.update({ channel: root.channel, ts }, decidedReply(event, view, audience), { urgent: false });
    } catch (error) {
      // Only tidiness is lost: a press on what stays there is refused with the present state.
      log.warn(
        { rollout: view.rollout, error: explain(error) },
        "buttons of a decided question could not be taken off",
      );
    }
  }
  return open.filter((question) => !decided.includes(question));
}
