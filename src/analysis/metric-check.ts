import type { Millis } from "../units.ts";

/** What the built-in checks look at. Success rate in percent, duration as the 99th percentile in milliseconds. */
export type BuiltinSubject = "request-success-rate" | "request-duration";

/** What a check looks at. `custom`: whatever its query answers, as a bare number. */
export type CheckSubject = BuiltinSubject | "custom";

interface Bounds {
  /** The manifest's name of the metric; unique within a canary. */
  readonly name: string;
  /** Inclusive bounds, in the subject's unit. A missing one is not checked. */
  readonly min: number | null;
  readonly max: number | null;
  /** Window of the query. */
  readonly window: Millis;
}

export interface BuiltinCheck extends Bounds {
  readonly subject: BuiltinSubject;
}

/** Where the text of a check's own query stands: in the Canary, or in a MetricTemplate. */
export type QuerySource =
  | { readonly kind: "inline"; readonly text: string }
  | { readonly kind: "template"; readonly namespace: string; readonly name: string };

export interface CustomCheck extends Bounds {
  readonly subject: "custom";
  readonly source: QuerySource;
  readonly variables: Readonly<Record<string, string>>;
  /** The manifest's `interval`: its own words, and how long that is. The window may be shorter. */
  readonly interval: { readonly text: string; readonly length: Millis };
}

/** One metric of `spec.analysis.metrics`. */
export type MetricCheck = BuiltinCheck | CustomCheck;

/**
 * What a provider found for one check. It judges nothing.
 * `no-data` is an honest empty answer; `error` means that the question could not be answered.
 */
export type Measurement =
  | {
      readonly kind: "value";
      readonly check: string;
      readonly value: number;
      /** Requests in the window that the value rests on; `null`: unknown. */
      readonly samples: number | null;
      /** The same figure for primary, when it was asked and had data. */
      readonly primary: number | null;
      readonly query: string;
    }
  | { readonly kind: "no-data"; readonly check: string; readonly query: string }
  | { readonly kind: "error"; readonly check: string; readonly query: string; readonly problem: string };

export const VERDICTS = ["pass", "fail", "inconclusive", "error"] as const;
export type Verdict = (typeof VERDICTS)[number];
