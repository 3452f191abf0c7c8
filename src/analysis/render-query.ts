import type { Millis } from "../units.ts";
import type { BuiltinFamily } from "./builtin-family.ts";

/** Workloads that one query asks about: every one of `workloads` in every one of `namespaces`. */
export interface QueryScope {
  readonly family: BuiltinFamily;
  readonly namespaces: readonly string[];
  readonly workloads: readonly Workload[];
  readonly window: Millis;
}

export interface Workload {
  readonly name: string;
  /** Pods of a DaemonSet have one hash after its name, those of a Deployment two. */
  readonly kind: "Deployment" | "DaemonSet";
}

/** Labels of an answer's rows that say whose requests they count, and the one that says how a request went. */
export const ROW_LABELS = {
  istio: { namespace: "destination_workload_namespace", workload: "destination_workload", code: "response_code" },
  pods: { namespace: "kubernetes_namespace", workload: "coalmine_workload", code: "status" },
} as const satisfies Readonly<Record<BuiltinFamily, object>>;

/** Requests within the window, by workload and response code. From these come success rate and sample size. */
export function renderRequestCounts(scope: QueryScope): string {
  const metric = scope.family === "istio" ? "istio_requests_total" : "http_request_duration_seconds_count";
  return `sum by (${by(scope, ROW_LABELS[scope.family].code)}) (${ranged("increase", metric, scope)})`;
}

/** The 99th percentile of request durations within the window, by workload, in milliseconds. */
export function renderDuration(scope: QueryScope): string {
  const istio = scope.family === "istio";
  const metric = istio ? "istio_request_duration_milliseconds_bucket" : "http_request_duration_seconds_bucket";
  const quantile = `histogram_quantile(0.99, sum by (${by(scope, "le")}) (${ranged("rate", metric, scope)}))`;
  return istio ? quantile : `1000 * ${quantile}`;
}

function by({ family }: QueryScope, last: string): string {
  const { namespace, workload } = ROW_LABELS[family];
  return [namespace, workload, last].join(", ");
}

/** Every series of the scope over its window. Series of pods get the name of their workload, so that they can be added up by it. */
function ranged(operation: "increase" | "rate", metric: string, scope: QueryScope): string {
  const { family, namespaces, workloads } = scope;
  const range = (labels: readonly string[]): string =>
    `${operation}(${metric}{${labels.join(",")}}[${duration(scope.window)}])`;
  const { namespace, workload } = ROW_LABELS[family];
  const where = matcher(namespace, namespaces);
  if (family === "istio") {
    const names = workloads.map(({ name }) => name);
    return range(['reporter="destination"', where, matcher(workload, names)]);
  }
  const { pattern, captured } = podPattern(workloads);
  const series = range([where, `kubernetes_pod_name=~${quoted(pattern)}`]);
  return `label_replace(${series}, "${workload}", "${captured}", "kubernetes_pod_name", ${quoted(pattern)})`;
}

/** Letters that Kubernetes makes hashes of: no vowels, so that `podinfo-primary-x7k2p` is no pod of a Deployment `podinfo`. */
const LETTER = "[bcdfghjklmnpqrstvwxz2456789]";
const SUFFIX = `-${LETTER}{5}`;
const HASH = `-${LETTER}{1,10}`;

/** A pattern of pod names whose groups capture the workload's name: `captured` puts them together. */
function podPattern(workloads: readonly Workload[]): { readonly pattern: string; readonly captured: string } {
  const named = (kind: Workload["kind"]): string => {
    const names = workloads.filter((workload) => workload.kind === kind).map(({ name }) => escapeRegex(name));
    return [...new Set(names)].toSorted().join("|");
  };
  const [deployments, daemonSets] = [named("Deployment"), named("DaemonSet")];
  const patterns = [
    ...(deployments === "" ? [] : [`(${deployments})${HASH}${SUFFIX}`]),
    ...(daemonSets === "" ? [] : [`(${daemonSets})${SUFFIX}`]),
  ];
  return { pattern: patterns.join("|"), captured: patterns.map((_, index) => `$${index + 1}`).join("") };
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

/** A length of time in whole units, which is all that PromQL knows: `90s`, or `1500ms`. */
export function duration(window: Millis): string {
  const whole = Math.max(1, Math.round(window));
  return whole % 1000 === 0 ? `${whole / 1000}s` : `${whole}ms`;
}
