import { millis, seconds, weight, type Millis } from "../../units.ts";
import type { Canary } from "../canary.ts";
import type { AnalysisSpec } from "./analysis-spec.ts";
import { found, readInterval, readWhole, type Found } from "./found.ts";
import type { ProviderAbilities } from "./provider-abilities.ts";
import { readAffinity } from "./read-affinity.ts";
import { readAlerts } from "./read-alerts.ts";
import { readHooks } from "./read-hooks.ts";
import { readMetrics, type MetricsContext } from "./read-metrics.ts";
import { readStrategy } from "./read-strategy.ts";

const DEFAULT_INTERVAL = seconds(60);

type Analysis = Canary["analysis"];

export interface AnalysisContext {
  readonly minInterval: Millis;
  /** Of what shifts the traffic. */
  readonly abilities: ProviderAbilities;
  readonly metrics: MetricsContext;
}

/** Reads `spec.analysis` and fills the defaults in. */
export function readAnalysis(
  spec: AnalysisSpec,
  { minInterval, abilities, metrics }: AnalysisContext,
): Found<Analysis> {
  const path = "spec.analysis";
  const interval = readInterval(`${path}.interval`, spec.interval, DEFAULT_INTERVAL);
  if (interval.problem !== null) return interval;
  const threshold = readThreshold(spec.threshold);
  if (threshold.problem !== null) return threshold;
  const strategy = readStrategy(spec, abilities);
  if (strategy.problem !== null) return strategy;
  const affinity = readAffinity(spec.sessionAffinity);
  if (affinity.problem !== null) return affinity;
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
    strategy: strategy.value,
    // The other strategies never let one person meet both versions.
    affinity: strategy.value.kind === "weighted" ? affinity.value : null,
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
