import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { findFreePort } from "../../src/playground/services/free-port.ts";
import { canaryOf, readQuery, type Asked } from "./promql.ts";

/** A stand-in for Prometheus that knows every workload, since a thousand real ones with traffic would not fit on one machine. */
export interface MetricSource {
  readonly url: string;
  /** How many instant queries have come so far. */
  queries(): number;
  /** Queries that were not understood, each text once: their answers were errors, so the figures would be worth nothing. */
  refused(): readonly string[];
  /** From now on, every tenth request to this canary fails. */
  worsen(canary: string): void;
  /** When the first query came whose answer showed the canary failing, in the time of `performance.now()`. */
  shownBadAt(canary: string): number | undefined;
  stop(): Promise<void>;
}

const REQUESTS = 600;
const BAD_SHARE = 0.1;
const DURATION_MS = 42;

export async function startMetricSource(): Promise<MetricSource> {
  const bad = new Set<string>();
  const shown = new Map<string, number>();
  const refused = new Set<string>();
  let queries = 0;

  const answer = (asked: Asked, time: number, cameAt: number): readonly object[] =>
    asked.workloads.flatMap((workload) => {
      const isBad = bad.has(workload);
      if (isBad && asked.what === "requests" && !shown.has(workload)) shown.set(workload, cameAt);
      return rowsOf(asked, workload, { time, isBad });
    });

  const server = createServer((request, response) => {
    const cameAt = performance.now();
    void text(request).then((body) => {
      queries += 1;
      const form = new URLSearchParams(body);
      const query = form.get("query") ?? "";
      const asked = readQuery(query);
      if (asked === null) refused.add(query.slice(0, 200));
      const time = Number(form.get("time") ?? Date.now() / 1000);
      response.writeHead(asked === null ? 400 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(asked === null ? refusal : vector(answer(asked, time, cameAt))));
    });
  });
  const port = await findFreePort();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    queries: () => queries,
    refused: () => [...refused],
    worsen: (canary) => void bad.add(canary),
    shownBadAt: (canary) => shown.get(canary),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const refusal = { status: "error", errorType: "bad_data", error: "the bench does not know this query" };
const vector = (result: readonly object[]): object => ({
  status: "success",
  data: { resultType: "vector", result },
});

function rowsOf(asked: Asked, workload: string, { time, isBad }: { time: number; isBad: boolean }): readonly object[] {
  const namespace = namespaceOf(asked, workload);
  const labels = { destination_workload_namespace: namespace, destination_workload: workload };
  const row = (more: object, value: number): object => ({
    metric: { ...labels, ...more },
    value: [time, String(value)],
  });
  if (asked.what === "duration") return [row({}, DURATION_MS)];
  const failed = isBad ? REQUESTS * BAD_SHARE : 0;
  const good = row({ response_code: "200" }, REQUESTS - failed);
  return failed === 0 ? [good] : [good, row({ response_code: "503" }, failed)];
}

/** The bench numbers canaries through all namespaces, a hundred in each, so the name tells where it lives. */
function namespaceOf({ namespaces }: Asked, workload: string): string {
  const [first = ""] = namespaces;
  if (namespaces.length === 1) return first;
  const index = Number(canaryOf(workload).replace("canary-", ""));
  return `bench-${Math.floor(index / 100)}`;
}
