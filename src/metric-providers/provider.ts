import type { Measurement, MetricCheck } from "../analysis/metric-check.ts";
import type { Timestamp } from "../units.ts";

/** One check of one canary, to be answered together with many others. */
export interface MetricQuestion {
  readonly check: MetricCheck;
  readonly namespace: string;
  /** Workload of the canary copy, and of primary for comparison. */
  readonly workload: string;
  readonly primary: string;
}

/** A source of measurements. It never judges. */
export interface MetricProvider {
  /**
   * Answers every question, in their order, with as few requests as it can (one per metric, window and about 100 workloads).
   * All are evaluated at the moment `at`. Never rejects for a failing source: each question gets a Measurement of kind `error`.
   */
  measure(questions: readonly MetricQuestion[], at: Timestamp, signal: AbortSignal): Promise<readonly Measurement[]>;
}
