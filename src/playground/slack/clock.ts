/** Time as the emulator sees it, so that tests can let half an hour pass in a line. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `run` once after `afterMs` milliseconds; the returned function cancels it. */
  setTimeout(run: () => void, afterMs: number): () => void;
}

export const realClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, afterMs) => {
    const timer = setTimeout(run, afterMs);
    return () => clearTimeout(timer);
  },
};

export interface VirtualClock extends Clock {
  /** Lets this many milliseconds pass and runs what falls due, in order. */
  advance(ms: number): void;
}

/** A clock that stands still until it is advanced. */
export function virtualClock(startMs = 1_700_000_000_000): VirtualClock {
  let now = startMs;
  const due = new Set<{ readonly at: number; readonly run: () => void }>();
  const nextBefore = (end: number) =>
    [...due].filter((timer) => timer.at <= end).sort((one, other) => one.at - other.at)[0];
  return {
    now: () => now,
    setTimeout: (run, afterMs) => {
      const timer = { at: now + Math.max(0, afterMs), run };
      due.add(timer);
      return () => void due.delete(timer);
    },
    advance: (ms) => {
      const end = now + ms;
      for (let timer = nextBefore(end); timer !== undefined; timer = nextBefore(end)) {
        due.delete(timer);
        now = Math.max(now, timer.at);
        timer.run();
      }
      now = end;
    },
  };
}

/** Timers that can all be cancelled when the emulator stops. */
export class Timers {
  readonly #clock: Clock;
  readonly #pending = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `run` after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void {
    const cancel = (): void => {
      stop();
      this.#pending.delete(cancel);
    };
    const stop = this.#clock.setTimeout(() => {
      this.#pending.delete(cancel);
      run();
    }, ms);
    this.#pending.add(cancel);
    return cancel;
  }

  /** Resolves after `ms`. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  cancelAll(): void {
    for (const cancel of this.#pending) cancel();
  }
}
