import type { JsonObject } from "../json.ts";

/** One change of one object, as watches tell it. */
export interface StoredEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly revision: number;
  readonly object: JsonObject;
  /** What the object was before; undefined for ADDED. */
  readonly previous: JsonObject | undefined;
}

/** The newest changes of one resource. A watch that asks for older ones must list again. */
export class EventLog {
  readonly #capacity: number;
  #events: StoredEvent[] = [];
  #forgottenThrough: number;

  constructor(capacity: number, startRevision: number) {
    this.#capacity = capacity;
    this.#forgottenThrough = startRevision;
  }

  append(event: StoredEvent): void {
    this.#events.push(event);
    // Trimmed in batches: shifting one by one would cost O(n) on every write.
    if (this.#events.length < this.#capacity * 2) return;
    this.#forgottenThrough = this.oldestResumable;
    this.#events = this.#events.slice(-this.#capacity);
  }

  /** Forgets every change up to a revision, as a compaction would. */
  forgetThrough(revision: number): void {
    this.#forgottenThrough = revision;
    this.#events = this.#events.filter((event) => event.revision > revision);
  }

  /** The oldest revision from which a watch can still go on. */
  get oldestResumable(): number {
    return Math.max(this.#forgottenThrough, this.#events.at(-this.#capacity - 1)?.revision ?? 0);
  }

  /** Changes after `revision`, oldest first; undefined when some of them are forgotten. */
  since(revision: number): StoredEvent[] | undefined {
    if (revision < this.oldestResumable) return undefined;
    const first = this.#events.findIndex((event) => event.revision > revision);
    return first < 0 ? [] : this.#events.slice(first);
  }
}
