import type { Clock } from "../clock.ts";

/** Gives out ids, timestamps and hashes that are the same in every run with the same clock. */
export class Ids {
  readonly #clock: Clock;
  readonly #counters = new Map<string, number>();
  #lastMicros = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A fresh upper-case id such as `F0000000A1`, eleven characters long. */
  next(prefix: string): string {
    return `${prefix}0${this.count(prefix).toString(36).toUpperCase().padStart(8, "0")}X`;
  }

  /** 1, 2, 3… for each name. */
  count(name: string): number {
    const count = (this.#counters.get(name) ?? 0) + 1;
    this.#counters.set(name, count);
    return count;
  }

  /** A timestamp `seconds.micros` that is later than all before it. */
  ts(): string {
    const now = Math.floor(this.#clock.now()) * 1000 + 100;
    this.#lastMicros = Math.max(now, this.#lastMicros + 100);
    return `${Math.floor(this.#lastMicros / 1_000_000)}.${String(this.#lastMicros % 1_000_000).padStart(6, "0")}`;
  }

  /** `1700000000.abcdef12`: what Slack calls a view's hash. */
  hash(): string {
    return `${Math.floor(this.#clock.now() / 1000)}.${this.count("hash").toString(16).padStart(8, "0")}`;
  }
}
