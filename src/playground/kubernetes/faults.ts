import type { RequestFacts, RequestMatch } from "./requests.ts";
import { matchesRequest } from "./requests.ts";
import type { WatchSet } from "./verbs/watch.ts";

interface Planned {
  readonly match: RequestMatch;
  left: number;
}

interface PlannedFailure extends Planned {
  readonly status: number;
}

/** Faults to order; each is visible to clients exactly as a sick API server or network would be. */
export class Faults {
  readonly #failures: PlannedFailure[] = [];
  readonly #drops: Planned[] = [];
  readonly #watches: WatchSet;
  readonly #compact: () => void;
  #delayMs = 0;
  #down = false;

  constructor(parts: { watches: WatchSet; compact: () => void }) {
    this.#watches = parts.watches;
    this.#compact = parts.compact;
  }

  /** Answers the next matching requests with this status, without doing them. */
  failNext(match: RequestMatch, status: number, times = 1): void {
    this.#failures.push({ match, status, left: times });
  }

  /** Does the next matching requests, then resets the connection instead of answering. */
  applyThenDrop(match: RequestMatch, times = 1): void {
    this.#drops.push({ match, left: times });
  }

  /** Resets the connections of all open watches. */
  dropWatches(): void {
    this.#watches.dropAll();
  }

  /** Forgets the watch history and ends all watches: their next attempt meets 410 Gone. */
  expireHistory(): void {
    this.#compact();
    this.#watches.endAll();
  }

  /** Holds every request back by so many milliseconds; 0 ends that. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** While down, every connection is reset, open watches too. */
  down(on: boolean): void {
    this.#down = on;
    if (on) this.dropWatches();
  }

  /** Forgets all faults that are ordered. */
  clear(): void {
    this.#failures.length = 0;
    this.#drops.length = 0;
    this.#delayMs = 0;
    this.#down = false;
  }

  get isDown(): boolean {
    return this.#down;
  }

  get delayMs(): number {
    return this.#delayMs;
  }

  /** The status that this request must fail with, or undefined; uses up one of the planned times. */
  takeFailure(facts: RequestFacts): number | undefined {
    return take(this.#failures, facts)?.status;
  }

  takeDrop(facts: RequestFacts): boolean {
    return take(this.#drops, facts) !== undefined;
  }
}

function take<P extends Planned>(plans: readonly P[], facts: RequestFacts): P | undefined {
  const plan = plans.find((candidate) => candidate.left > 0 && matchesRequest(facts, candidate.match));
  if (plan !== undefined) plan.left -= 1;
  return plan;
}
