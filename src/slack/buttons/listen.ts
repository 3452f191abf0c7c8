import {
  firstThatWorks,
  modalAnswerer,
  replacingAnswerer,
  respondingAnswerer,
  viewAnswerer,
  whisperingAnswerer,
  type Answerer,
  type Respond,
} from "../answerers.ts";
import type { BoltApp, ListenerParts } from "../app.ts";
import { callerOf, channelIn, Press } from "../deliveries.ts";
import { openStartForm } from "../forms.ts";
import { foreignButton } from "../messages/answers.ts";
import { START_ACTION } from "../messages/home.ts";
import { verbOf, type ButtonVerb } from "./table.ts";
import { decodeValue } from "./value.ts";

/** Every pressed button, on messages, in threads, in modals and in Home. */
export function listenToButtons(app: BoltApp, parts: ListenerParts): void {
  app.action({ type: "block_actions" }, async ({ ack, body, respond }) => {
    await ack();
    const press = Press.safeParse(body).data;
    const action = press?.actions[0];
    if (press === undefined || action === undefined || ignorable(action.action_id)) return;
    if (action.action_id === START_ACTION) return await openStartForm(parts, callerOf(press), press.trigger_id);
    const verb = verbOf(action.action_id);
    const value = decodeValue(action.value);
    const answerer = answererFor({
      press,
      parts,
      verb,
      respond: (answer) => respond({ ...answer, blocks: [...answer.blocks] }),
    });
    if (verb === null || value === null) return await answerer.show(foreignButton());
    const channel = press.channel?.id ?? channelIn(press.view?.private_metadata ?? "");
    const asking = { caller: callerOf(press), channel, delivery: press.trigger_id, answerer };
    await parts.ask.pressed(asking, verb, value);
  });
}

/** Choices within our forms arrive as presses too; the form's submission is what counts. */
const ignorable = (actionId: string): boolean => actionId.endsWith("_choice") || actionId.endsWith("_text");

interface Screen {
  readonly press: Press;
  readonly parts: ListenerParts;
  readonly verb: ButtonVerb | null;
  readonly respond: Respond;
}

function answererFor({ press, parts, verb, respond }: Screen): Answerer {
  const { view, container, channel, message, trigger_id } = press;
  if (view?.type === "home") return modalAnswerer(parts.views, trigger_id);
  if (view !== null && view !== undefined) return viewAnswerer(parts.views, view.id);
  const direct = respondingAnswerer(respond);
  // A private message's controls are history once one was pressed; an explanation leaves them standing.
  if (container?.is_ephemeral === true)
    return verb === "why" ? direct : firstThatWorks(replacingAnswerer(respond), direct);
  const thread = container?.thread_ts ?? message?.thread_ts;
  if (thread === undefined || thread === message?.ts || !channel) return direct;
  return firstThatWorks(
    whisperingAnswerer(parts.slack, { channel: channel.id, user: press.user.id, threadTs: thread }),
    direct,
  );
}
