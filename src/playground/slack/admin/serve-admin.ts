import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { Core } from "../core.ts";
import type { DeliveryChoice } from "../create-core.ts";
import { actor } from "../driver/actor.ts";
import type { Actor } from "../driver/actor.ts";
import { changes } from "../driver/changes.ts";
import { readBody, replyJson, replyText } from "../http.ts";
import { parseJson } from "../json.ts";
import { fromOurPage } from "../ui/serve-ui.ts";
import { uiMessage } from "../ui/ui-state.ts";

export interface AdminStage {
  readonly core: Core;
  readonly setDelivery: (choice: DeliveryChoice) => void;
  /** Everything a client has to know: addresses, tokens, ids. */
  readonly describe: () => object;
}

interface Verb {
  readonly run: (stage: AdminStage, body: unknown) => Promise<object> | object;
}

function verb<Body extends z.ZodType>(
  schema: Body,
  run: (stage: AdminStage, body: z.output<Body>) => Promise<object> | object,
): Verb {
  return { run: (stage, body) => run(stage, schema.parse(body ?? {})) };
}

/** A person by name or id. Throws when there is none. */
export function actorNamed(core: Core, name: string): Actor {
  const person = core.workspace.personNamed(name) ?? core.workspace.people.get(name);
  if (person === undefined)
    throw new Error(
      `while looking for ${name}: the workspace has ${[...core.workspace.people.values()].map((one) => one.name).join(", ")}`,
    );
  return actor(core, person.id);
}

function channelNamed(core: Core, name: string): string {
  return core.workspace.channelNamed(name.replace(/^#/, ""))?.id ?? name;
}

const user = z.string();
const place = z.union([z.object({ channel: z.string(), ts: z.string() }), z.object({ viewId: z.string() })]);
const choice = z.union([z.string(), z.array(z.string()), z.null()]);
const anything = z.object({});

/** What `POST /admin/<verb>` does; `user` is the name of the person who acts. */
const verbs: Readonly<Record<string, Verb>> = {
  info: verb(anything, (stage) => stage.describe()),
  type: verb(
    z.object({ user, channel: z.string(), text: z.string(), threadTs: z.string().optional() }),
    ({ core }, body) =>
      actorNamed(core, body.user).type(
        body.channel,
        body.text,
        body.threadTs === undefined ? {} : { threadTs: body.threadTs },
      ),
  ),
  press: verb(z.object({ user, target: place, which: z.string(), choice: choice.optional() }), ({ core }, body) =>
    actorNamed(core, body.user).press(
      body.target,
      body.which,
      body.choice === undefined ? {} : { choice: body.choice },
    ),
  ),
  submit: verb(
    z.object({ user, viewId: z.string(), values: z.record(z.string(), choice).optional() }),
    ({ core }, body) => actorNamed(core, body.user).submit(body.viewId, body.values),
  ),
  close: verb(z.object({ user, viewId: z.string(), all: z.boolean().optional() }), ({ core }, body) =>
    actorNamed(core, body.user).close(body.viewId, { all: body.all ?? false }),
  ),
  "open-home": verb(z.object({ user }), ({ core }, body) => actorNamed(core, body.user).openHome()),
  shortcut: verb(
    z.object({ user, callbackId: z.string(), message: z.object({ channel: z.string(), ts: z.string() }).optional() }),
    ({ core }, body) => actorNamed(core, body.user).shortcut(body.callbackId, body.message),
  ),
  modals: verb(z.object({ user }), ({ core }, body) => ({
    modals: actorNamed(core, body.user).modals(),
    home: actorNamed(core, body.user).home(),
  })),
  ephemerals: verb(z.object({ user }), ({ core }, body) => ({ messages: actorNamed(core, body.user).ephemerals() })),
  messages: verb(z.object({ channel: z.string() }), ({ core }, body) => ({
    messages: core.workspace
      .messagesIn(channelNamed(core, body.channel))
      .filter((message) => message.onlyFor === undefined)
      .map((message) => uiMessage(core, message)),
  })),
  thread: verb(z.object({ channel: z.string(), ts: z.string() }), ({ core }, body) => ({
    messages: core.workspace
      .replies(channelNamed(core, body.channel), body.ts)
      .map((message) => uiMessage(core, message)),
  })),
  journal: verb(z.object({ from: z.int().default(0) }), ({ core }, body) => ({
    lines: core.journal.lines.slice(body.from),
  })),
  "fail-next": verb(
    z.object({
      method: z.string(),
      status: z.int().optional(),
      error: z.string().optional(),
      dropAfterStore: z.boolean().optional(),
      delayMs: z.number().optional(),
      retryAfter: z.int().optional(),
      times: z.int().optional(),
    }),
    ({ core }, { method, ...fault }) => {
      core.faults.failNext(method, JSON.parse(JSON.stringify(fault)));
      return {};
    },
  ),
  "disconnect-sockets": verb(z.object({ reason: z.string().default("warning") }), ({ core }, body) => {
    core.sockets.disconnect(body.reason);
    return {};
  }),
  "cut-after-next-envelope": verb(anything, ({ core }) => {
    core.sockets.cuts += 1;
    return {};
  }),
  "lose-acks": verb(z.object({ count: z.int().min(1) }), ({ core }, body) => {
    core.sockets.lostAcks += body.count;
    return {};
  }),
  "change-group": verb(z.object({ handle: z.string(), names: z.array(z.string()) }), async ({ core }, body) => {
    await changes(core).group(body.handle, body.names);
    return {};
  }),
  "change-person": verb(
    z.object({ name: z.string(), kind: z.enum(["member", "guest", "external"]), deactivated: z.boolean() }),
    async ({ core }, { name, ...change }) => {
      await changes(core).person(name, change);
      return {};
    },
  ),
  freeze: verb(z.object({ on: z.boolean() }), ({ core }, body) => {
    core.sockets.frozen = body.on;
    return {};
  }),
  delivery: verb(
    z.union([z.object({ kind: z.literal("socket") }), z.object({ kind: z.literal("http"), requestUrl: z.url() })]),
    (stage, body) => {
      stage.setDelivery(body);
      return {};
    },
  ),
};

/** Serves `/admin/*`: the test driver for other processes. Never reachable from another web page. */
export async function serveAdmin(stage: AdminStage, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!fromOurPage(request)) return replyText(response, 403, "JSON from this host only");
  const name = new URL(request.url ?? "/", "http://localhost").pathname.slice("/admin/".length);
  const known = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (request.method !== "POST" || known === undefined)
    return replyJson(response, { ok: false, error: "unknown_verb", verbs: Object.keys(verbs) }, { status: 404 });
  try {
    const result = await known.run(stage, parseJson((await readBody(request)).toString()));
    replyJson(response, { ok: true, ...result });
  } catch (error) {
    replyJson(response, { ok: false, error: error instanceof Error ? error.message : String(error) }, { status: 400 });
  }
}
