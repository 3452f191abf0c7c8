/** Remembers ids for a while, so that the same delivery is taken once. */
export class Once {
  readonly #keptMs: number;
  readonly #now: () => number;
  readonly #seen = new Map<string, number>();

  constructor(keptMs: number, now: () => number) {
    this.#keptMs = keptMs;
    this.#now = now;
  }

  has(id: string): boolean {
    this.#forgetOld();
    return this.#seen.has(id);
  }

  /** Notes an id. `false`: it was noted before. */
  first(id: string): boolean {
    if (this.has(id)) return false;
    this.#seen.set(id, this.#now() + this.#keptMs);
    return true;
  }

  forget(id: string): void {
    this.#seen.delete(id);
  }

  #forgetOld(): void {
    // Ids are noted in the order in which they expire, so the first one that is still good ends the search.
    for (const [id, until] of this.#seen) {
      if (until > this.#now()) return;
      this.#seen.delete(id);
    }
  }
}
