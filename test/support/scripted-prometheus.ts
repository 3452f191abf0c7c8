import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { readQuery, type Asked } from "../../scripts/bench/promql.ts";

/** How the canary copy of a namespace answers: well, with errors, or it gets no requests at all. */
export type Condition = "good" | "bad" | "idle";

/** A Prometheus whose figures a test decides. It understands the worker's queries and refuses every other one. */
export interface ScriptedPrometheus {
  readonly url: string;
  /** From now on the canary copies in this namespace are so; at first they are good. */
  set(namespace: string, condition: Condition): void;
  /** Queries that were not understood: each is a defect of a test or of the worker. */
  refused(): readonly string[];
  stop(): Promise<void>;
}

const REQUESTS = 600;
const BAD_SHARE = 0.2;
const DURATION_MS = 42;

export async function startScriptedPrometheus(): Promise<ScriptedPrometheus> {
  const conditions = new Map<string, Condition>();
  const refused = new Set<string>();
  const conditionOf = (namespace: string, workload: string): Condition =>
    workload.endsWith("-primary") ? "good" : (conditions.get(namespace) ?? "good");

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const form = new URLSearchParams(body);
      const query = form.get("query") ?? "";
      const asked = request.url === "/api/v1/query" && form.has("time") ? readQuery(query) : null;
      if (asked === null) refused.add(`${request.url} ${query}`);
      response.writeHead(asked === null ? 400 : 200, { "content-type": "application/json" });
      response.end(
        JSON.stringify(asked === null ? REFUSAL : vector(rowsOf(asked, conditionOf, Number(form.get("time"))))),
      );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (namespace, condition) => void conditions.set(namespace, condition),
    refused: () => [...refused],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const REFUSAL = { status: "error", errorType: "bad_data", error: "no query that a worker makes" };
const vector = (result: readonly object[]) => ({ status: "success", data: { resultType: "vector", result } });

function rowsOf(
  { what, namespaces, workloads }: Asked,
  conditionOf: (namespace: string, workload: string) => Condition,
  time: number,
): readonly object[] {
  const pairs = namespaces.flatMap((namespace) => workloads.map((workload) => ({ namespace, workload })));
  return pairs.flatMap(({ namespace, workload }) => {
    const labels = { destination_workload_namespace: namespace, destination_workload: workload };
    const row = (more: object, value: number) => ({ metric: { ...labels, ...more }, value: [time, String(value)] });
    const condition = conditionOf(namespace, workload);
    if (condition === "idle") return [];
    if (what === "duration") return [row({}, DURATION_MS)];
    const failed = condition === "bad" ? REQUESTS * BAD_SHARE : 0;
    const good = row({ response_code: "200" }, REQUESTS - failed);
    return failed === 0 ? [good] : [good, row({ response_code: "503" }, failed)];
  });
}
