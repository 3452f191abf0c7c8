import type { AlertRule } from "../rollout/canary.ts";

export type Severity = AlertRule["severity"];

/** One thing to say, before anybody has decided how a receiver wants it. All texts are plain: providers escape them. */
export interface Alert {
  readonly severity: Severity;
  /** `<canary>.<namespace>`. */
  readonly title: string;
  /** One line. */
  readonly text: string;
  readonly fields: readonly { readonly title: string; readonly value: string }[];
}

const RANKS: Readonly<Record<Severity, number>> = { info: 0, warn: 1, error: 2 };

/** Whether somebody who asked for `wanted` gets an alert: everything that is at least so grave. */
export const isWanted = (alert: Severity, wanted: Severity): boolean => RANKS[alert] >= RANKS[wanted];
