import type { Requests } from "./counting.ts";
import type { Summary } from "./percentile.ts";

/** What was counted in a window of whole intervals. */
export interface Window {
  /** How many ticks were due: canaries times intervals. */
  readonly due: number;
  /** How many of them advanced, by the routes. 0 in an idle window. */
  readonly advanced: number;
  readonly seconds: number;
  readonly requests: Requests;
  readonly queries: number;
  /** User and system time of all workers together. */
  readonly cpuMs: number;
  /** Of one worker, at the end. */
  readonly rssMiB: number;
  /** User and system time of the Kubernetes emulator. */
  readonly emulatorCpuMs: number;
}

/** Latencies of rollbacks that a failing check began. */
export interface RollbackLatency {
  /** From the query whose answer decided to the route as written. */
  readonly fromSample: Summary;
  /** From the moment at which the metrics turned bad: holds the wait for the next tick. */
  readonly fromBreach: Summary;
}

/** All figures for one number of canaries. `null`: not measured. */
export interface SizeResult {
  readonly size: number;
  readonly idle: Window | null;
  readonly advancing: Window | null;
  readonly fourWorkers: Window | null;
  /** From the command's job being sent to Redis to the route as written. */
  readonly command: Summary | null;
  readonly rollback: RollbackLatency | null;
  readonly redisDown: RollbackLatency | null;
}

/** A worker without any canary. */
export interface Base {
  readonly cpuMsPerSecond: number;
  readonly rssMiB: number;
}

export interface BenchResult {
  readonly base: Base | null;
  readonly sizes: readonly SizeResult[];
  /** Ten canaries measured by a real Prometheus. */
  readonly realPrometheus: Window | null;
  /** What could not be measured, and why. */
  readonly problems: readonly string[];
}
