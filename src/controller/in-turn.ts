/** Lets work on one key run one after another, and work on different keys side by side. */
export class InTurn {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Runs `work` when everything that was asked before for this key has ended. Answers as it does. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    const tail = mine.catch(() => undefined);
    this.#tails.set(key, tail);
    void tail.then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
    return mine;
  }

  /** Whether something runs or waits for this key. */
  isBusy(key: string): boolean {
    return this.#tails.has(key);
  }

  /** Resolves when everything asked so far has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#tails.values());
  }
}
