import type { Clock } from "../clock.ts";

/** Calls per minute of the published tiers. `special` methods have numbers of their own; `none` are not limited. */
export const callsPerMinute = { tier1: 1, tier2: 20, tier3: 50, tier4: 100, special: 600, none: Infinity } as const;

export type Tier = keyof typeof callsPerMinute;

const minute = 60_000;
// Slack tolerates short bursts of posts and promises none; five is what is allowed here before the pace of one a second.
const postBurst = 5;

/** Counts calls per method, workspace and app, and posts per channel. */
export class RateLimits {
  enabled: boolean;
  readonly #clock: Clock;
  readonly #calls = new Map<string, number[]>();
  readonly #posts = new Map<string, { tokens: number; at: number }>();

  constructor(parts: { readonly clock: Clock; readonly enabled: boolean }) {
    this.#clock = parts.clock;
    this.enabled = parts.enabled;
  }

  /** Counts one call. Returns 0 when it may pass, else the whole seconds to wait. */
  call(key: string, tier: Tier): number {
    const limit = callsPerMinute[tier];
    if (!this.enabled || limit === Infinity) return 0;
    const now = this.#clock.now();
    const recent = (this.#calls.get(key) ?? []).filter((at) => at > now - minute);
    this.#calls.set(key, recent);
    const oldest = recent[0];
    if (recent.length >= limit && oldest !== undefined) return Math.max(1, Math.ceil((oldest + minute - now) / 1000));
    recent.push(now);
    return 0;
  }

  /** Counts one post to a channel. Returns 0 when it may pass, else the whole seconds to wait. */
  post(key: string): number {
    if (!this.enabled) return 0;
    const now = this.#clock.now();
    const bucket = this.#posts.get(key) ?? { tokens: postBurst, at: now };
    const tokens = Math.min(postBurst, bucket.tokens + (now - bucket.at) / 1000);
    this.#posts.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    return tokens >= 1 ? 0 : Math.max(1, Math.ceil(1 - tokens));
  }
}
