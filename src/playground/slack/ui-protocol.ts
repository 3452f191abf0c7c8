/**
 * What the workspace page and its server say to each other: JSON over `/ui/*`, one SSE connection per browser.
 * The page draws only what the server stored; a click in the page becomes the same payload as a real one.
 */

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

export interface UiPerson {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly color: string;
  readonly guest: boolean;
  readonly bot: boolean;
  /** People one may switch to in the page; bots and deactivated people are only shown as authors. */
  readonly canBePlayed: boolean;
  readonly tz: string;
}

export interface UiChannel {
  readonly id: string;
  readonly name: string;
  readonly kind: "public" | "private" | "im";
  /** The other person's (or app's) id in a direct message. */
  readonly with?: string;
  readonly archived: boolean;
  readonly topic: string;
}

/** A stored message as a reader sees it. `blocks` are the stored blocks, never what the bot has in memory. */
export interface UiMessage {
  readonly channel: string;
  readonly ts: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly JsonObject[];
  readonly attachments: readonly JsonObject[];
  readonly threadTs?: string;
  readonly replyCount: number;
  readonly latestReply?: string;
  readonly replyUsers: readonly string[];
  readonly broadcast: boolean;
  readonly edited: boolean;
  /** Set when only this person sees it ("Only visible to you"). */
  readonly onlyFor?: string;
  readonly files: readonly UiFile[];
  readonly reactions: readonly { readonly name: string; readonly users: readonly string[] }[];
}

export interface UiFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly url: string;
}

export interface UiView {
  readonly id: string;
  readonly hash: string;
  readonly view: JsonObject;
  /** block_id → message, shown under the input. */
  readonly errors: Readonly<Record<string, string>>;
  readonly busy: boolean;
}

/** `GET /ui/state?user=U…` */
export interface UiState {
  readonly team: { readonly name: string };
  readonly me: string;
  readonly people: readonly UiPerson[];
  readonly channels: readonly UiChannel[];
  readonly groups: readonly { readonly id: string; readonly handle: string; readonly users: readonly string[] }[];
  readonly commands: readonly { readonly command: string; readonly description: string; readonly usageHint: string }[];
  readonly shortcuts: readonly {
    readonly callbackId: string;
    readonly name: string;
    readonly kind: "global" | "message";
  }[];
  readonly messages: readonly UiMessage[];
  readonly home: UiView | null;
  readonly modals: readonly UiView[];
  readonly app: {
    readonly id: string;
    readonly name: string;
    readonly botUser: string;
    readonly dm: string;
    readonly connected: boolean;
  };
}

/** `GET /ui/events?user=U…` (SSE): each `data:` line is one of these. On reconnect the page fetches the state anew. */
export type UiEvent =
  | { readonly kind: "message"; readonly message: UiMessage }
  | { readonly kind: "message-gone"; readonly channel: string; readonly ts: string }
  | { readonly kind: "home"; readonly home: UiView | null }
  | { readonly kind: "modals"; readonly modals: readonly UiView[] }
  | { readonly kind: "connected"; readonly connected: boolean }
  /** Slackbot-like line shown only to this person, such as "failed with the error operation_timeout". */
  | { readonly kind: "notice"; readonly channel: string; readonly text: string }
  /** A notification this person would get: direct message, mention, thread reply they follow. */
  | { readonly kind: "ping"; readonly channel: string; readonly ts: string; readonly text: string }
  | { readonly kind: "journal"; readonly line: UiJournalLine }
  | { readonly kind: "panel"; readonly panel: UiPanel };

export interface UiJournalLine {
  readonly at: number;
  readonly method: string;
  readonly outcome: string;
  readonly note: string;
}

/** The playground's own panel beside the workspace: sample traffic and scenarios. Absent when the emulator runs alone. */
export interface UiPanel {
  readonly traffic: readonly {
    readonly service: string;
    readonly version: string;
    readonly perSecond: number;
    readonly failedPercent: number;
    readonly p99Ms: number;
  }[];
  readonly scenarios: readonly {
    readonly id: string;
    readonly label: string;
    readonly hint: string;
    readonly active: boolean;
  }[];
  readonly links: readonly { readonly label: string; readonly url: string }[];
}

/** `POST /ui/<kind>` bodies. Answer `{ok:true}` or `{ok:false,error}`; `user` is who is being played. */
export interface UiActions {
  /** Plain text typed in a channel or thread: a command when it begins with `/`, else a message. */
  readonly type: { readonly user: string; readonly channel: string; readonly text: string; readonly threadTs?: string };
  /** A press or choice on a message: `action` is the fired element in Slack's `actions[]` shape (type, action_id, block_id, value, selected_option …). */
  readonly act: {
    readonly user: string;
    readonly channel: string;
    readonly ts: string;
    readonly action: JsonObject;
    readonly state: JsonObject;
  };
  /** The same in a modal or the home tab. */
  readonly "act-view": {
    readonly user: string;
    readonly viewId: string;
    readonly action: JsonObject;
    readonly state: JsonObject;
  };
  readonly submit: { readonly user: string; readonly viewId: string; readonly state: JsonObject };
  readonly close: { readonly user: string; readonly viewId: string; readonly all: boolean };
  readonly shortcut: {
    readonly user: string;
    readonly callbackId: string;
    readonly channel?: string;
    readonly ts?: string;
  };
  readonly "open-home": { readonly user: string };
  /** External select: answer `{ok:true, options}`. */
  readonly suggest: {
    readonly user: string;
    readonly viewId?: string;
    readonly channel?: string;
    readonly ts?: string;
    readonly actionId: string;
    readonly blockId: string;
    readonly value: string;
  };
  readonly scenario: { readonly id: string; readonly on: boolean };
}
