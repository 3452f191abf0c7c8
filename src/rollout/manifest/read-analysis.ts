import type { MetricCheck } from "../../analysis/metric-check.ts";
import { millis, seconds, weight, type Millis } from "../../units.ts";
import type { Canary } from "../canary.ts";
import type { AnalysisSpec, MetricSpec } from "./analysis-spec.ts";
import { readDuration } from "./duration.ts";
import { found, readWhole, wrong, type Found } from "./found.ts";
import type { ProviderAbilities } from "./provider-abilities.ts";
import { readAffinity } from "./read-affinity.ts";
import { readStrategy } from "./read-strategy.ts";

const DEFAULT_INTERVAL = seconds(60);
const DEFAULT_WINDOW = seconds(60);

type Analysis = Canary["analysis"];

export interface AnalysisContext {
  readonly minInterval: Millis;
  /** Of what shifts the traffic. */
  readonly abilities: ProviderAbilities;
}

/** Reads `spec.analysis` and fills the defaults in. */
export function readAnalysis(spec: AnalysisSpec, { minInterval, abilities }: AnalysisContext): Found<Analysis> {
  const path = "spec.analysis";
  const interval = readInterval(`${path}.interval`, spec.interval, DEFAULT_INTERVAL);
  if (interval.problem !== null) return interval;
  const threshold = readThreshold(spec.threshold);
  if (threshold.problem !== null) return threshold;
  const strategy = readStrategy(spec, abilities);
  if (strategy.problem !== null) return strategy;
  const affinity = readAffinity(spec.sessionAffinity);
  if (affinity.problem !== null) return affinity;
  const checks = readChecks(spec.metrics ?? []);
  if (checks.problem !== null) return checks;
  const promotionStep = readPercent(`${path}.stepWeightPromotion`, spec.stepWeightPromotion, 0);
  if (promotionStep.problem !== null) return promotionStep;
  const primary = readPercent(`${path}.primaryReadyThreshold`, spec.primaryReadyThreshold, 100);
  if (primary.problem !== null) return primary;
  const canary = readPercent(`${path}.canaryReadyThreshold`, spec.canaryReadyThreshold, 100);
  if (canary.problem !== null) return canary;

  return found({
    interval: millis(Math.max(interval.value, minInterval)),
    threshold: threshold.value,
    strategy: strategy.value,
    // The other strategies never let one person meet both versions.
    affinity: strategy.value.kind === "weighted" ? affinity.value : null,
    promotionStep: weight(promotionStep.value),
    primaryReadyPercent: primary.value,
    canaryReadyPercent: canary.value,
    checks: checks.value,
    hooks: [],
    alerts: [],
  });
}

function readPercent(path: string, value: number | undefined, fallback: number): Found<number> {
  return readWhole({ path, value, fallback, min: 0, max: 100 });
}

/** Zero and less count as one, as they always have. */
function readThreshold(threshold: number | undefined): Found<number> {
  if (threshold !== undefined && threshold <= 0) return found(1);
  return readWhole({ path: "spec.analysis.threshold", value: threshold, fallback: 1, min: 1, max: 1_000_000 });
}

function readInterval(path: string, text: string | undefined, fallback: Millis): Found<Millis> {
  if (text === undefined || text === "") return found(fallback);
  const length = readDuration(text);
  if (length !== null && length > 0) return found(length);
  return wrong(path, `"${text}" is not a length of time`, "Write it like 30s, 1m or 1m30s.");
}

function readChecks(metrics: readonly MetricSpec[]): Found<readonly MetricCheck[]> {
  const checks: MetricCheck[] = [];
  for (const [index, metric] of metrics.entries()) {
    const path = `spec.analysis.metrics[${index}]`;
    if (checks.some(({ name }) => name === metric.name)) {
      return wrong(`${path}.name`, `"${metric.name}" is there twice`, "Keep one metric of each name.");
    }
    const check = readCheck(path, metric);
    if (check.problem !== null) return check;
    checks.push(check.value);
  }
  return found(checks);
}

function readCheck(path: string, metric: MetricSpec): Found<MetricCheck> {
  const window = readInterval(`${path}.interval`, metric.interval, DEFAULT_WINDOW);
  if (window.problem !== null) return window;
  const bounds = metric.name === "request-duration" ? durationBounds(path, metric) : found(rateBounds(metric));
  if (bounds.problem !== null) return bounds;
  const { min, max } = bounds.value;
  if (min !== null && max !== null && min > max) {
    return wrong(`${path}.thresholdRange`, `min ${min} is above max ${max}`, "Exchange the two limits.");
  }
  const subject = metric.name === "request-duration" ? "request-duration" : "request-success-rate";
  return found({ name: metric.name, subject, min, max, window: window.value });
}

type Bounds = Pick<MetricCheck, "min" | "max">;

function rateBounds({ thresholdRange, threshold }: MetricSpec): Bounds {
  if (thresholdRange !== undefined) return { min: thresholdRange.min ?? null, max: thresholdRange.max ?? null };
  return { min: threshold ?? null, max: null };
}

/** Whole milliseconds. Without any limit the check could only ever fail, which nobody can mean. */
function durationBounds(path: string, { thresholdRange, threshold }: MetricSpec): Found<Bounds> {
  const whole = (value: number | undefined): number | null => (value === undefined ? null : Math.trunc(value));
  if (thresholdRange !== undefined) return found({ min: whole(thresholdRange.min), max: whole(thresholdRange.max) });
  if (threshold !== undefined) return found({ min: null, max: whole(threshold) });
  return wrong(path, "request-duration has no limit", "Add thresholdRange: {max: 500}, in milliseconds.");
}
