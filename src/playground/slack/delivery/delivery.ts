import type { JsonObject, JsonValue } from "../ui-protocol.ts";

/** How the app took an interaction. */
export type Ack =
  | { readonly kind: "answered"; readonly body: JsonValue | undefined }
  /** Nothing came within three seconds. */
  | { readonly kind: "timeout" }
  /** Nobody listens, or the answer was not a success. */
  | { readonly kind: "unreachable" };

export interface Interaction {
  readonly type: "slash_commands" | "interactive";
  readonly payload: JsonObject;
}

export interface EventAttempt {
  readonly payload: JsonObject;
  /** 0 for the first delivery, 1 to 3 for the retries. */
  readonly attempt: number;
  /** Why the one before failed; empty at first. */
  readonly reason: string;
}

export type EventOutcome =
  { readonly kind: "delivered" } | { readonly kind: "failed"; readonly reason: string; readonly retry: boolean };

/** A way to reach the app: Socket Mode or signed HTTP requests. */
export interface Delivery {
  interaction(interaction: Interaction): Promise<Ack>;
  event(attempt: EventAttempt): Promise<EventOutcome>;
  connected(): boolean;
}

/** Milliseconds an app has to acknowledge anything. */
export const ackDeadline = 3000;
