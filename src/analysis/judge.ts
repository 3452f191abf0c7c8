import type { Measurement, MetricCheck, Verdict } from "./metric-check.ts";

/**
 * What one measurement says about one check. Bounds are inclusive. Only a finite number can pass or fail:
 * no data is inconclusive, and a question that could not be answered is an error, never a pass.
 */
export function judge(check: MetricCheck, measurement: Measurement): Verdict {
  if (measurement.kind === "no-data") return "inconclusive";
  if (measurement.kind === "error") return "error";
  if (!Number.isFinite(measurement.value)) return "error";
  const tooLow = check.min !== null && measurement.value < check.min;
  const tooHigh = check.max !== null && measurement.value > check.max;
  return tooLow || tooHigh ? "fail" : "pass";
}

/**
 * The verdict of a whole pass. One failing check fails it, whatever the others say; otherwise one that gives no answer
 * holds it. A canary without checks passes.
 */
export function judgeAll(verdicts: readonly Verdict[]): Verdict {
  const order: readonly Verdict[] = ["fail", "error", "inconclusive"];
  return order.find((verdict) => verdicts.includes(verdict)) ?? "pass";
}
