import { explain } from "../errors.ts";
import { viewAnswerer } from "./answerers.ts";
import type { BoltApp, ListenerParts } from "./app.ts";
import { callerOf, channelIn, Shortcut, Submission } from "./deliveries.ts";
import { cannotLook, looking, noRollout, problemText } from "./messages/answers.ts";
import type { Message, View } from "./messages/blocks.ts";
import { denialMessage } from "./messages/denial.ts";
import { actionsModal, answerModal, CANARY_SELECT, START_FORM, startForm, VERSION_INPUT } from "./messages/forms.ts";
import { fullName } from "./messages/names.ts";
import type { Caller } from "./permissions.ts";
import { parse } from "./slash-commands/parse.ts";

/** The two shortcuts, and the form that one of them opens. */
export function listenToForms(app: BoltApp, parts: ListenerParts): void {
  app.shortcut("canary_start", async ({ ack, body }) => {
    await ack();
    const { trigger_id, ...who } = Shortcut.parse(body);
    await openStartForm(parts, callerOf(who), trigger_id);
  });
  app.shortcut("canary_actions", async ({ ack, body }) => {
    await ack();
    await openActions(parts, Shortcut.parse(body));
  });
  app.view(START_FORM, async ({ ack, body }) => {
    const submission = Submission.parse(body);
    const { canary, version } = chosen(submission);
    // Pure and quick, so it may come before the acknowledgement, which has to carry what is wrong with an input.
    const parsed = parse(`start x ${version}`);
    if (parsed.kind === "problem")
      return await ack({ response_action: "errors", errors: { [VERSION_INPUT.block]: problemText(parsed.problem) } });
    await ack({ response_action: "update", view: answerModal(looking()) });
    const answerer = viewAnswerer(parts.views, submission.view.id);
    const asking = {
      caller: callerOf(submission),
      channel: channelIn(submission.view.private_metadata),
      delivery: submission.view.id,
      answerer,
    };
    await parts.ask.typed(asking, { text: `start ${await nameChosen(parts, canary)} ${version}`, implied: null });
  });
}

function chosen({ view }: Submission): { readonly canary: string; readonly version: string } {
  const { values } = view.state;
  const canary = values[CANARY_SELECT.block][CANARY_SELECT.action].selected_option?.value ?? "";
  return { canary, version: values[VERSION_INPUT.block][VERSION_INPUT.action].value?.trim() ?? "" };
}

/** The full name behind an option, which holds the uid where the name is too long for it. */
async function nameChosen({ snapshots }: ListenerParts, canary: string): Promise<string> {
  if (!canary.startsWith("uid:")) return canary;
  const views = await snapshots.list().catch(() => []);
  const view = views.find((entry) => `uid:${entry.uid}` === canary);
  return view === undefined ? canary : fullName(view);
}

/** Opens the start form with the canaries that this person may start. */
export async function openStartForm(parts: ListenerParts, caller: Caller, triggerId: string): Promise<void> {
  await openFor(parts, { caller, triggerId }, async (person) => {
    const views = await parts.snapshots.list();
    const may = views.filter(
      (target) => parts.permissions.decide(person, { verb: "start", target, channel: "" }).allowed,
    );
    return startForm(
      [...may].sort((a, b) => fullName(a).localeCompare(fullName(b))),
      "",
    );
  });
}

/** Opens the controls of the rollout that a message belongs to. */
async function openActions(parts: ListenerParts, { trigger_id, channel, message, ...who }: Shortcut): Promise<void> {
  await openFor(parts, { caller: callerOf(who), triggerId: trigger_id }, async (person) => {
    const place = channel?.id ?? "";
    const thread = await parts.ask.rolloutOfThread(place, message?.thread_ts ?? message?.ts ?? "");
    if (thread === null) return answerModal(noRollout());
    const { view } = thread;
    const decision = parts.permissions.decide(person, { verb: "status", target: view, channel: place });
    return decision.allowed ? actionsModal(view, place) : answerModal(denialMessage(decision.denial));
  });
}

type Person = Exclude<Awaited<ReturnType<ListenerParts["permissions"]["recognise"]>>, { readonly kind: "stranger" }>;

/** Opens a modal for a full member, and the reason for anybody else. */
async function openFor(
  parts: ListenerParts,
  { caller, triggerId }: { readonly caller: Caller; readonly triggerId: string },
  draw: (person: Person) => Promise<View>,
): Promise<void> {
  const person = await parts.permissions.recognise(caller);
  const view = "why" in person ? shown(denialMessage(person)) : await drawn(parts, () => draw(person));
  await parts.views.open(triggerId, view);
}

const shown = (message: Message): View => answerModal(message);

async function drawn({ log }: ListenerParts, draw: () => Promise<View>): Promise<View> {
  try {
    return await draw();
  } catch (error) {
    log.warn({ error: explain(error) }, "form could not be drawn");
    return shown(cannotLook());
  }
}
