import type { Clock } from "../clock.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import type { Controller } from "./controller.ts";

const RETRY_MS = 1000;

/** Runs all controllers on one queue: each key once, however many changes asked for it. */
export class ControllerLoop {
  readonly #controllers: readonly Controller[];
  readonly #clock: Clock;
  readonly #onError: (error: Error) => void;
  readonly #due = new Map<string, { controller: Controller; key: string }>();
  readonly #timers = new Map<string, () => void>();
  readonly #unsubscribe: () => void;
  #scheduled: NodeJS.Immediate | undefined;
  #stopped = false;

  constructor(parts: {
    store: ObjectStore;
    clock: Clock;
    controllers: readonly Controller[];
    onError: (error: Error) => void;
  }) {
    this.#controllers = parts.controllers;
    this.#clock = parts.clock;
    this.#onError = parts.onError;
    this.#unsubscribe = parts.store.subscribe((id, event) => {
      for (const controller of this.#controllers)
        for (const key of controller.keysFor(id, event)) this.#enqueue(controller, key);
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    if (this.#scheduled !== undefined) clearImmediate(this.#scheduled);
  }

  #enqueue(controller: Controller, key: string): void {
    if (this.#stopped) return;
    this.#due.set(`${controller.name} ${key}`, { controller, key });
    this.#scheduled ??= setImmediate(() => this.#drain());
  }

  #drain(): void {
    this.#scheduled = undefined;
    const due = [...this.#due.values()];
    this.#due.clear();
    for (const { controller, key } of due) this.#look(controller, key);
  }

  #look(controller: Controller, key: string): void {
    const id = `${controller.name} ${key}`;
    this.#timers.get(id)?.();
    this.#timers.delete(id);
    let again: number | undefined;
    try {
      again = controller.reconcile(key);
    } catch (error) {
      this.#onError(new Error(`while the ${controller.name} controller looked at ${key}`, { cause: error }));
      again = RETRY_MS;
    }
    if (again === undefined || this.#stopped) return;
    const cancel = this.#clock.after(again, () => {
      this.#timers.delete(id);
      this.#enqueue(controller, key);
    });
    this.#timers.set(id, cancel);
  }
}
