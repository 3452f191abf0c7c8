import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Counters of one workload as its sidecar would have them, and as its own pods would. */
export interface Workload {
  readonly namespace: string;
  readonly workload: string;
  /** Names of its pods, which share its traffic; none: only the sidecars count. */
  readonly pods?: readonly string[];
  /** Requests per second by response code. */
  readonly rates: Readonly<Record<string, number>>;
  /** How long each request takes, in milliseconds. */
  readonly latencyMs: number;
}

const BUCKETS = [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000, 10_000];

/** Serves the metrics of workloads whose counters rise with time. `stop` ends it. */
export async function startTrafficSource(workloads: readonly Workload[]) {
  const startedAt = Date.now();
  const server = createServer((_, response) => {
    // A base, so that the first scrape is not taken for the beginning of everything.
    const seconds = 100 + (Date.now() - startedAt) / 1_000;
    response.setHeader("content-type", "text/plain; version=0.0.4");
    response.end(
      workloads.flatMap((one) => [...sidecarLines(one, seconds), ...podLines(one, seconds)]).join("\n") + "\n",
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/metrics`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function sidecarLines({ namespace, workload, rates, latencyMs }: Workload, seconds: number): string[] {
  return Object.entries(rates).flatMap(([code, rate]) => {
    const count = Math.floor(rate * seconds);
    const labels = `destination_workload_namespace="${namespace}",destination_workload="${workload}",response_code="${code}"`;
    const at = (reporter: string) => `reporter="${reporter}",${labels}`;
    const bucket = (bound: number | "+Inf") => {
      const within = bound === "+Inf" || latencyMs <= bound ? count : 0;
      return `istio_request_duration_milliseconds_bucket{${at("destination")},le="${bound}"} ${within}`;
    };
    return [
      `istio_requests_total{${at("destination")}} ${count}`,
      // What the caller's side counts must not be counted as well.
      `istio_requests_total{${at("source")}} ${count * 3}`,
      ...[...BUCKETS, "+Inf" as const].map(bucket),
    ];
  });
}

/** What an application publishes of itself, in seconds, with the labels that a scrape of pods adds. */
function podLines({ namespace, pods = [], rates, latencyMs }: Workload, seconds: number): string[] {
  return pods.flatMap((pod) =>
    Object.entries(rates).flatMap(([status, rate]) => {
      const count = Math.floor((rate * seconds) / pods.length);
      const labels = `kubernetes_namespace="${namespace}",kubernetes_pod_name="${pod}",status="${status}"`;
      const buckets = [...BUCKETS, "+Inf" as const].map((bound) => {
        const [le, within] = bound === "+Inf" ? [bound, count] : [bound / 1000, latencyMs <= bound ? count : 0];
        return `http_request_duration_seconds_bucket{${labels},le="${le}"} ${within}`;
      });
      return [`http_request_duration_seconds_count{${labels}} ${count}`, ...buckets];
    }),
  );
}
