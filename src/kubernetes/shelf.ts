/** Records by key, each with the resourceVersion of the object that it was made from. */
export class Shelf<R> {
  readonly #entries = new Map<string, { readonly version: string; readonly record: R | null }>();

  get(key: string): R | null {
    return this.#entries.get(key)?.record ?? null;
  }

  values(): readonly R[] {
    const records: R[] = [];
    for (const { record } of this.#entries.values()) if (record !== null) records.push(record);
    return records;
  }

  /** Whether a version is news: not the one held, and not older. */
  accepts(key: string, version: string): boolean {
    const entry = this.#entries.get(key);
    return entry === undefined || (entry.version !== version && !isOlder(version, entry.version));
  }

  /** Puts a record on the shelf. Answers whether anybody could notice. */
  put(key: string, version: string, record: R | null): boolean {
    const before = this.#entries.get(key)?.record ?? null;
    this.#entries.set(key, { version, record });
    return before !== null || record !== null;
  }

  /** Answers whether there was a record. */
  drop(key: string): boolean {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    return entry !== undefined && entry.record !== null;
  }

  /** Keys that a list of this version did not contain, without those that were written after it. */
  missing(present: ReadonlySet<string>, version: string): readonly string[] {
    const gone: string[] = [];
    for (const [key, entry] of this.#entries) {
      if (!present.has(key) && !isOlder(version, entry.version)) gone.push(key);
    }
    return gone;
  }
}

const DIGITS = /^\d+$/;

/** Whether one resourceVersion was given out before another. Versions that are no numbers are never called older. */
export function isOlder(version: string, than: string): boolean {
  if (!DIGITS.test(version) || !DIGITS.test(than)) return false;
  if (version.length !== than.length) return version.length < than.length;
  return version < than;
}
