/** What waits in line is a piece of work. It must not reject; it is aborted when the process stops. */
export type Work = (signal: AbortSignal) => Promise<void>;

export interface LanesOptions {
  /** Pieces of work that may wait in one lane, and in all of them; the oldest of the lane goes when there are more. */
  readonly perLane: number;
  readonly total: number;
  /** Called for every piece that was dropped. */
  readonly onDropped: () => void;
}

/**
 * Work in the background: one after another within a lane, lanes side by side. A lane that hangs keeps none of the others waiting,
 * and memory stays bounded however long it hangs.
 */
export class Lanes {
  readonly #options: LanesOptions;
  readonly #lanes = new Map<string, Work[]>();
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #waiting = 0;

  constructor(options: LanesOptions) {
    this.#options = options;
  }

  /** Puts work at the end of a lane and returns at once. */
  push(lane: string, work: Work): void {
    const { perLane, total, onDropped } = this.#options;
    const queue = this.#lanes.get(lane) ?? [];
    const isFull = queue.length >= perLane || this.#waiting >= total;
    // With all lanes full, a lane that has nothing to give up cannot take anything either.
    if (this.#stopping.signal.aborted || (isFull && queue.length === 0)) return onDropped();
    if (isFull) {
      queue.shift();
      this.#waiting -= 1;
      onDropped();
    }
    queue.push(work);
    this.#waiting += 1;
    if (this.#lanes.has(lane)) return;
    this.#lanes.set(lane, queue);
    const run = this.#run(lane, queue).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  /** Resolves when nothing is left to do, or after so many milliseconds. */
  async drained(withinMs: number): Promise<void> {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, withinMs);
    const empty = async (): Promise<void> => {
      while (this.#running.size > 0) await Promise.all(this.#running);
    };
    await Promise.race([empty(), over]);
    clearTimeout(timer);
  }

  /** Takes no more, forgets what waits and aborts what runs. */
  stop(): void {
    for (const queue of this.#lanes.values()) queue.length = 0;
    this.#waiting = 0;
    this.#stopping.abort(new Error("the worker stops"));
  }

  async #run(lane: string, queue: Work[]): Promise<void> {
    for (let work = queue.shift(); work !== undefined; work = queue.shift()) {
      this.#waiting -= 1;
      await work(this.#stopping.signal);
    }
    this.#lanes.delete(lane);
  }
}
