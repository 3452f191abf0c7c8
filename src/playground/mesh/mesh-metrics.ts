import { Counter, Histogram, Registry } from "prom-client";
import type { RequestSource } from "./matching.ts";
import type { Pod } from "./pods.ts";

/** The metrics of the mesh, under Istio's names and with its standard labels. */
export interface MeshMetrics {
  readonly registry: Registry;
  /** Counts one request as its sidecar at `reporter` would. */
  record(request: RecordedRequest): void;
  /** Counts a configuration that was refused. */
  countRefused(key: string): void;
}

export interface RecordedRequest {
  /** "source" sees each request once, but no copies; "destination" each attempt that reached a pod, copies too. */
  readonly reporter: "source" | "destination";
  readonly source: RequestSource;
  /** The pod that answered; undefined when none could be asked. */
  readonly pod: Pod | undefined;
  /** Full name and parts of the Service that was meant; undefined when no route led anywhere. */
  readonly service: { readonly host: string; readonly name: string; readonly namespace: string } | undefined;
  /** The HTTP status, 0 when the client went away before there was one. */
  readonly responseCode: number;
  /** Envoy's flags, e.g. "UH" for no healthy endpoint; "-" for an ordinary answer. */
  readonly responseFlags: string;
  readonly durationMs: number;
}

const UNKNOWN = "unknown";

/** Envoy's histogram bounds, in milliseconds. */
const BUCKETS_MS = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
];

const LABELS = [
  "reporter",
  "source_workload",
  "source_workload_namespace",
  "source_app",
  "source_version",
  "source_canonical_service",
  "source_canonical_revision",
  "destination_workload",
  "destination_workload_namespace",
  "destination_app",
  "destination_version",
  "destination_canonical_service",
  "destination_canonical_revision",
  "destination_service",
  "destination_service_name",
  "destination_service_namespace",
  "request_protocol",
  "response_code",
  "response_flags",
  "connection_security_policy",
] as const;

export function createMeshMetrics(): MeshMetrics {
  const registry = new Registry();
  const requests = new Counter({
    name: "istio_requests_total",
    help: "Requests that went through the mesh.",
    labelNames: LABELS,
    registers: [registry],
  });
  const durations = new Histogram({
    name: "istio_request_duration_milliseconds",
    help: "How long requests took, in milliseconds.",
    labelNames: LABELS,
    buckets: BUCKETS_MS,
    registers: [registry],
  });
  const refusals = new Counter({
    name: "mesh_refused_configurations_total",
    help: "Configurations that were refused; the previous one went on to hold.",
    labelNames: ["resource"],
    registers: [registry],
  });
  return {
    registry,
    record: (request) => {
      const labels = labelsOf(request);
      requests.inc(labels);
      durations.observe(labels, request.durationMs);
    },
    countRefused: (resource) => refusals.inc({ resource }),
  };
}

function labelsOf({ reporter, source, pod, service, responseCode, responseFlags }: RecordedRequest) {
  return {
    ...sourceLabels(source),
    ...destinationLabels(pod),
    reporter,
    destination_service: service?.host ?? UNKNOWN,
    destination_service_name: service?.name ?? UNKNOWN,
    destination_service_namespace: service?.namespace ?? UNKNOWN,
    request_protocol: "http",
    response_code: String(responseCode),
    response_flags: responseFlags,
    // Only the receiving side knows; there is no TLS inside this mesh.
    connection_security_policy: reporter === "destination" ? "none" : UNKNOWN,
  };
}

function sourceLabels({ workload, namespace, labels }: RequestSource) {
  const app = labels["app"] ?? labels["app.kubernetes.io/name"] ?? UNKNOWN;
  const version = labels["version"] ?? labels["app.kubernetes.io/version"];
  return {
    source_workload: workload,
    source_workload_namespace: namespace,
    source_app: app,
    source_version: version ?? UNKNOWN,
    source_canonical_service: labels["app.kubernetes.io/name"] ?? labels["app"] ?? workload,
    source_canonical_revision: version ?? "latest",
  };
}

function destinationLabels(pod: Pod | undefined) {
  const labels = pod?.labels ?? {};
  const app = labels["app"] ?? labels["app.kubernetes.io/name"];
  const version = labels["version"] ?? labels["app.kubernetes.io/version"];
  return {
    destination_workload: pod?.workload ?? UNKNOWN,
    destination_workload_namespace: pod?.namespace ?? UNKNOWN,
    destination_app: app ?? UNKNOWN,
    destination_version: version ?? UNKNOWN,
    destination_canonical_service:
      labels["service.istio.io/canonical-name"] ?? labels["app.kubernetes.io/name"] ?? app ?? pod?.workload ?? UNKNOWN,
    destination_canonical_revision:
      labels["service.istio.io/canonical-revision"] ?? version ?? (pod === undefined ? UNKNOWN : "latest"),
  };
}
