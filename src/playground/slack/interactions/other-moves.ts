import { z } from "zod";
import { ApiError } from "../api/api-error.ts";
import { optionGroup, selectOption } from "../blocks/options.ts";
import type { Finding } from "../blocks/check.ts";
import type { Core } from "../core.ts";
import { compact, isObject, objectsOf, stringAt } from "../json.ts";
import type { JsonObject, JsonValue } from "../ui-protocol.ts";
import { messageJson } from "../workspace/message-json.ts";
import { viewJson } from "../workspace/views.ts";
import { messageOnScreen, viewOnScreen } from "./acting.ts";
import { elementsOf } from "./form-state.ts";
import { channelLabel, commonPayload, notice, player } from "./payloads.ts";

export interface ShortcutUse {
  readonly user: string;
  readonly callbackId: string;
  readonly channel?: string | undefined;
  readonly ts?: string | undefined;
}

/** Uses a global shortcut, or a message shortcut on a message. Resolves when the app has acknowledged. */
export async function useShortcut(core: Core, used: ShortcutUse): Promise<void> {
  const person = player(core, used.user);
  const shortcut = core.workspace.app.shortcuts.find((one) => one.callbackId === used.callbackId);
  if (shortcut === undefined || person.kind === "external") throw new ApiError("shortcut_not_found");
  const base = {
    ...commonPayload(core, person),
    callback_id: used.callbackId,
    trigger_id: core.triggers.issue(person.id),
    action_ts: core.ids.ts(),
  };
  const payload =
    shortcut.kind === "global"
      ? { type: "shortcut", ...base }
      : { type: "message_action", ...base, ...onMessage(core, used) };
  core.journal.write({ method: `${payload.type} ${used.callbackId}`, outcome: "sent", detail: { user: used.user } });
  const ack = await core.delivery().interaction({ type: "interactive", payload });
  if (ack.kind === "answered") return;
  const channel = used.channel ?? core.workspace.directMessage(person.id);
  notice(core, {
    user: person.id,
    channel,
    text: `${shortcut.name} did not work (${ack.kind === "timeout" ? "operation_timeout" : "dispatch_failed"}).`,
  });
}

function onMessage(core: Core, used: ShortcutUse): JsonObject {
  if (used.channel === undefined || used.ts === undefined) throw new ApiError("message_not_found");
  const { channel, message } = messageOnScreen(core, { user: used.user, channel: used.channel, ts: used.ts });
  return {
    channel: { id: channel.id, name: channelLabel(channel) },
    message_ts: message.ts,
    message: messageJson(message, { workspace: core.workspace, baseUrl: core.baseUrl() }),
    response_url: core.responseUrls.issue(core.baseUrl(), { user: used.user, channel: channel.id, ts: message.ts }),
  };
}

/** Opens the app's home tab: the app is told, each time. */
export async function openHome(core: Core, user: string): Promise<void> {
  player(core, user);
  const view = core.views.home(user);
  await core.events.send(
    "app_home_opened",
    compact({
      user,
      channel: core.workspace.directMessage(user),
      event_ts: core.ids.ts(),
      tab: "home",
      view: view === undefined ? undefined : viewJson(view, core.workspace.team.id),
    }),
  );
}

export interface Suggestion {
  readonly user: string;
  readonly viewId?: string | undefined;
  readonly channel?: string | undefined;
  readonly ts?: string | undefined;
  readonly actionId: string;
  readonly blockId: string;
  readonly value: string;
}

/** Asks the app for the options of an external select. Throws what the client would show: `query_too_short`, `operation_timeout`, `invalid_options`. */
export async function suggest(core: Core, asked: Suggestion): Promise<JsonObject> {
  const person = player(core, asked.user);
  const { blocks, place } =
    asked.viewId === undefined
      ? suggestedInMessage(core, asked)
      : suggestedInView(core, { user: asked.user, viewId: asked.viewId });
  const block = blocks.find((one) => one["block_id"] === asked.blockId);
  const element =
    block === undefined ? undefined : elementsOf(block).find((one) => one["action_id"] === asked.actionId);
  if (element === undefined || !(stringAt(element, "type") ?? "").endsWith("external_select"))
    throw new ApiError("element_not_found");
  const min = typeof element["min_query_length"] === "number" ? element["min_query_length"] : 3;
  if ([...asked.value].length < min) throw new ApiError("query_too_short");
  const payload: JsonObject = {
    type: "block_suggestion",
    ...commonPayload(core, person),
    action_id: asked.actionId,
    block_id: asked.blockId,
    value: asked.value,
    ...place,
  };
  const ack = await core.delivery().interaction({ type: "interactive", payload });
  if (ack.kind !== "answered") throw new ApiError(ack.kind === "timeout" ? "operation_timeout" : "dispatch_failed");
  return checkedOptions(core, ack.body);
}

interface Suggested {
  readonly blocks: readonly JsonObject[];
  readonly place: JsonObject;
}

function suggestedInMessage(core: Core, asked: Suggestion): Suggested {
  const { channel, message } = messageOnScreen(core, {
    user: asked.user,
    channel: asked.channel ?? "",
    ts: asked.ts ?? "",
  });
  return {
    blocks: message.blocks,
    place: {
      container: {
        type: "message",
        message_ts: message.ts,
        channel_id: channel.id,
        is_ephemeral: message.onlyFor !== undefined,
      },
      channel: { id: channel.id, name: channelLabel(channel) },
      message: messageJson(message, { workspace: core.workspace, baseUrl: core.baseUrl() }),
    },
  };
}

function suggestedInView(core: Core, where: { readonly user: string; readonly viewId: string }): Suggested {
  const view = viewOnScreen(core, where);
  return {
    blocks: objectsOf(view.definition["blocks"]),
    place: { container: { type: "view", view_id: view.id }, view: viewJson(view, core.workspace.team.id) },
  };
}

const List = z.array(z.json()).max(100);

function checkedOptions(core: Core, body: JsonValue | undefined): JsonObject {
  const options = isObject(body) ? body["options"] : undefined;
  const groups = isObject(body) ? body["option_groups"] : undefined;
  const given = List.safeParse(options ?? groups);
  const findings: Finding[] = [];
  const check = options === undefined ? optionGroup : selectOption;
  if (given.success)
    for (const [index, entry] of given.data.entries())
      check(entry, {
        pointer: `/${options === undefined ? "option_groups" : "options"}/${index}`,
        surface: "modal",
        report: (finding) => void findings.push(finding),
      });
  if (!given.success || findings.length > 0 || (options === undefined) === (groups === undefined)) {
    core.journal.write({
      method: "block_suggestion answer",
      outcome: "invalid_options",
      note: findings.map((finding) => `${finding.pointer} ${finding.message}`).join("; "),
    });
    throw new ApiError("invalid_options");
  }
  return options === undefined ? { option_groups: given.data } : { options: given.data };
}
