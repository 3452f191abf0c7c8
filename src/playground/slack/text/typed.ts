import type { Workspace } from "../workspace/workspace.ts";

const mention = /(^|[\s(])([@#])([a-z0-9][a-z0-9._-]*[a-z0-9]|[a-z0-9])/gi;
const entity = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

interface TypedText {
  readonly text: string;
  readonly workspace: Workspace;
  /** Tokens with names, as slash commands with `should_escape` get them. */
  readonly withNames: boolean;
}

/** What the client makes of typed words: names of people, groups and channels become tokens, the rest is escaped. */
export function typedText({ text, workspace, withNames }: TypedText): string {
  return entity(text).replace(mention, (all: string, before: string, sign: string, name: string) => {
    const found = sign === "#" ? channelToken(name, workspace, withNames) : personToken(name, workspace, withNames);
    return found === undefined ? all : before + found;
  });
}

function channelToken(name: string, workspace: Workspace, withNames: boolean): string | undefined {
  const channel = workspace.channelNamed(name);
  if (channel === undefined) return undefined;
  // A private channel that the app is not in keeps its name to itself.
  const visible = channel.kind === "public" || channel.members.has(workspace.app.botUser);
  return withNames ? `<#${channel.id}|${visible ? channel.name : ""}>` : `<#${channel.id}>`;
}

function personToken(name: string, workspace: Workspace, withNames: boolean): string | undefined {
  if (["here", "channel", "everyone"].includes(name)) return `<!${name}>`;
  const group = [...workspace.groups.values()].find((one) => one.handle === name);
  if (group !== undefined) return withNames ? `<!subteam^${group.id}|@${group.handle}>` : `<!subteam^${group.id}>`;
  const person = workspace.personNamed(name);
  if (person === undefined) return undefined;
  return withNames ? `<@${person.id}|${person.name}>` : `<@${person.id}>`;
}
