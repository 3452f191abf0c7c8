import { z } from "zod";
import { requireNone, ApiError } from "../api-error.ts";
import { json, objectArg, text } from "../args.ts";
import { validateView } from "../../blocks/validate.ts";
import { fileUsable } from "../../workspace/usable-file.ts";
import { viewJson } from "../../workspace/views.ts";
import type { View } from "../../workspace/views.ts";
import type { JsonObject, JsonValue } from "../../ui-protocol.ts";
import { method } from "../method.ts";
import type { Call } from "../method.ts";
import type { Core } from "../../core.ts";

const maxBytes = 250 * 1024;

/** A view that Slack would take. Throws `view_too_large` or `invalid_arguments` with pointers. */
export function checkedView(core: Core, value: JsonValue | undefined, kind: View["kind"]): JsonObject {
  const view = objectArg(value, "invalid_arguments");
  if (view === undefined)
    throw new ApiError("invalid_arguments", {
      response_metadata: { messages: ["[ERROR] missing required field: view"] },
    });
  if (Buffer.byteLength(JSON.stringify(view)) > maxBytes) throw new ApiError("view_too_large");
  requireNone("invalid_arguments", validateView(view, { fileUsable: fileUsable(core.workspace) }));
  if (view["type"] !== kind) requireNone("invalid_arguments", [{ pointer: "/view/type", message: `must be ${kind}` }]);
  return view;
}

function shown(call: Call, view: View): JsonObject {
  return { ok: true, view: viewJson(view, call.core.workspace.team.id) };
}

const triggered = z.object({ trigger_id: text.optional(), interactivity_pointer: text.optional(), view: json });
const common = { scopes: [], tokens: ["bot"], tier: "tier4", json: true } as const;

const open = method({
  ...common,
  name: "views.open",
  args: triggered,
  run: (args, call) => {
    const definition = checkedView(call.core, args.view, "modal");
    const trigger = call.core.triggers.use(args.trigger_id ?? args.interactivity_pointer ?? "");
    return shown(call, call.core.views.open(trigger.user, call.token.app, definition));
  },
});

const push = method({
  ...common,
  name: "views.push",
  args: triggered,
  run: (args, call) => {
    const definition = checkedView(call.core, args.view, "modal");
    const trigger = call.core.triggers.use(args.trigger_id ?? args.interactivity_pointer ?? "");
    if (call.core.views.stack(trigger.user).length === 0) throw new ApiError("not_found");
    return shown(call, call.core.views.push(trigger.user, call.token.app, definition));
  },
});

const update = method({
  ...common,
  name: "views.update",
  args: z.object({ view: json, view_id: text.optional(), external_id: text.optional(), hash: text.optional() }),
  run: (args, call) => {
    const { views } = call.core;
    const known =
      args.view_id !== undefined
        ? views.find(args.view_id)
        : args.external_id !== undefined
          ? views.byExternalId(args.external_id)
          : undefined;
    if (known === undefined || known.app.id !== call.token.app.id) throw new ApiError("not_found");
    return shown(call, views.update(known, checkedView(call.core, args.view, known.kind), args.hash));
  },
});

const publish = method({
  ...common,
  name: "views.publish",
  args: z.object({ user_id: text, view: json, hash: text.optional() }),
  run: (args, call) => {
    if (!call.token.app.homeTab) throw new ApiError("not_enabled");
    const person = call.core.workspace.people.get(args.user_id);
    if (person === undefined || person.kind === "bot") throw new ApiError("user_not_found");
    const definition = checkedView(call.core, args.view, "home");
    return shown(call, call.core.views.publish(args.user_id, call.token.app, definition, args.hash));
  },
});

export const viewMethods = [open, push, update, publish] as const;
