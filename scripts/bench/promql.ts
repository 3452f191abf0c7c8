/** What a query asks, as far as the stand-in for Prometheus understands it. */
export interface Asked {
  readonly what: "requests" | "duration";
  readonly namespaces: readonly string[];
  readonly workloads: readonly string[];
}

/** Reads an aggregate over Istio's standard metrics by namespace and workload. `null` for any other query. */
export function readQuery(query: string): Asked | null {
  const namespaces = matcher(query, "destination_workload_namespace");
  const workloads = matcher(query, "destination_workload");
  if (namespaces === null || workloads === null) return null;
  if (/^histogram_quantile\(.*istio_request_duration_milliseconds_bucket\{/.test(query))
    return { what: "duration", namespaces, workloads };
  return /^sum by \(.*response_code\) \(increase\(istio_requests_total\{/.test(query)
    ? { what: "requests", namespaces, workloads }
    : null;
}

function matcher(query: string, label: string): readonly string[] | null {
  const found = new RegExp(`[{,]\\s*${label}=~?"([^"]*)"`).exec(query)?.[1];
  return found === undefined ? null : found.replaceAll("\\", "").split("|");
}

/** The workload that a canary's query is about, without the suffix of its primary. */
export const canaryOf = (workload: string): string => workload.replace(/-primary$/, "");
