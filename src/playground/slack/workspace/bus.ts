import type { Change } from "./model.ts";

/** Tells everyone who looks on what changed. */
export class Bus {
  readonly #listeners = new Set<(change: Change) => void>();

  /** The returned function ends the subscription. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  emit(change: Change): void {
    for (const listener of [...this.#listeners]) listener(change);
  }
}
