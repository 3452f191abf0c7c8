/** How long and how often to look. */
export interface Patience {
  /** Gives up after this many milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
  /** Pause between two looks, in milliseconds. Default 25. */
  readonly everyMs?: number;
}

/**
 * Repeats `look` until it stops throwing, and returns what it returned.
 * Throws the last failure when the time is over, so the report shows what was still wrong.
 */
export async function eventually<T>(look: () => T | Promise<T>, patience: Patience = {}): Promise<T> {
  const { timeoutMs = 10_000, everyMs = 25 } = patience;
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
