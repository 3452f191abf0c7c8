import { familyOf } from "../../analysis/builtin-family.ts";
import type { CustomCheck, MetricCheck } from "../../analysis/metric-check.ts";
import { findTemplateProblem } from "../../analysis/render-template.ts";
import { seconds } from "../../units.ts";
import type { MetricSpec } from "./analysis-spec.ts";
import { readNamespace, type Home } from "./reference.ts";
import { found, readInterval, wrong, type Found } from "./found.ts";

const DEFAULT_WINDOW = "1m";

export interface MetricsContext extends Home {
  /** What shifts the traffic, and what is released: they decide which metrics the built-in checks read. */
  readonly provider: string;
  readonly targetKind: string;
}

/** Reads `spec.analysis.metrics`. A name that is no built-in check needs a query of its own: a misspelt one must not pass. */
export function readMetrics(metrics: readonly MetricSpec[], context: MetricsContext): Found<readonly MetricCheck[]> {
  const checks: MetricCheck[] = [];
  for (const [index, metric] of metrics.entries()) {
    const path = `spec.analysis.metrics[${index}]`;
    if (checks.some(({ name }) => name === metric.name)) {
      return wrong(`${path}.name`, `"${metric.name}" is there twice`, "Keep one metric of each name.");
    }
    const check = readCheck(path, metric, context);
    if (check.problem !== null) return check;
    const { min, max } = check.value;
    if (min !== null && max !== null && min > max) {
      return wrong(`${path}.thresholdRange`, `min ${min} is above max ${max}`, "Exchange the two limits.");
    }
    checks.push(check.value);
  }
  return found(checks);
}

/** Address of the Prometheus that the built-in checks and inline queries ask; empty: the worker's. */
export function readMetricsServer(address: string): Found<string> {
  if (address === "" || /^https?:\/\/[^/@\s]+[^@\s]*$/.test(address)) return found(address);
  return wrong(
    "spec.metricsServer",
    `"${address}" is no http address`,
    "Write it like http://prometheus.monitoring:9090.",
  );
}

/** An own query wins over a built-in check of the same name: whoever wrote one meant it. */
function readCheck(path: string, metric: MetricSpec, context: MetricsContext): Found<MetricCheck> {
  const query = metric.query ?? "";
  if (metric.templateRef !== undefined || query !== "") return readCustom(path, metric, context);
  if (metric.name === "request-success-rate" || metric.name === "request-duration") {
    return readBuiltin(path, { ...metric, name: metric.name }, context);
  }
  const fix = "Use request-success-rate or request-duration, or add the query: templateRef names a MetricTemplate.";
  return wrong(`${path}.name`, `"${metric.name}" is no built-in metric and has no query of its own`, fix);
}

type BuiltinSpec = MetricSpec & { readonly name: "request-success-rate" | "request-duration" };

function readBuiltin(path: string, metric: BuiltinSpec, context: MetricsContext): Found<MetricCheck> {
  const { provider, targetKind } = context;
  if (familyOf(provider, targetKind) === null) {
    const fix = "Ask your own query instead: templateRef names a MetricTemplate.";
    return wrong(`${path}.name`, `there is no built-in query for the provider ${provider}`, fix);
  }
  const window = readInterval(`${path}.interval`, metric.interval, seconds(60));
  if (window.problem !== null) return window;
  const bounds = metric.name === "request-duration" ? durationBounds(path, metric) : found(rateBounds(metric));
  if (bounds.problem !== null) return bounds;
  return found({ name: metric.name, subject: metric.name, ...bounds.value, window: window.value });
}

function readCustom(path: string, metric: MetricSpec, context: MetricsContext): Found<MetricCheck> {
  const text = metric.interval === undefined || metric.interval === "" ? DEFAULT_WINDOW : metric.interval;
  const window = readInterval(`${path}.interval`, text, seconds(60));
  if (window.problem !== null) return window;
  const source = readSource(path, metric, context);
  if (source.problem !== null) return source;
  return found({
    name: metric.name,
    subject: "custom",
    ...customBounds(metric),
    window: window.value,
    source: source.value,
    variables: metric.templateVariables ?? {},
    interval: { text, length: window.value },
  });
}

function readSource(path: string, metric: MetricSpec, context: MetricsContext): Found<CustomCheck["source"]> {
  const { query = "", templateRef } = metric;
  if (templateRef === undefined) {
    const problem = findTemplateProblem(query);
    if (problem === null) return found({ kind: "inline", text: query });
    return wrong(`${path}.query`, problem, "Correct the text between {{ and }}; the functions are those of templates.");
  }
  if (query !== "") return wrong(`${path}.query`, "stands beside templateRef", "Keep one of the two.");
  const namespace = readNamespace(`${path}.templateRef.namespace`, templateRef.namespace, context);
  if (namespace.problem !== null) return namespace;
  return found({ kind: "template", namespace: namespace.value, name: templateRef.name });
}

type Bounds = Pick<MetricCheck, "min" | "max">;

function rateBounds({ thresholdRange, threshold }: MetricSpec): Bounds {
  if (thresholdRange !== undefined) return { min: thresholdRange.min ?? null, max: thresholdRange.max ?? null };
  return { min: threshold ?? null, max: null };
}

/** Without any limit, an own metric must not be above zero: so a count of errors is written since ever. */
function customBounds({ thresholdRange, threshold = 0 }: MetricSpec): Bounds {
  if (thresholdRange !== undefined) return { min: thresholdRange.min ?? null, max: thresholdRange.max ?? null };
  return { min: null, max: threshold };
}

/** Whole milliseconds. Without any limit the check could only ever fail, which nobody can mean. */
function durationBounds(path: string, { thresholdRange, threshold }: MetricSpec): Found<Bounds> {
  const whole = (value: number | undefined): number | null => (value === undefined ? null : Math.trunc(value));
  if (thresholdRange !== undefined) return found({ min: whole(thresholdRange.min), max: whole(thresholdRange.max) });
  if (threshold !== undefined) return found({ min: null, max: whole(threshold) });
  return wrong(path, "request-duration has no limit", "Add thresholdRange: {max: 500}, in milliseconds.");
}
