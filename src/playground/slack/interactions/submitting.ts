import { ApiError } from "../api/api-error.ts";
import { checkedView } from "../api/methods/views.ts";
import type { Core } from "../core.ts";
import { isObject, objectAt, objectsOf, stringAt } from "../json.ts";
import type { JsonObject, JsonValue } from "../ui-protocol.ts";
import type { Person } from "../workspace/model.ts";
import { viewJson } from "../workspace/views.ts";
import type { View } from "../workspace/views.ts";
import { rememberState, viewOnScreen } from "./acting.ts";
import { inputErrors, statefulElements } from "./form-state.ts";
import { commonPayload, notice, player } from "./payloads.ts";

export interface Submission {
  readonly user: string;
  readonly viewId: string;
  readonly state: JsonObject;
}

const trouble = "We had some trouble connecting. Try again?";

/** Does what the submit button does. Resolves when the answer has taken effect. */
export async function submit(core: Core, { user, viewId, state }: Submission): Promise<void> {
  const person = player(core, user);
  const known = viewOnScreen(core, { user, viewId });
  if (known.kind !== "modal" || known.definition["submit"] === undefined) throw new ApiError("not_submittable");
  const view = rememberState(core, known, state);
  const errors = inputErrors(objectsOf(view.definition["blocks"]), view.values);
  core.views.note(view, { errors, busy: Object.keys(errors).length === 0 });
  if (Object.keys(errors).length > 0) return;
  const payload: JsonObject = {
    type: "view_submission",
    ...commonPayload(core, person),
    trigger_id: core.triggers.issue(user, view.id),
    view: viewJson(view, core.workspace.team.id),
    response_urls: responseUrls(core, view),
  };
  core.journal.write({
    method: `view_submission ${stringAt(view.definition, "callback_id") ?? ""}`,
    outcome: "sent",
    detail: { user },
  });
  const ack = await core.delivery().interaction({ type: "interactive", payload });
  const now = core.views.find(view.id);
  // The app may have closed or replaced the view in the meantime.
  if (now === undefined) return;
  core.views.note(now, { busy: false });
  if (ack.kind !== "answered")
    return troubled(core, { view: now, person, why: ack.kind === "timeout" ? "operation_timeout" : "dispatch_failed" });
  takeAnswer(core, { view: now, person, body: ack.body });
}

function responseUrls(core: Core, view: View): readonly JsonObject[] {
  return statefulElements(objectsOf(view.definition["blocks"])).flatMap(({ blockId, actionId, element }) => {
    const value = view.values[blockId]?.[actionId];
    const channel = stringAt(value, "selected_conversation") ?? stringAt(value, "selected_channel");
    if (element["response_url_enabled"] !== true || channel === undefined) return [];
    const url = core.responseUrls.issue(core.baseUrl(), { user: view.user, channel, ts: undefined });
    return [{ response_url: url, channel_id: channel, block_id: blockId, action_id: actionId }];
  });
}

function troubled(core: Core, parts: { readonly view: View; readonly person: Person; readonly why: string }): void {
  core.journal.write({ method: "view_submission", outcome: parts.why, note: "the modal stays open" });
  notice(core, { user: parts.person.id, channel: core.workspace.directMessage(parts.person.id), text: trouble });
}

interface Answer {
  readonly view: View;
  readonly person: Person;
  readonly body: JsonValue | undefined;
}

function takeAnswer(core: Core, answer: Answer): void {
  const { view, person, body } = answer;
  if (body === undefined || body === null || body === "" || (isObject(body) && Object.keys(body).length === 0))
    return closeOne(core, view);
  const action = stringAt(body, "response_action");
  try {
    if (action === "errors") return showErrors(core, view, objectAt(body, "errors"));
    if (action === "clear") return clear(core, person);
    const next = isObject(body) ? body["view"] : undefined;
    if (action === "update") return void core.views.update(view, checkedView(core, next, "modal"));
    if (action === "push") return void core.views.push(person.id, view.app, checkedView(core, next, "modal"));
    troubled(core, { view, person, why: "invalid_response_action" });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    core.journal.write({ method: "view_submission answer", outcome: error.code, detail: error.details });
    troubled(core, { view, person, why: error.code });
  }
}

/** Errors may only name input blocks of this view; others make the whole answer invalid. */
function showErrors(core: Core, view: View, errors: JsonObject | undefined): void {
  const inputs = new Set(
    objectsOf(view.definition["blocks"]).flatMap((block) =>
      block["type"] === "input" ? [stringAt(block, "block_id")] : [],
    ),
  );
  const given = Object.entries(errors ?? {});
  if (given.length === 0 || given.some(([id, text]) => !inputs.has(id) || typeof text !== "string"))
    throw new ApiError("invalid_response_errors");
  core.views.note(view, { errors: Object.fromEntries(given.map(([id, text]) => [id, String(text)])), busy: false });
}

function closeOne(core: Core, view: View): void {
  core.views.close(view.user, [view.id]);
}

/** Closes the whole stack and tells the app of those views that asked to be told. */
function clear(core: Core, person: Person): void {
  const stack = core.views.stack(person.id);
  core.views.close(
    person.id,
    stack.map((view) => view.id),
  );
  void tellClosed(core, { person, views: stack, cleared: true });
}

export interface Closing {
  readonly user: string;
  readonly viewId: string;
  /** The x of the window closes the whole stack; the close button only this view. */
  readonly all: boolean;
}

/** Does what the close button and the x do. */
export async function close(core: Core, { user, viewId, all }: Closing): Promise<void> {
  const person = player(core, user);
  const view = viewOnScreen(core, { user, viewId });
  if (view.kind !== "modal") throw new ApiError("view_not_found");
  const everything = all || view.definition["clear_on_close"] === true;
  const stack = core.views.stack(user);
  const from = stack.findIndex((one) => one.id === viewId);
  const closed = everything ? stack : stack.slice(from);
  core.views.close(
    user,
    closed.map((one) => one.id),
  );
  await tellClosed(core, { person, views: closed, cleared: everything });
}

async function tellClosed(
  core: Core,
  parts: { readonly person: Person; readonly views: readonly View[]; readonly cleared: boolean },
): Promise<void> {
  for (const view of parts.views.toReversed()) {
    if (view.definition["notify_on_close"] !== true) continue;
    const payload: JsonObject = {
      type: "view_closed",
      ...commonPayload(core, parts.person),
      view: viewJson(view, core.workspace.team.id),
      is_cleared: parts.cleared,
    };
    const ack = await core.delivery().interaction({ type: "interactive", payload });
    core.journal.write({ method: "view_closed", outcome: ack.kind });
  }
}
