import { millis, seconds, weight, type Millis, type Weight } from "../../units.ts";
import type { Canary } from "../canary.ts";
import type { AnalysisSpec } from "./analysis-spec.ts";
import { found, readInterval, readWhole, wrong, type Found } from "./found.ts";
import { readAlerts } from "./read-alerts.ts";
import { readHooks } from "./read-hooks.ts";
import { readMetrics, type MetricsContext } from "./read-metrics.ts";

const DEFAULT_INTERVAL = seconds(60);

type Analysis = Canary["analysis"];

/** Reads `spec.analysis` of a weighted canary and fills the defaults in. */
export function readAnalysis(
  spec: AnalysisSpec,
  { minInterval, metrics }: { readonly minInterval: Millis; readonly metrics: MetricsContext },
): Found<Analysis> {
  const path = "spec.analysis";
  const interval = readInterval(`${path}.interval`, spec.interval, DEFAULT_INTERVAL);
  if (interval.problem !== null) return interval;
  const threshold = readThreshold(spec.threshold);
  if (threshold.problem !== null) return threshold;
  const steps = readSteps(spec);
  if (steps.problem !== null) return steps;
  const checks = readMetrics(spec.metrics ?? [], metrics);
  if (checks.problem !== null) return checks;
  const promotionStep = readPercent(`${path}.stepWeightPromotion`, spec.stepWeightPromotion, 0);
  if (promotionStep.problem !== null) return promotionStep;
  const primary = readPercent(`${path}.primaryReadyThreshold`, spec.primaryReadyThreshold, 100);
  if (primary.problem !== null) return primary;
  const canary = readPercent(`${path}.canaryReadyThreshold`, spec.canaryReadyThreshold, 100);
  if (canary.problem !== null) return canary;
  const hooks = readHooks(spec.webhooks ?? []);
  if (hooks.problem !== null) return hooks;
  const alerts = readAlerts(spec.alerts ?? [], metrics);
  if (alerts.problem !== null) return alerts;

  return found({
    interval: millis(Math.max(interval.value, minInterval)),
    threshold: threshold.value,
    strategy: { kind: "weighted", steps: steps.value, mirror: null },
    affinity: null,
    promotionStep: weight(promotionStep.value),
    primaryReadyPercent: primary.value,
    canaryReadyPercent: canary.value,
    checks: checks.value,
    hooks: hooks.value,
    alerts: alerts.value,
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

function readSteps(spec: AnalysisSpec): Found<readonly Weight[]> {
  if (spec.stepWeight !== undefined && spec.stepWeights !== undefined) {
    return wrong("spec.analysis.stepWeights", "stands beside stepWeight", "Keep one of the two.");
  }
  if (spec.stepWeights !== undefined) return readListedSteps(spec.stepWeights);
  if (spec.stepWeight === undefined) {
    return wrong("spec.analysis", "has neither stepWeight nor stepWeights", "Add stepWeight: 10, for example.");
  }
  const step = readWhole({ path: "spec.analysis.stepWeight", value: spec.stepWeight, fallback: 0, min: 1, max: 100 });
  if (step.problem !== null) return step;
  const ceiling = readPercent("spec.analysis.maxWeight", spec.maxWeight, 100);
  if (ceiling.problem !== null) return ceiling;
  return found(stepsUpTo(step.value, ceiling.value === 0 ? 100 : ceiling.value));
}

/** Equal steps until the ceiling is reached; the last one may go over it, never over 100: 20 up to 50 is 20, 40, 60. */
export function stepsUpTo(step: number, ceiling: number): readonly Weight[] {
  const steps: Weight[] = [];
  for (let reached = 0; reached < ceiling;) {
    reached = Math.min(100, reached + step);
    steps.push(weight(reached));
  }
  return steps;
}

function readListedSteps(weights: readonly number[]): Found<readonly Weight[]> {
  const path = "spec.analysis.stepWeights";
  if (weights.length === 0) return wrong(path, "is empty", "List at least one weight, such as [10, 50].");
  let before = 0;
  for (const [index, value] of weights.entries()) {
    const read = readWhole({ path: `${path}[${index}]`, value, fallback: 0, min: 1, max: 100 });
    if (read.problem !== null) return read;
    if (value <= before)
      return wrong(`${path}[${index}]`, `${value} does not rise above ${before}`, "Let the weights rise.");
    before = value;
  }
  return found(weights.map(weight));
}
