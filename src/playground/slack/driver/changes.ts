import type { Core } from "../core.ts";
import type { JsonObject } from "../ui-protocol.ts";
import type { Channel, Group, Person } from "../workspace/model.ts";

/** What an administrator of the workspace does; the app hears of it by the events it subscribed to. */
export interface Changes {
  /** Changes a person, such as `{ deactivated: true }` or `{ kind: "guest" }`. */
  person(name: string, change: Partial<Pick<Person, "kind" | "deactivated" | "name" | "tz">>): Promise<void>;
  /** Sets who stands in a group, by names. */
  group(handle: string, names: readonly string[]): Promise<void>;
  /** Archives, renames or shares a channel, or sets who is in it, by names. */
  channel(
    name: string,
    change: Partial<Pick<Channel, "archived" | "name" | "externallyShared" | "posters">> & {
      readonly members?: readonly string[];
    },
  ): Promise<void>;
  /** Sends any event that the app subscribed to. */
  event(type: string, event: JsonObject): Promise<void>;
}

function known<Thing>(thing: Thing | undefined, name: string): Thing {
  if (thing === undefined) throw new Error(`while changing ${name}: the workspace has no such thing`);
  return thing;
}

/** Lets a test change the workspace while the app runs. */
export function changes(core: Core): Changes {
  const { workspace, events, ids } = core;
  const idOf = (name: string): string => known(workspace.personNamed(name), name).id;
  return {
    person: async (name, change) => {
      const person = { ...known(workspace.personNamed(name), name), ...change };
      workspace.people.set(person.id, person);
      await events.send("user_change", {
        user: {
          id: person.id,
          team_id: person.teamId,
          name: person.name,
          deleted: person.deactivated,
          is_restricted: person.kind === "guest",
        },
        event_ts: ids.ts(),
      });
    },
    group: async (handle, names) => {
      const before = known(
        [...workspace.groups.values()].find((one) => one.handle === handle),
        handle,
      );
      const group: Group = { ...before, users: names.map(idOf) };
      workspace.groups.set(group.id, group);
      const added = group.users.filter((user) => !before.users.includes(user));
      const removed = before.users.filter((user) => !group.users.includes(user));
      await events.send("subteam_members_changed", {
        subteam_id: group.id,
        team_id: workspace.team.id,
        added_users: added,
        removed_users: removed,
        added_users_count: added.length,
        removed_users_count: removed.length,
        event_ts: ids.ts(),
      });
    },
    channel: async (name, { members, ...change }) => {
      const before = known(workspace.channelNamed(name), name);
      const channel: Channel = {
        ...before,
        ...change,
        members: members === undefined ? before.members : new Set(members.map(idOf)),
      };
      workspace.channels.set(channel.id, channel);
      if (channel.archived && !before.archived)
        await events.send("channel_archive", { channel: channel.id, user: "USLACKBOT", event_ts: ids.ts() });
      if (channel.name !== before.name)
        await events.send("channel_rename", {
          channel: { id: channel.id, name: channel.name, is_channel: true, created: 0 },
          event_ts: ids.ts(),
        });
    },
    event: (type, event) => events.send(type, event),
  };
}
