import type { Millis } from "../units.ts";

/** What a check looks at. Success rate in percent, duration as the 99th percentile in milliseconds. */
export type CheckSubject = "request-success-rate" | "request-duration";

/** One metric of `spec.analysis.metrics`. A missing bound is not checked. */
export interface MetricCheck {
  /** The manifest's name of the metric; unique within a canary. */
  readonly name: string;
  readonly subject: CheckSubject;
  /** Inclusive bounds, in the subject's unit. */
  readonly min: number | null;
  readonly max: number | null;
  /** Window of the query. */
  readonly window: Millis;
}

/**
 * What a provider found for one check. It judges nothing.
 * `no-data` is an honest empty answer; `error` means that the question could not be answered.
 */
export type Measurement =
  | {
      readonly kind: "value";
      readonly check: string;
      readonly value: number;
      /** Requests in the window that the value rests on. */
      readonly samples: number;
      /** The same figure for primary, when it was asked and had data. */
      readonly primary: number | null;
      readonly query: string;
    }
  | { readonly kind: "no-data"; readonly check: string; readonly query: string }
  | { readonly kind: "error"; readonly check: string; readonly query: string; readonly problem: string };

export const VERDICTS = ["pass", "fail", "inconclusive", "error"] as const;
export type Verdict = (typeof VERDICTS)[number];
