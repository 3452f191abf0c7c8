import type { StoredEvent } from "../storage/event-log.ts";

/** A loop of the control plane: named objects are looked at again whenever something about them changed. */
export interface Controller {
  readonly name: string;
  /** Keys to look at because of this change; empty when it does not concern the controller. */
  readonly keysFor: (id: string, event: StoredEvent) => readonly string[];
  /** Brings the named object closer to what it should be. Returns after how many milliseconds to look again. */
  readonly reconcile: (key: string) => number | undefined;
}
