import { ApiError } from "../api/api-error.ts";
import type { Core } from "../core.ts";
import type { Ack } from "../delivery/delivery.ts";
import { isObject } from "../json.ts";
import { tellPings } from "../text/tell-pings.ts";
import { typedText } from "../text/typed.ts";
import type { JsonObject } from "../ui-protocol.ts";
import type { App, Channel, Person } from "../workspace/model.ts";
import { channelLabel, notice, openChannel, player } from "./payloads.ts";
import { respond } from "./response-urls.ts";
import type { Origin } from "./response-urls.ts";

export interface Typed {
  readonly user: string;
  readonly channel: string;
  readonly text: string;
  readonly threadTs?: string | undefined;
}

type Command = App["commands"][number];

/** Does what pressing Enter in the composer does: runs a command or posts a message. Resolves when the app has acknowledged. */
export async function type(core: Core, typed: Typed): Promise<void> {
  const person = player(core, typed.user);
  const channel = openChannel(core, typed.channel, typed.user);
  const text = typed.text.trim();
  if (text === "") throw new ApiError("no_text");
  if (text.startsWith("/")) return runCommand(core, { ...typed, text, person, target: channel });
  if (channel.archived) throw new ApiError("is_archived");
  if (!channel.members.has(person.id)) throw new ApiError("not_in_channel");
  if (channel.posters !== undefined && !channel.posters.includes(person.id)) throw new ApiError("restricted_action");
  await say(core, { ...typed, text, target: channel });
}

async function say(core: Core, typed: Typed & { readonly target: Channel }): Promise<void> {
  const { workspace } = core;
  if (typed.threadTs !== undefined && workspace.message(typed.channel, typed.threadTs) === undefined)
    throw new ApiError("thread_not_found");
  const text = typedText({ text: typed.text, workspace, withNames: false });
  const message = workspace.post({ channel: typed.channel, user: typed.user, text, threadTs: typed.threadTs });
  tellPings(core, message);
  const { app } = workspace;
  if (!typed.target.members.has(app.botUser)) return;
  const event: JsonObject = {
    user: typed.user,
    text,
    ts: message.ts,
    channel: typed.channel,
    event_ts: message.ts,
    team: workspace.team.id,
    ...(message.threadTs !== undefined && { thread_ts: message.threadTs }),
  };
  const mentioned = text.includes(`<@${app.botUser}>`);
  if (typed.target.kind === "im") await core.events.send("message.im", { ...event, channel_type: "im" });
  else if (mentioned) await core.events.send("app_mention", event);
}

interface RunCommand extends Typed {
  readonly person: Person;
  readonly target: Channel;
}

async function runCommand(core: Core, typed: RunCommand): Promise<void> {
  const [, command = "", text = ""] = /^(\/\S+)\s*([\s\S]*)$/.exec(typed.text) ?? [];
  const known = core.workspace.app.commands.find((one) => one.command === command);
  const tell = (words: string): void => notice(core, { user: typed.user, channel: typed.channel, text: words });
  // People from other companies are not offered the commands of this workspace's apps.
  if (known === undefined || typed.person.kind === "external") return tell(`${command} is not a valid command.`);
  if (typed.threadTs !== undefined) return tell(`${command} is not supported in threads. Sorry!`);
  if (typed.target.archived) return tell("This channel is archived.");
  const origin: Origin = { user: typed.user, channel: typed.channel, ts: undefined };
  const payload = commandPayload(core, {
    typed,
    command: known,
    text,
    responseUrl: core.responseUrls.issue(core.baseUrl(), origin),
  });
  core.journal.write({
    method: `slash ${command}`,
    outcome: "sent",
    note: text,
    detail: { user: typed.user, channel: typed.channel },
  });
  const ack = await core.delivery().interaction({ type: "slash_commands", payload });
  takeAnswer(core, {
    ack,
    origin,
    typed: typed.text,
    fail: (code) => tell(`${command} failed with the error "${code}"`),
  });
}

interface CommandParts {
  readonly typed: RunCommand;
  readonly command: Command;
  readonly text: string;
  readonly responseUrl: string;
}

function commandPayload(core: Core, { typed, command, text, responseUrl }: CommandParts): JsonObject {
  const { workspace } = core;
  return {
    token: "emulated-verification-token",
    team_id: workspace.team.id,
    team_domain: workspace.team.domain,
    channel_id: typed.channel,
    channel_name: channelLabel(typed.target),
    user_id: typed.user,
    user_name: typed.person.name,
    command: command.command,
    text: command.shouldEscape ? typedText({ text, workspace, withNames: true }) : text,
    api_app_id: workspace.app.id,
    is_enterprise_install: "false",
    response_url: responseUrl,
    trigger_id: core.triggers.issue(typed.user),
  };
}

interface Answer {
  readonly ack: Ack;
  readonly origin: Origin;
  readonly typed: string;
  readonly fail: (code: string) => void;
}

function takeAnswer(core: Core, { ack, origin, typed, fail }: Answer): void {
  if (ack.kind === "timeout") return fail("operation_timeout");
  if (ack.kind === "unreachable") return fail("dispatch_failed");
  const { body } = ack;
  if (body === undefined || body === null || body === "") return;
  // in_channel makes the typed line visible to everyone, even when the answer itself is empty.
  if (isObject(body) && body["response_type"] === "in_channel")
    core.workspace.post({ channel: origin.channel, user: origin.user, text: typed });
  try {
    respond(core, origin, body);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    core.journal.write({
      method: "slash answer",
      outcome: error.code,
      note: "the body of the acknowledgement was refused",
      detail: error.details,
    });
    fail("dispatch_failed");
  }
}
