import type { Faults } from "./api/faults.ts";
import type { RateLimits } from "./api/rate-limits.ts";
import type { Tokens } from "./api/tokens.ts";
import type { Clock, Timers } from "./clock.ts";
import type { Delivery } from "./delivery/delivery.ts";
import type { EventSender } from "./delivery/event-sender.ts";
import type { SocketHub } from "./delivery/socket-hub.ts";
import type { Uploads } from "./files/uploads.ts";
import type { ResponseUrls } from "./interactions/response-urls.ts";
import type { Triggers } from "./interactions/triggers.ts";
import type { Journal } from "./journal.ts";
import type { Views } from "./workspace/views.ts";
import type { Bus } from "./workspace/bus.ts";
import type { Ids } from "./workspace/ids.ts";
import type { Workspace } from "./workspace/workspace.ts";

/** The parts of a running emulator, as its routes see them. */
export interface Core {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly ids: Ids;
  readonly bus: Bus;
  readonly journal: Journal;
  readonly workspace: Workspace;
  readonly tokens: Tokens;
  readonly limits: RateLimits;
  readonly faults: Faults;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly views: Views;
  readonly uploads: Uploads;
  readonly sockets: SocketHub;
  readonly events: EventSender;
  readonly settings: Settings;
  /** How the app is reached at present. */
  delivery(): Delivery;
  /** `http://127.0.0.1:PORT`. */
  baseUrl(): string;
}

export interface Settings {
  /** Milliseconds between the completion of an upload and the message that shows it. */
  shareDelayMs: number;
  /** Milliseconds after which a message can no longer be edited; Infinity unless the workspace limits it. */
  editWindowMs: number;
  /** conversations.history and .replies as for distributed apps outside the Marketplace: once a minute, 15 objects. */
  commercialApp: boolean;
}
