/** What shall go wrong with the next calls of a method. */
export interface Fault {
  /** Answers with this HTTP status and runs nothing. 429 sends Retry-After. */
  readonly status?: number;
  /** Answers `ok:false` with this code and runs nothing. */
  readonly error?: string;
  /** Runs the call, then cuts the connection instead of answering. */
  readonly dropAfterStore?: boolean;
  /** Answers that much later, in milliseconds. */
  readonly delayMs?: number;
  /** Seconds, with status 429. Default 1. */
  readonly retryAfter?: number;
  /** How many calls it strikes. Default 1. */
  readonly times?: number;
}

/** Faults that were ordered and have not struck yet, by method; `*` strikes any method. */
export class Faults {
  readonly #waiting: { readonly method: string; readonly fault: Fault; left: number }[] = [];

  failNext(method: string, fault: Fault): void {
    this.#waiting.push({ method, fault, left: fault.times ?? 1 });
  }

  /** Takes the next fault meant for this method. */
  take(method: string): Fault | undefined {
    const index = this.#waiting.findIndex((entry) => entry.method === method || entry.method === "*");
    const entry = this.#waiting[index];
    if (entry === undefined) return undefined;
    entry.left -= 1;
    if (entry.left <= 0) this.#waiting.splice(index, 1);
    return entry.fault;
  }
}
