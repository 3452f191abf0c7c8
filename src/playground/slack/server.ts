import { createServer } from "node:http";
import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import { actorNamed } from "./admin/serve-admin.ts";
import type { Fault } from "./api/faults.ts";
import { realClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import type { Core, Settings } from "./core.ts";
import { createCore } from "./create-core.ts";
import type { DeliveryChoice } from "./create-core.ts";
import { actor } from "./driver/actor.ts";
import type { Actor } from "./driver/actor.ts";
import { changes } from "./driver/changes.ts";
import type { Changes } from "./driver/changes.ts";
import { route } from "./route.ts";
import { defaultSeed } from "./seed.ts";
import type { PanelSource } from "./ui/panel.ts";
import { uiMessage } from "./ui/ui-state.ts";
import type { UiMessage } from "./ui-protocol.ts";
import type { JournalLine, Seed } from "./workspace/model.ts";

export interface SlackOptions {
  /** TCP port on 127.0.0.1. Default 0: any free one. */
  readonly port?: number;
  readonly clock?: Clock;
  readonly seed?: Seed;
  /** How the app is reached. Default Socket Mode. */
  readonly delivery?: DeliveryChoice;
  /** Default `slack`: as tight as the real ones. */
  readonly rateLimits?: "slack" | "off";
  readonly panel?: PanelSource;
  /** Folder of the page's files. Default: the one beside this file. */
  readonly pageRoot?: string;
  /** Default: one made up for this run. */
  readonly signingSecret?: string;
}

export interface SeedIds {
  readonly team: string;
  readonly app: string;
  readonly botUser: string;
  /** Ids by name, such as `channels.deploys`. */
  readonly channels: Readonly<Record<string, string>>;
  readonly people: Readonly<Record<string, string>>;
  /** Ids by handle in camel case, such as `groups.releaseApprovers`. */
  readonly groups: Readonly<Record<string, string>>;
}

export interface SlackEmulator {
  /** Address of the page. */
  readonly url: string;
  /** For `clientOptions.slackApiUrl`. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly ids: SeedIds;
  readonly settings: Settings;
  setDelivery(choice: DeliveryChoice): void;
  readonly faults: {
    /** Lets the next calls of a method fail; `*` means any, `response_url` the reply addresses. */
    failNext(method: string, fault: Fault): void;
    /** Warns all sockets with this reason and closes them a second later. */
    disconnectSockets(reason: string): void;
    /** A frozen server reads no frames and answers no pings. */
    freeze(on: boolean): void;
    /** Cuts the connection right after the next envelope has left, before its acknowledgement is read. */
    cutAfterNextEnvelope(): void;
    /** Loses the next acknowledgements, so that events come again and commands time out although the app has acted. */
    loseAcks(count: number): void;
  };
  /** People, groups and channels, changed while the app runs. */
  readonly change: Changes;
  /** Tokens for tests about rights: other scopes, another app. */
  issueToken(wanted: {
    readonly kind?: "bot" | "app";
    readonly scopes?: readonly string[];
    readonly app?: string;
  }): string;
  revokeToken(token: string): void;
  readonly journal: readonly JournalLine[];
  /** A person by name. Throws when there is none. */
  as(userName: string): Actor;
  /** What everybody sees in a channel (by name or id), oldest first, replies included. */
  messages(channelName: string): readonly UiMessage[];
  /** Replies of a thread, oldest first. */
  thread(channelName: string, ts: string): readonly UiMessage[];
  ephemeralsFor(userName: string): readonly UiMessage[];
  /** Sockets the app has open. */
  openSockets(): number;
  stop(): Promise<void>;
}

