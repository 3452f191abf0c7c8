/** Finds keys by text marks such as `default app=web`, where looking at every object would cost too much. */
export class LabelIndex {
  readonly #keys = new Map<string, Set<string>>();
  readonly #marks = new Map<string, readonly string[]>();

  /** Sets the marks of a key; an empty list forgets it. */
  set(key: string, marks: readonly string[]): void {
    for (const mark of this.#marks.get(key) ?? []) this.#keys.get(mark)?.delete(key);
    if (marks.length === 0) this.#marks.delete(key);
    else this.#marks.set(key, marks);
    for (const mark of marks) {
      const keys = this.#keys.get(mark) ?? new Set<string>();
      keys.add(key);
      this.#keys.set(mark, keys);
    }
  }

  /** Keys that have this mark. */
  find(mark: string): string[] {
    return [...(this.#keys.get(mark) ?? [])];
  }
}

/** Marks for labels of objects in one namespace. */
export function labelMarks(namespace: string, labels: Record<string, string>): string[] {
  return Object.entries(labels).map(([key, value]) => `${namespace} ${key}=${value}`);
}
