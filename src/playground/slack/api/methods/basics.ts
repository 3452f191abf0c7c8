import { z } from "zod";
import { validateBlocks, validateMessage, validateView } from "../../blocks/validate.ts";
import type { Finding } from "../../blocks/check.ts";
import { isObject, objectsOf } from "../../json.ts";
import type { JsonValue } from "../../ui-protocol.ts";
import { ApiError } from "../api-error.ts";
import { json, text } from "../args.ts";
import { method } from "../method.ts";

const apiTest = method({
  name: "api.test",
  scopes: [],
  tokens: ["bot", "app"],
  tier: "none",
  json: true,
  args: z.looseObject({ error: text.optional() }),
  run: ({ error }) => {
    if (error !== undefined) throw new ApiError(error);
    return { ok: true };
  },
});

const authTest = method({
  name: "auth.test",
  scopes: [],
  tokens: ["bot", "app"],
  tier: "special",
  json: true,
  args: z.object({}),
  run: (_args, { core, token }) => ({
    ok: true,
    url: `${core.baseUrl()}/`,
    team: core.workspace.team.name,
    team_id: core.workspace.team.id,
    user: core.workspace.people.get(token.app.botUser)?.name ?? "",
    user_id: token.app.botUser,
    bot_id: token.app.botId,
    app_id: token.app.id,
    is_enterprise_install: false,
  }),
});

const connectionsOpen = method({
  name: "apps.connections.open",
  scopes: ["connections:write"],
  tokens: ["app"],
  tier: "tier3",
  json: true,
  args: z.object({}),
  run: (_args, { core }) => ({
    ok: true,
    url: `${core.baseUrl().replace("http", "ws")}/ws?ticket=${core.sockets.ticket()}&app_id=${core.workspace.app.id}`,
  }),
});

const teamInfo = method({
  name: "team.info",
  scopes: ["team:read"],
  tokens: ["bot"],
  tier: "tier3",
  json: false,
  args: z.object({ team: text.optional() }),
  run: ({ team }, { core }) => {
    if (team !== undefined && team !== core.workspace.team.id) throw new ApiError("team_not_found");
    return { ok: true, team: { ...core.workspace.team, url: `${core.baseUrl()}/` } };
  },
});

const botsInfo = method({
  name: "bots.info",
  scopes: ["users:read"],
  tokens: ["bot"],
  tier: "tier3",
  json: false,
  args: z.object({ bot: text.optional() }),
  run: ({ bot }, { core, token }) => {
    const app = core.workspace.apps.find((one) => one.botId === (bot ?? token.app.botId));
    if (app === undefined) throw new ApiError("bot_not_found");
    return { ok: true, bot: { id: app.botId, app_id: app.id, user_id: app.botUser, name: app.name, deleted: false } };
  },
});

const maxValidated = 100_000;

function findingsOf(args: {
  readonly blocks?: JsonValue | undefined;
  readonly message?: JsonValue | undefined;
  readonly view?: JsonValue | undefined;
}): { readonly code: string; readonly findings: readonly Finding[] } {
  if (args.blocks !== undefined)
    return {
      code: "invalid_blocks",
      findings: validateBlocks(args.blocks, { surface: "message", pointer: "/blocks" }),
    };
  if (args.view !== undefined) return { code: "invalid_view", findings: validateView(args.view) };
  if (!isObject(args.message))
    return { code: "invalid_message", findings: [{ pointer: "/message", message: "must provide an object" }] };
  return { code: "invalid_message", findings: validateMessage(args.message) };
}

const blocksValidate = method({
  name: "blocks.validate",
  scopes: [],
  tokens: ["bot"],
  tier: "none",
  json: true,
  args: z.object({ blocks: json.optional(), message: json.optional(), view: json.optional() }),
  run: (args) => {
    const given = [args.blocks, args.message, args.view].filter((value) => value !== undefined);
    if (given.length !== 1 || JSON.stringify(given).length > maxValidated) throw new ApiError("invalid_arguments");
    const { code, findings } = findingsOf(args);
    if (findings.length === 0) return { ok: true };
    const errors = findings.map((finding) => ({
      code: "failed_constraint",
      message: finding.message,
      pointer: finding.pointer,
      constraint: { type: "emulated", expected: finding.message, got: null },
    }));
    throw new ApiError(code, { errors: objectsOf(errors) });
  },
});

export const basicMethods = [apiTest, authTest, connectionsOpen, teamInfo, botsInfo, blocksValidate] as const;
