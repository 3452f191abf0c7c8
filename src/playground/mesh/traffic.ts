/** What one version of a service did lately. */
export interface VersionTraffic {
  /** As clients call it, e.g. "podinfo". */
  readonly service: string;
  /** The image's tag; "no pod" for requests that no pod could be found for. */
  readonly version: string;
  readonly perSecond: number;
  readonly failedPercent: number;
  /** 99 of 100 requests took no longer than this, in milliseconds. */
  readonly p99Ms: number;
}

interface Seen {
  readonly at: number;
  readonly durationMs: number;
  readonly failed: boolean;
}

/** Remembers the requests of the last seconds, to say what traffic there is. */
export class TrafficWindow {
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #seen = new Map<string, { readonly service: string; readonly version: string; requests: Seen[] }>();
  #startedAt: number | undefined;

  /** `windowMs` is how far it looks back; `now` a clock in milliseconds. */
  constructor({ windowMs = 10_000, now = () => performance.now() } = {}) {
    this.#windowMs = windowMs;
    this.#now = now;
  }

  record({ service, version, durationMs, status }: RecordedTraffic): void {
    const at = this.#now();
    this.#startedAt ??= at;
    const key = `${service} ${version}`;
    const entry = this.#seen.get(key) ?? { service, version, requests: [] };
    entry.requests.push({ at, durationMs, failed: status >= 500 });
    this.#seen.set(key, entry);
    // Forgets even when nobody ever asks.
    if (entry.requests.length % 1_000 === 0) this.#forget();
  }

  /** One row for each version that had traffic in the window, by service and version. */
  rows(): readonly VersionTraffic[] {
    this.#forget();
    const elapsed = this.#now() - (this.#startedAt ?? this.#now());
    const seconds = Math.max(Math.min(this.#windowMs, elapsed), 1_000) / 1_000;
    return [...this.#seen.values()]
      .map(({ service, version, requests }) => ({
        service,
        version,
        perSecond: round(requests.length / seconds),
        failedPercent: round((100 * requests.filter(({ failed }) => failed).length) / requests.length),
        p99Ms: round(percentile99(requests.map(({ durationMs }) => durationMs))),
      }))
      .sort((a, b) => a.service.localeCompare(b.service) || a.version.localeCompare(b.version));
  }

  #forget(): void {
    const since = this.#now() - this.#windowMs;
    for (const [key, entry] of this.#seen) {
      entry.requests = entry.requests.filter(({ at }) => at >= since);
      if (entry.requests.length === 0) this.#seen.delete(key);
    }
  }
}

export interface RecordedTraffic {
  readonly service: string;
  readonly version: string;
  readonly durationMs: number;
  readonly status: number;
}

function percentile99(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
