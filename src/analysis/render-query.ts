import type { Millis } from "../units.ts";

/** Workloads that one query asks about: every one of `workloads` in every one of `namespaces`. */
export interface QueryScope {
  readonly namespaces: readonly string[];
  readonly workloads: readonly string[];
  readonly window: Millis;
}

/** Requests within the window, by workload and response code. From these come success rate and sample size. */
export function renderRequestCounts(scope: QueryScope): string {
  const by = "destination_workload_namespace, destination_workload, response_code";
  return `sum by (${by}) (increase(istio_requests_total{${selector(scope)}}[${duration(scope.window)}]))`;
}

/** The 99th percentile of request durations within the window, by workload, in milliseconds. */
export function renderDuration(scope: QueryScope): string {
  const by = "destination_workload_namespace, destination_workload, le";
  const rate = `rate(istio_request_duration_milliseconds_bucket{${selector(scope)}}[${duration(scope.window)}])`;
  return `histogram_quantile(0.99, sum by (${by}) (${rate}))`;
}

function selector({ namespaces, workloads }: QueryScope): string {
  return [
    'reporter="destination"',
    matcher("destination_workload_namespace", namespaces),
    matcher("destination_workload", workloads),
  ].join(",");
}

/** Sorted and each once, so that the same question always has the same text. */
function matcher(label: string, values: readonly string[]): string {
  const names = [...new Set(values)].toSorted();
  const [only = ""] = names;
  if (names.length === 1) return `${label}=${quoted(only)}`;
  return `${label}=~${quoted(names.map(escapeRegex).join("|"))}`;
}

/** PromQL matchers are anchored RE2 expressions. */
function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

function quoted(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', String.raw`\"`)
    .replaceAll("\n", String.raw`\n`);
  return `"${escaped}"`;
}

/** PromQL knows whole units only, so a fraction of a second is given in milliseconds. */
function duration(window: Millis): string {
  const whole = Math.max(1, Math.round(window));
  return whole % 1000 === 0 ? `${whole / 1000}s` : `${whole}ms`;
}
