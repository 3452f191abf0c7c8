import pLimit from "p-limit";

/**
 * Lets only so many pieces of work run at once; the others stand in line. Whoever is aborted while standing leaves the line and
 * rejects with the signal's reason; what has begun is not disturbed.
 */
export class WritersLine {
  readonly #limit: ReturnType<typeof pLimit>;

  constructor(atOnce: number) {
    this.#limit = pLimit(atOnce);
  }

  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const leave = (): void =>
        reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
      if (signal.aborted) return leave();
      signal.addEventListener("abort", leave, { once: true });
      this.#limit(async () => {
        if (signal.aborted) return;
        signal.removeEventListener("abort", leave);
        resolve(await work());
      }).catch(reject);
    });
  }
}
