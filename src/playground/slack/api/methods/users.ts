import { z } from "zod";
import { compact } from "../../json.ts";
import type { JsonObject } from "../../ui-protocol.ts";
import type { Group, Person } from "../../workspace/model.ts";
import { ApiError } from "../api-error.ts";
import { count, flag, page, text } from "../args.ts";
import { method } from "../method.ts";
import type { Call } from "../method.ts";

function offsetOf(tz: string, now: number): number {
  const shown = new Intl.DateTimeFormat("en-US", { timeZone: tz, timeZoneName: "longOffset" }).formatToParts(now);
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(shown.find((part) => part.type === "timeZoneName")?.value ?? "");
  return match === null ? 0 : (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3]) * 60);
}

function userJson(call: Call, person: Person): JsonObject {
  const mail = call.token.scopes.has("users:read.email") && person.email !== "" ? person.email : undefined;
  const guest = person.kind === "guest";
  return compact({
    id: person.id,
    team_id: person.teamId,
    name: person.name,
    real_name: person.realName,
    deleted: person.deactivated,
    color: person.color.slice(1),
    tz: person.tz,
    tz_label: person.tz,
    tz_offset: offsetOf(person.tz, call.core.clock.now()),
    profile: compact({
      real_name: person.realName,
      display_name: person.name,
      title: person.title,
      email: mail,
      team: person.teamId,
    }),
    is_bot: person.kind === "bot" || person.kind === "workflow",
    is_workflow_bot: person.kind === "workflow" ? true : undefined,
    is_app_user: false,
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: guest,
    is_ultra_restricted: false,
    is_stranger: person.kind === "external" ? false : undefined,
    updated: 1_700_000_000,
  });
}

const info = method({
  name: "users.info",
  scopes: ["users:read"],
  tokens: ["bot"],
  tier: "tier4",
  json: false,
  args: z.object({ user: text, include_locale: flag.optional() }),
  run: (args, call) => {
    const person = call.core.workspace.people.get(args.user);
    if (person === undefined) throw new ApiError("user_not_found");
    return { ok: true, user: userJson(call, person) };
  },
});

const list = method({
  name: "users.list",
  scopes: ["users:read"],
  tokens: ["bot"],
  tier: "tier2",
  json: false,
  args: z.object({ cursor: text.optional(), limit: count.optional(), include_locale: flag.optional() }),
  run: (args, call) => {
    const people = [...call.core.workspace.people.values()];
    const { items, ...rest } = page(people, { cursor: args.cursor, limit: args.limit ?? people.length });
    return {
      ok: true,
      members: items.map((person) => userJson(call, person)),
      cache_ts: Math.floor(call.core.clock.now() / 1000),
      ...rest,
    };
  },
});

const lookupByEmail = method({
  name: "users.lookupByEmail",
  scopes: ["users:read.email"],
  tokens: ["bot"],
  tier: "tier3",
  json: false,
  args: z.object({ email: text }),
  run: (args, call) => {
    const wanted = args.email.toLowerCase();
    // Whether Slack finds deactivated people is not known: here it does not.
    const person = [...call.core.workspace.people.values()].find(
      (one) => one.email !== "" && one.email === wanted && !one.deactivated,
    );
    if (person === undefined) throw new ApiError("users_not_found");
    return { ok: true, user: userJson(call, person) };
  },
});

function groupJson(group: Group, options: { readonly teamId: string; readonly withUsers: boolean }): JsonObject {
  return compact({
    id: group.id,
    team_id: options.teamId,
    is_usergroup: true,
    name: group.name,
    handle: group.handle,
    description: "",
    is_external: false,
    date_delete: group.disabled ? 1_700_000_000 : 0,
    user_count: group.users.length,
    users: options.withUsers ? [...group.users] : undefined,
  });
}

const groupsList = method({
  name: "usergroups.list",
  scopes: ["usergroups:read"],
  tokens: ["bot"],
  tier: "tier2",
  json: false,
  args: z.object({ include_users: flag.optional(), include_disabled: flag.optional(), include_count: flag.optional() }),
  run: (args, { core }) => {
    const groups = [...core.workspace.groups.values()].filter(
      (group) => args.include_disabled === true || !group.disabled,
    );
    return {
      ok: true,
      usergroups: groups.map((group) =>
        groupJson(group, { teamId: core.workspace.team.id, withUsers: args.include_users === true }),
      ),
    };
  },
});

const groupUsers = method({
  name: "usergroups.users.list",
  scopes: ["usergroups:read"],
  tokens: ["bot"],
  tier: "tier2",
  json: false,
  args: z.object({ usergroup: text, include_disabled: flag.optional() }),
  run: (args, { core }) => {
    const group = core.workspace.groups.get(args.usergroup);
    if (group === undefined || (group.disabled && args.include_disabled !== true))
      throw new ApiError("no_such_subteam");
    return { ok: true, users: [...group.users] };
  },
});

export const userMethods = [info, list, lookupByEmail, groupsList, groupUsers] as const;
