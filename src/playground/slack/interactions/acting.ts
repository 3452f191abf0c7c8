import { ApiError } from "../api/api-error.ts";
import type { Core } from "../core.ts";
import { compact, isObject, stringAt } from "../json.ts";
import type { JsonObject } from "../ui-protocol.ts";
import { messageJson } from "../workspace/message-json.ts";
import type { Channel, Message } from "../workspace/model.ts";
import { viewJson } from "../workspace/views.ts";
import type { View } from "../workspace/views.ts";
import { stateOf, valuesFrom } from "./form-state.ts";
import { channelLabel, commonPayload, notice, openChannel, player } from "./payloads.ts";

export interface MessageAction {
  readonly user: string;
  readonly channel: string;
  readonly ts: string;
  /** The fired element as it stands in `actions[]`. */
  readonly action: JsonObject;
  readonly state: JsonObject;
}

function firedAction(core: Core, action: JsonObject): JsonObject {
  if ([stringAt(action, "type"), stringAt(action, "action_id"), stringAt(action, "block_id")].includes(undefined))
    throw new ApiError("invalid_action");
  return { ...action, action_ts: core.ids.ts() };
}

/** A message as this person has it on the screen. Throws `message_not_found`. */
export function messageOnScreen(
  core: Core,
  where: { readonly user: string; readonly channel: string; readonly ts: string },
): { readonly channel: Channel; readonly message: Message } {
  const channel = openChannel(core, where.channel, where.user);
  const message = core.workspace.message(channel.id, where.ts);
  if (message === undefined || (message.onlyFor !== undefined && message.onlyFor !== where.user))
    throw new ApiError("message_not_found");
  return { channel, message };
}

/** Sends what pressing or choosing something in a message sends. Resolves when the app has acknowledged. */
export async function actOnMessage(core: Core, acted: MessageAction): Promise<void> {
  const person = player(core, acted.user);
  const { channel, message } = messageOnScreen(core, acted);
  if (message.app?.appId !== core.workspace.app.id) throw new ApiError("app_not_reachable");
  const ephemeral = message.onlyFor !== undefined;
  const action = firedAction(core, acted.action);
  const payload = compact({
    type: "block_actions",
    ...commonPayload(core, person),
    container: compact({
      type: "message",
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: ephemeral,
      thread_ts: message.threadTs,
    }),
    trigger_id: core.triggers.issue(person.id),
    channel: { id: channel.id, name: channelLabel(channel) },
    message: ephemeral
      ? undefined
      : messageJson(message, { workspace: core.workspace, baseUrl: core.baseUrl(), withMetadata: true }),
    state: { values: stateOf(message.blocks, valuesFrom(acted.state)) },
    response_url: core.responseUrls.issue(core.baseUrl(), { user: person.id, channel: channel.id, ts: message.ts }),
    actions: [action],
  });
  await send(core, { payload, user: person.id, channel: channel.id });
}

export interface ViewAction {
  readonly user: string;
  readonly viewId: string;
  readonly action: JsonObject;
  readonly state: JsonObject;
}

/** A view that this person has open. Throws `view_not_found`. */
export function viewOnScreen(core: Core, where: { readonly user: string; readonly viewId: string }): View {
  const view = core.views.find(where.viewId);
  if (view === undefined || view.user !== where.user) throw new ApiError("view_not_found");
  return view;
}

/** The same in a modal or on the home tab. */
export async function actOnView(core: Core, acted: ViewAction): Promise<void> {
  const person = player(core, acted.user);
  const known = viewOnScreen(core, acted);
  const action = firedAction(core, acted.action);
  const view = rememberState(core, known, acted.state);
  const shown = viewJson(view, core.workspace.team.id);
  const payload = compact({
    type: "block_actions",
    ...commonPayload(core, person),
    container: { type: "view", view_id: view.id },
    trigger_id: core.triggers.issue(person.id, view.id),
    view: shown,
    hash: view.hash,
    state: shown["state"],
    actions: [action],
  });
  await send(core, { payload, user: person.id, channel: core.workspace.directMessage(person.id) });
}

/** Keeps what the person typed and chose, as far as the view has such elements. */
export function rememberState(core: Core, view: View, state: JsonObject): View {
  const blocks = view.definition["blocks"];
  const list = Array.isArray(blocks) ? blocks.filter((block): block is JsonObject => isObject(block)) : [];
  return core.views.note(view, { values: stateOf(list, valuesFrom(state), view.values) });
}

async function send(
  core: Core,
  parts: { readonly payload: JsonObject; readonly user: string; readonly channel: string },
): Promise<void> {
  const action = Array.isArray(parts.payload["actions"]) ? parts.payload["actions"][0] : undefined;
  core.journal.write({
    method: `block_actions ${stringAt(action, "action_id") ?? ""}`,
    outcome: "sent",
    detail: { user: parts.user },
  });
  const ack = await core.delivery().interaction({ type: "interactive", payload: parts.payload });
  const { name } = core.workspace.app;
  if (ack.kind === "timeout") notice(core, { ...parts, text: `${name} did not answer in time (operation_timeout).` });
  if (ack.kind === "unreachable") notice(core, { ...parts, text: `${name} could not be reached (dispatch_failed).` });
}
