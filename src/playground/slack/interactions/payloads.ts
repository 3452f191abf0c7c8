import type { Core } from "../core.ts";
import type { JsonObject } from "../ui-protocol.ts";
import type { Channel, Person } from "../workspace/model.ts";
import { ApiError } from "../api/api-error.ts";

/** The person being played. Throws `user_not_found` for unknown, deactivated and non-human ones. */
export function player(core: Core, id: string): Person {
  const person = core.workspace.people.get(id);
  if (person === undefined || person.deactivated || person.kind === "bot" || person.kind === "workflow")
    throw new ApiError("user_not_found");
  return person;
}

/** A channel that this person is in, or could open because it is public. Throws `channel_not_found`. */
export function openChannel(core: Core, id: string, user: string): Channel {
  const channel = core.workspace.channels.get(id);
  if (channel === undefined || !maySee(core, channel, user)) throw new ApiError("channel_not_found");
  return channel;
}

/** Guests and people of other companies see their own channels only. */
export function maySee(core: Core, channel: Channel, user: string): boolean {
  return channel.members.has(user) || (channel.kind === "public" && core.workspace.people.get(user)?.kind === "member");
}

/** The name of a channel as payloads give it: hidden for all but public ones. */
export function channelLabel(channel: Channel): string {
  return channel.kind === "public" ? channel.name : channel.kind === "im" ? "directmessage" : "privategroup";
}

/** Fields that all interactive payloads share. */
export function commonPayload(core: Core, person: Person): JsonObject {
  const { team, app } = core.workspace;
  return {
    user: { id: person.id, username: person.name, name: person.name, team_id: person.teamId },
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
    api_app_id: app.id,
    token: "emulated-verification-token",
  };
}

/** Tells a person something only they see, as Slack's own client does. */
export function notice(
  core: Core,
  parts: { readonly user: string; readonly channel: string; readonly text: string },
): void {
  core.bus.emit({ kind: "notice", ...parts });
  core.journal.write({ method: "notice", outcome: "shown", note: parts.text, detail: { user: parts.user } });
}
