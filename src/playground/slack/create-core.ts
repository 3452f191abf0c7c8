import { Faults } from "./api/faults.ts";
import { RateLimits } from "./api/rate-limits.ts";
import { Tokens } from "./api/tokens.ts";
import { Timers } from "./clock.ts";
import type { Clock } from "./clock.ts";
import type { Core } from "./core.ts";
import type { Delivery } from "./delivery/delivery.ts";
import { EventSender } from "./delivery/event-sender.ts";
import { HttpDelivery } from "./delivery/http-delivery.ts";
import { SocketHub } from "./delivery/socket-hub.ts";
import { Uploads } from "./files/uploads.ts";
import { ResponseUrls } from "./interactions/response-urls.ts";
import { Triggers } from "./interactions/triggers.ts";
import { Journal } from "./journal.ts";
import { Bus } from "./workspace/bus.ts";
import { Ids } from "./workspace/ids.ts";
import type { Seed } from "./workspace/model.ts";
import { Views } from "./workspace/views.ts";
import { Workspace } from "./workspace/workspace.ts";

/** Where the app is to be reached. */
export type DeliveryChoice = { readonly kind: "socket" } | { readonly kind: "http"; readonly requestUrl: string };

interface CoreParts {
  readonly clock: Clock;
  readonly seed: Seed;
  readonly rateLimits: boolean;
  readonly signingSecret: string;
  /** Known only when the server listens. */
  readonly baseUrl: () => string;
}

export interface MadeCore {
  readonly core: Core;
  readonly setDelivery: (choice: DeliveryChoice) => void;
}

/** Puts the parts of an emulator together. */
export function createCore({ clock, seed, rateLimits, signingSecret, baseUrl }: CoreParts): MadeCore {
  const bus = new Bus();
  const ids = new Ids(clock);
  const timers = new Timers(clock);
  const journal = new Journal({ clock, bus });
  const workspace = new Workspace({ seed, bus, ids });
  const sockets = new SocketHub({ clock, journal, bus, ids, appId: workspace.app.id });
  let delivery: Delivery = sockets;
  const core: Core = {
    clock,
    timers,
    ids,
    bus,
    journal,
    workspace,
    sockets,
    tokens: new Tokens(seed),
    limits: new RateLimits({ clock, enabled: rateLimits }),
    faults: new Faults(),
    triggers: new Triggers({ clock, ids }),
    responseUrls: new ResponseUrls(() => clock.now()),
    views: new Views({ bus, ids }),
    uploads: new Uploads(clock),
    events: new EventSender({ clock, timers, journal, ids, workspace, delivery: () => delivery }),
    settings: { shareDelayMs: 1500, editWindowMs: Infinity, commercialApp: false },
    delivery: () => delivery,
    baseUrl,
  };
  const setDelivery = (choice: DeliveryChoice): void => {
    delivery =
      choice.kind === "socket"
        ? sockets
        : new HttpDelivery({ clock, journal, signingSecret, requestUrl: choice.requestUrl });
    bus.emit({ kind: "connected" });
  };
  // Everyone has a direct message with the app from the start, with the same id in every run.
  for (const person of workspace.people.values()) if (person.kind !== "bot") workspace.directMessage(person.id);
  return { core, setDelivery };
}
