import { z } from "zod";
import { ApiError } from "../api/api-error.ts";
import type { Core } from "../core.ts";
import { actOnMessage, actOnView } from "../interactions/acting.ts";
import { openHome, suggest, useShortcut } from "../interactions/other-moves.ts";
import { close, submit } from "../interactions/submitting.ts";
import { type } from "../interactions/typing.ts";
import type { JsonObject, UiActions } from "../ui-protocol.ts";
import type { PanelSource } from "./panel.ts";

const object = z.record(z.string(), z.json());

const Bodies = {
  type: z.object({ user: z.string(), channel: z.string(), text: z.string(), threadTs: z.string().optional() }),
  act: z.object({ user: z.string(), channel: z.string(), ts: z.string(), action: object, state: object }),
  "act-view": z.object({ user: z.string(), viewId: z.string(), action: object, state: object }),
  submit: z.object({ user: z.string(), viewId: z.string(), state: object }),
  close: z.object({ user: z.string(), viewId: z.string(), all: z.boolean() }),
  shortcut: z.object({
    user: z.string(),
    callbackId: z.string(),
    channel: z.string().optional(),
    ts: z.string().optional(),
  }),
  "open-home": z.object({ user: z.string() }),
  suggest: z.object({
    user: z.string(),
    viewId: z.string().optional(),
    channel: z.string().optional(),
    ts: z.string().optional(),
    actionId: z.string(),
    blockId: z.string(),
    value: z.string(),
  }),
  scenario: z.object({ id: z.string(), on: z.boolean() }),
} satisfies Record<keyof UiActions, z.ZodType>;

interface Stage {
  readonly core: Core;
  readonly panel: PanelSource | undefined;
}

type Action = (stage: Stage, body: unknown) => Promise<JsonObject>;

/** One action of the page, its body checked. Moves that wait for the app answer when it has acknowledged. */
function action<Body extends z.ZodType>(
  schema: Body,
  run: (stage: Stage, body: z.output<Body>) => Promise<JsonObject | void>,
): Action {
  return async (stage, body) => {
    const parsed = schema.safeParse(body);
    if (!parsed.success)
      throw new ApiError("invalid_arguments", {
        response_metadata: {
          messages: parsed.error.issues.map((issue) => `${issue.path.join("/")}: ${issue.message}`),
        },
      });
    return { ok: true, ...(await run(stage, parsed.data)) };
  };
}

/** What `POST /ui/<kind>` does. */
export const uiActions: Readonly<Record<keyof UiActions, Action>> = {
  type: action(Bodies.type, ({ core }, body) => type(core, body)),
  act: action(Bodies.act, ({ core }, body) => actOnMessage(core, body)),
  "act-view": action(Bodies["act-view"], ({ core }, body) => actOnView(core, body)),
  submit: action(Bodies.submit, ({ core }, body) => submit(core, body)),
  close: action(Bodies.close, ({ core }, body) => close(core, body)),
  shortcut: action(Bodies.shortcut, ({ core }, body) => useShortcut(core, body)),
  "open-home": action(Bodies["open-home"], ({ core }, body) => openHome(core, body.user)),
  suggest: action(Bodies.suggest, ({ core }, body) => suggest(core, body)),
  scenario: action(Bodies.scenario, async ({ panel }, body) => {
    if (panel === undefined) throw new ApiError("no_panel");
    await panel.run(body.id, body.on);
  }),
};

export function isUiAction(kind: string): kind is keyof UiActions {
  return Object.hasOwn(uiActions, kind);
}
