import type { Clock, Timers } from "../clock.ts";
import { compact } from "../json.ts";
import type { Journal } from "../journal.ts";
import type { JsonObject } from "../ui-protocol.ts";
import type { Ids } from "../workspace/ids.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Delivery } from "./delivery.ts";

/** Milliseconds before each of the three retries. */
const retryAfter = [0, 60_000, 300_000];

interface SenderParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly journal: Journal;
  readonly ids: Ids;
  readonly workspace: Workspace;
  readonly delivery: () => Delivery;
}

/** Sends the Events API events that the app subscribed to, and repeats what was not acknowledged. */
export class EventSender {
  readonly #parts: SenderParts;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** Resolves when the first attempt is over; `type` must be among the app's subscriptions, else nothing is sent. */
  async send(type: string, event: JsonObject): Promise<void> {
    const { workspace, ids, clock } = this.#parts;
    if (!workspace.app.events.includes(type)) return;
    const channel = typeof event["channel"] === "string" ? workspace.channels.get(event["channel"]) : undefined;
    const payload = compact({
      token: "emulated-verification-token",
      team_id: workspace.team.id,
      context_team_id: workspace.team.id,
      context_enterprise_id: null,
      api_app_id: workspace.app.id,
      event: { type: type.startsWith("message.") ? "message" : type, ...event },
      type: "event_callback",
      event_id: ids.next("Ev"),
      event_time: Math.floor(clock.now() / 1000),
      authorizations: [
        {
          enterprise_id: null,
          team_id: workspace.team.id,
          user_id: workspace.app.botUser,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: channel?.externallyShared ?? false,
      event_context: `4-${ids.count("context")}`,
    });
    await this.#attempt(payload, { type, attempt: 0, reason: "" });
  }

  async #attempt(
    payload: JsonObject,
    state: { readonly type: string; readonly attempt: number; readonly reason: string },
  ): Promise<void> {
    const { type, attempt, reason } = state;
    const outcome = await this.#parts.delivery().event({ payload, attempt, reason });
    const failed = outcome.kind === "failed";
    this.#parts.journal.write({
      method: `event ${type}`,
      outcome: failed ? outcome.reason : "ok",
      note: attempt === 0 ? "" : `retry ${attempt}`,
      detail: payload,
    });
    const delay = retryAfter[attempt];
    if (!failed || !outcome.retry || delay === undefined) return;
    this.#parts.timers.after(
      delay,
      () => void this.#attempt(payload, { type, attempt: attempt + 1, reason: outcome.reason }),
    );
  }
}
