import type { Clock } from "./clock.ts";
import type { JsonObject } from "./ui-protocol.ts";
import type { Bus } from "./workspace/bus.ts";
import type { JournalLine } from "./workspace/model.ts";

const kept = 5000;

/** The record of what went over the wires, the newest 5,000 lines of it. */
export class Journal {
  readonly lines: JournalLine[] = [];
  readonly #clock: Clock;
  readonly #bus: Bus;

  constructor(parts: { readonly clock: Clock; readonly bus: Bus }) {
    this.#clock = parts.clock;
    this.#bus = parts.bus;
  }

  write(entry: {
    readonly method: string;
    readonly outcome?: string;
    readonly note?: string;
    readonly detail?: JsonObject;
  }): void {
    const line = { at: this.#clock.now(), outcome: "ok", note: "", detail: {}, ...entry };
    this.lines.push(line);
    if (this.lines.length > kept) this.lines.shift();
    this.#bus.emit({ kind: "journal", line });
  }
}
