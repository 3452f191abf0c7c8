import type { Core } from "../core.ts";
import { maySee } from "../interactions/payloads.ts";
import type { UiChannel, UiMessage, UiPerson, UiState, UiView } from "../ui-protocol.ts";
import type { Channel, Message, Person } from "../workspace/model.ts";
import { viewJson } from "../workspace/views.ts";
import type { View } from "../workspace/views.ts";

function uiPerson(person: Person): UiPerson {
  const machine = person.kind === "bot" || person.kind === "workflow";
  return {
    id: person.id,
    name: person.name,
    title: person.title,
    color: person.color,
    guest: person.kind === "guest" || person.kind === "external",
    bot: machine,
    canBePlayed: !machine && !person.deactivated,
    tz: person.tz,
  };
}

function uiChannel(channel: Channel, me: string): UiChannel {
  const other = channel.kind === "im" ? [...channel.members].find((member) => member !== me) : undefined;
  const { id, name, kind, archived, topic } = channel;
  return { id, name, kind, archived, topic, ...(other !== undefined && { with: other }) };
}

/** A stored message as the page draws it. */
export function uiMessage(core: Core, message: Message): UiMessage {
  const { workspace } = core;
  const replies = message.threadTs === message.ts ? workspace.replies(message.channel, message.ts) : [];
  const latest = replies.at(-1);
  return {
    channel: message.channel,
    ts: message.ts,
    user: message.user,
    text: message.text,
    blocks: message.blocks,
    attachments: message.attachments,
    replyCount: replies.length,
    replyUsers: [...new Set(replies.map((reply) => reply.user))],
    broadcast: message.broadcast,
    edited: message.edited !== undefined,
    files: message.fileIds.flatMap((id) => {
      const file = workspace.files.get(id);
      return file === undefined
        ? []
        : [{ id, name: file.name, title: file.title, mimetype: file.mimetype, url: `/ui/files/${id}` }];
    }),
    reactions: message.reactions,
    ...(message.threadTs !== undefined && { threadTs: message.threadTs }),
    ...(latest !== undefined && { latestReply: latest.ts }),
    ...(message.onlyFor !== undefined && { onlyFor: message.onlyFor }),
  };
}

export function uiView(core: Core, view: View): UiView {
  return {
    id: view.id,
    hash: view.hash,
    view: viewJson(view, core.workspace.team.id),
    errors: view.errors,
    busy: view.busy,
  };
}

export function uiHome(core: Core, user: string): UiView | null {
  const home = core.views.home(user);
  return home === undefined ? null : uiView(core, home);
}

export function uiModals(core: Core, user: string): readonly UiView[] {
  return core.views.stack(user).map((view) => uiView(core, view));
}

/** Whether this person has the message on the screen. */
export function seesMessage(core: Core, message: Message, user: string): boolean {
  const channel = core.workspace.channels.get(message.channel);
  if (channel === undefined || !maySee(core, channel, user)) return false;
  return message.onlyFor === undefined || message.onlyFor === user;
}

/**
 * Everything one person sees. `since` is the time (ms) their page was loaded: ephemeral messages from before are gone,
 * as they are in the real client.
 */
export function uiState(core: Core, parts: { readonly me: string; readonly since: number }): UiState {
  const { workspace } = core;
  const { me, since } = parts;
  const dm = workspace.directMessage(me);
  const channels = [...workspace.channels.values()].filter((channel) => channel.members.has(me));
  const messages = channels
    .flatMap((channel) => workspace.messagesIn(channel.id))
    .filter(
      (message) =>
        seesMessage(core, message, me) && (message.onlyFor === undefined || Number(message.ts) * 1000 >= since),
    );
  const { app } = workspace;
  return {
    team: { name: workspace.team.name },
    me,
    people: [...workspace.people.values()].map(uiPerson),
    channels: channels.map((channel) => uiChannel(channel, me)),
    groups: [...workspace.groups.values()]
      .filter((group) => !group.disabled)
      .map(({ id, handle, users }) => ({ id, handle, users })),
    commands:
      workspace.people.get(me)?.kind === "external"
        ? []
        : app.commands.map(({ command, description, usageHint }) => ({ command, description, usageHint })),
    shortcuts: app.shortcuts,
    messages: messages.map((message) => uiMessage(core, message)),
    home: uiHome(core, me),
    modals: uiModals(core, me),
    app: { id: app.id, name: app.name, botUser: app.botUser, dm, connected: core.delivery().connected() },
  };
}
