import type { Timestamp } from "../units.ts";
import type { Canary, CanaryRef } from "./canary.ts";
import type { RolloutEvent } from "./event.ts";

/** An event of the record, as it is told outside of chat right after the save that made it true. */
export interface News {
  readonly ref: CanaryRef;
  /** `null`: the manifest is not understood. */
  readonly canary: Canary | null;
  readonly event: RolloutEvent;
  readonly at: Timestamp;
  readonly type: "Normal" | "Warning";
  /** The event in words, one line. */
  readonly message: string;
  /** `status.phase` after the event. */
  readonly phase: string;
  /** Identifies the revision and its configs, as webhooks are told it. */
  readonly checksum: string;
  /** Names this event among all of all canaries, for ever. */
  readonly key: string;
}
