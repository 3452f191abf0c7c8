/** How much of one method is used at most: a burst, and what flows in afterwards. */
export interface Rate {
  readonly burst: number;
  readonly perMinute: number;
}

interface Waiting {
  readonly urgent: boolean;
  readonly go: () => void;
}

interface Bucket {
  readonly rate: Rate;
  tokens: number;
  filledAt: number;
  /** Nothing leaves before this moment. */
  frozenUntil: number;
  readonly queue: Waiting[];
  timer: NodeJS.Timeout | null;
}

/** Paces calls by key, so that Slack seldom has to say 429. What is urgent goes first; otherwise first come, first served. */
export class TokenBuckets {
  readonly #rateOf: (key: string) => Rate;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rateOf: (key: string) => Rate, now: () => number) {
    this.#rateOf = rateOf;
    this.#now = now;
  }

  /** Resolves when one call of this key may go out. */
  take(key: string, urgent: boolean): Promise<void> {
    const bucket = this.#bucket(key);
    return new Promise((resolve) => {
      const first = urgent ? bucket.queue.findIndex((entry) => !entry.urgent) : -1;
      bucket.queue.splice(first === -1 ? bucket.queue.length : first, 0, { urgent, go: resolve });
      this.#drain(bucket);
    });
  }

  /** Lets nothing of this key out for a while: what Retry-After asks for. In milliseconds. */
  freeze(key: string, length: number): void {
    const bucket = this.#bucket(key);
    bucket.frozenUntil = Math.max(bucket.frozenUntil, this.#now() + length);
    this.#drain(bucket);
  }

  #bucket(key: string): Bucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    const rate = this.#rateOf(key);
    const bucket: Bucket = { rate, tokens: rate.burst, filledAt: this.#now(), frozenUntil: 0, queue: [], timer: null };
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #drain(bucket: Bucket): void {
    const now = this.#now();
    const { burst, perMinute } = bucket.rate;
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filledAt) * perMinute) / 60_000);
    bucket.filledAt = now;
    while (bucket.tokens >= 1 && now >= bucket.frozenUntil) {
      const next = bucket.queue.shift();
      if (next === undefined) return;
      bucket.tokens -= 1;
      next.go();
    }
    if (bucket.queue.length > 0) this.#wakeLater(bucket, now);
  }

  #wakeLater(bucket: Bucket, now: number): void {
    if (bucket.timer !== null) clearTimeout(bucket.timer);
    const refill = bucket.tokens >= 1 ? 0 : ((1 - bucket.tokens) * 60_000) / bucket.rate.perMinute;
    const wait = Math.max(refill, bucket.frozenUntil - now, 1);
    bucket.timer = setTimeout(() => {
      bucket.timer = null;
      this.#drain(bucket);
    }, Math.ceil(wait));
  }
}
