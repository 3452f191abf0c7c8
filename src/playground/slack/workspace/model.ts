import type { JsonObject } from "../ui-protocol.ts";

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly title: string;
  readonly email: string;
  /** Colour of the avatar, `#rrggbb`. */
  readonly color: string;
  readonly tz: string;
  readonly teamId: string;
  readonly kind: "member" | "guest" | "external" | "bot" | "workflow";
  readonly deactivated: boolean;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: "public" | "private" | "im";
  readonly topic: string;
  readonly archived: boolean;
  /** A Slack Connect channel, shared with another company. */
  readonly externallyShared: boolean;
  /** Only these may post, when set. */
  readonly posters: readonly string[] | undefined;
  readonly members: Set<string>;
}

export interface Group {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly users: readonly string[];
  readonly disabled: boolean;
}

/** An installed app, with the bot user that speaks for it. */
export interface App {
  readonly id: string;
  readonly name: string;
  readonly botId: string;
  readonly botUser: string;
  readonly homeTab: boolean;
  readonly events: readonly string[];
  readonly commands: readonly {
    readonly command: string;
    readonly description: string;
    readonly usageHint: string;
    readonly shouldEscape: boolean;
  }[];
  readonly shortcuts: readonly {
    readonly callbackId: string;
    readonly name: string;
    readonly kind: "global" | "message";
  }[];
}

export interface Message {
  readonly channel: string;
  readonly ts: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly JsonObject[];
  readonly attachments: readonly JsonObject[];
  readonly threadTs: string | undefined;
  readonly broadcast: boolean;
  readonly edited: { readonly user: string; readonly ts: string } | undefined;
  readonly metadata: JsonObject | undefined;
  /** The app that posted it. */
  readonly app: { readonly appId: string; readonly botId: string } | undefined;
  /** Set when the message is ephemeral. */
  readonly onlyFor: string | undefined;
  readonly fileIds: readonly string[];
  readonly reactions: readonly { readonly name: string; readonly users: readonly string[] }[];
  readonly subtype: string | undefined;
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly altText: string | undefined;
  readonly mimetype: string;
  readonly user: string;
  readonly createdAt: number;
  readonly bytes: Uint8Array;
  readonly deleted: boolean;
  /** Where it was shared: filled some time after the upload was completed. */
  readonly shares: readonly { readonly channel: string; readonly ts: string; readonly threadTs: string | undefined }[];
}

/** Everything the emulated workspace holds at start. */
export interface Seed {
  readonly team: { readonly id: string; readonly name: string; readonly domain: string };
  readonly people: readonly Person[];
  readonly channels: readonly (Omit<Channel, "members"> & { readonly members: readonly string[] })[];
  readonly groups: readonly Group[];
  /** The app under test comes first. */
  readonly apps: readonly [App, ...App[]];
  readonly scopes: readonly string[];
}

/** What changed in the workspace, for everyone who looks on. */
export type Change =
  | { readonly kind: "message"; readonly message: Message }
  | { readonly kind: "message-gone"; readonly message: Message }
  | { readonly kind: "home"; readonly user: string }
  | { readonly kind: "modals"; readonly user: string }
  | { readonly kind: "connected" }
  | { readonly kind: "notice"; readonly user: string; readonly channel: string; readonly text: string }
  | { readonly kind: "ping"; readonly users: readonly string[]; readonly message: Message }
  | { readonly kind: "journal"; readonly line: JournalLine };

/** One line of what went over the wires or was shown to somebody. */
export interface JournalLine {
  readonly at: number;
  /** API method, `event …`, `slash …`, `ui …`, `socket …`, `response_url`. */
  readonly method: string;
  /** `ok` or the error code. */
  readonly outcome: string;
  readonly note: string;
  /** What was sent, without secrets. */
  readonly detail: JsonObject;
}