function camel(handle: string): string {
  return handle.replace(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

function seedIds(core: Core): SeedIds {
  const { workspace } = core;
  const channels = [...workspace.channels.values()].filter((channel) => channel.kind !== "im");
  return {
    team: workspace.team.id,
    app: workspace.app.id,
    botUser: workspace.app.botUser,
    channels: Object.fromEntries(channels.map((channel) => [camel(channel.name), channel.id])),
    people: Object.fromEntries([...workspace.people.values()].map((person) => [camel(person.name), person.id])),
    groups: Object.fromEntries([...workspace.groups.values()].map((group) => [camel(group.handle), group.id])),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new Error("while starting the Slack emulator: it has no port"));
    });
  });
}

/** Starts an emulated Slack workspace. Rejects when the port is taken. */
export async function startSlack(options: SlackOptions = {}): Promise<SlackEmulator> {
  const { clock = realClock, seed = defaultSeed, port = 0, panel } = options;
  const signingSecret = options.signingSecret ?? crypto.randomUUID().replaceAll("-", "");
  const pageRoot = options.pageRoot ?? fileURLToPath(new URL("./page", import.meta.url));
  let url = "";
  const made = createCore({ clock, seed, signingSecret, rateLimits: options.rateLimits !== "off", baseUrl: () => url });
  const { core, setDelivery } = made;
  const describe = (): object => ({
    url,
    apiUrl: `${url}/api/`,
    botToken: tokens.bot,
    appToken: tokens.app,
    signingSecret,
    ids: seedIds(core),
  });
  const tokens = {
    bot: core.tokens.of(core.workspace.app, "bot").secret,
    app: core.tokens.of(core.workspace.app, "app").secret,
  };
  const routes = { core, panel, pageRoot, admin: { core, setDelivery, describe } };
  const server = createServer((request, response) => void route(routes, request, response));
  server.on("upgrade", (request, socket, head) => core.sockets.upgrade(request, socket, head));
  url = `http://127.0.0.1:${await listen(server, port)}`;
  setDelivery(options.delivery ?? { kind: "socket" });
  return emulator({ core, server, url, setDelivery, signingSecret, tokens });
}

interface Running {
  readonly core: Core;
  readonly server: Server;
  readonly url: string;
  readonly signingSecret: string;
  readonly tokens: { readonly bot: string; readonly app: string };
  readonly setDelivery: (choice: DeliveryChoice) => void;
}

function emulator({ core, server, url, setDelivery, signingSecret, tokens }: Running): SlackEmulator {
  const { workspace } = core;
  const channelId = (name: string): string => workspace.channelNamed(name.replace(/^#/, ""))?.id ?? name;
  const appNamed = (id: string | undefined) =>
    workspace.apps.find((one) => one.id === id || one.name === id) ?? workspace.app;
  return {
    url,
    apiUrl: `${url}/api/`,
    botToken: tokens.bot,
    appToken: tokens.app,
    signingSecret,
    ids: seedIds(core),
    settings: core.settings,
    setDelivery,
    faults: {
      failNext: (method, fault) => core.faults.failNext(method, fault),
      disconnectSockets: (reason) => core.sockets.disconnect(reason),
      freeze: (on) => {
        core.sockets.frozen = on;
      },
      cutAfterNextEnvelope: () => {
        core.sockets.cuts += 1;
      },
      loseAcks: (count) => {
        core.sockets.lostAcks += count;
      },
    },
    change: changes(core),
    issueToken: ({ kind = "bot", scopes = [], app }) => core.tokens.issue({ kind, scopes, app: appNamed(app) }).secret,
    revokeToken: (secret) => {
      const token = core.tokens.find(secret);
      if (token !== undefined) token.revoked = true;
    },
    journal: core.journal.lines,
    as: (name) => actorNamed(core, name),
    messages: (name) =>
      workspace
        .messagesIn(channelId(name))
        .filter((message) => message.onlyFor === undefined)
        .map((message) => uiMessage(core, message)),
    thread: (name, ts) => workspace.replies(channelId(name), ts).map((message) => uiMessage(core, message)),
    ephemeralsFor: (name) => actor(core, actorNamed(core, name).id).ephemerals(),
    openSockets: () => core.sockets.openSockets(),
    stop: async () => {
      core.timers.cancelAll();
      await core.sockets.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
