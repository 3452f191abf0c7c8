export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface Patience {
  /** What is awaited, for the message: "until all canaries are live". */
  readonly what: string;
  readonly timeoutMs: number;
  readonly everyMs: number;
}

/** Waits until `look` says "done"; whatever else it says is what the message of the failure ends with. */
export async function until(
  look: () => Promise<string> | string,
  { what, timeoutMs, everyMs }: Patience,
): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    const state = await look();
    if (state === "done") return;
    if (performance.now() > giveUpAt)
      throw new Error(`while waiting ${what}: gave up after ${timeoutMs / 1000} s: ${state}`);
    await pause(everyMs);
  }
}
