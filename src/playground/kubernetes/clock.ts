/** Time for the emulator: wall clock in production, whatever a test wants otherwise. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `action` once after `ms`; the returned function cancels that. */
  after(ms: number, action: () => void): () => void;
}

// Longer delays would fire at once: Node keeps them in a signed 32-bit integer.
const LONGEST_TIMER_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, Math.min(Math.max(0, ms), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};

/** RFC 3339 with whole seconds, the form of `metadata.creationTimestamp`. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** RFC 3339 with microseconds, the form of Lease and events.k8s.io times. */
export function microTimestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000Z`;
}
