import { fileURLToPath } from "node:url";
import { z } from "zod";
import { startProcess } from "../../src/playground/services/process.ts";
import { RequestCount } from "./counting.ts";

/** The Kubernetes emulator in a process of its own. */
export interface BenchCluster {
  readonly url: string;
  /** Text of a kubeconfig. */
  readonly kubeconfig: string;
  readonly pid: number;
  apply(objects: readonly object[]): Promise<void>;
  /** All requests to resources since the start. */
  requests(): Promise<readonly RequestCount[]>;
  /** How many Canary objects have each `status.phase`. */
  phases(): Promise<ReadonlyMap<string, number>>;
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL("./cluster-process.ts", import.meta.url));
const Described = z.object({ url: z.string(), kubeconfig: z.string(), control: z.string() });
const PhaseTable = z.object({
  rows: z.array(z.object({ cells: z.tuple([z.string(), z.string().nullable()], z.json()) })),
});

export async function startCluster(onTrouble: (line: string) => void): Promise<BenchCluster> {
  let first: string | undefined;
  const running = await startProcess({
    name: "the Kubernetes emulator",
    command: process.execPath,
    args: ["--disable-warning=ExperimentalWarning", PROGRAM],
    env: {},
    onLine: (line, stream) => {
      if (stream === "stdout") first ??= line;
      else onTrouble(line);
    },
    isReady: async () => first !== undefined,
    readyTimeoutMs: 60_000,
  });
  const { url, kubeconfig, control } = Described.parse(JSON.parse(first ?? ""));
  const ask = async (init?: RequestInit): Promise<readonly RequestCount[]> => {
    const answer = await fetch(control, init);
    if (!answer.ok) throw new Error(`while filling the cluster: ${await answer.text()}`);
    return z.array(RequestCount).parse(await answer.json());
  };
  return {
    url,
    kubeconfig,
    pid: running.pid,
    apply: async (objects) => void (await ask({ method: "POST", body: JSON.stringify(objects) })),
    requests: () => ask(),
    phases: () => readPhases(url),
    stop: async () => void (await running.stop()),
  };
}

/** Asks for printed columns, as kubectl does: the objects with their records would be a hundred times as much. */
async function readPhases(url: string): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(`${url}/apis/flagger.app/v1beta1/canaries?includeObject=None`, {
    headers: { accept: "application/json;as=Table;v=v1;g=meta.k8s.io", "user-agent": "bench" },
  });
  const { rows } = PhaseTable.parse(await answer.json());
  const counts = new Map<string, number>();
  for (const { cells } of rows) {
    const phase = cells[1] ?? "";
    counts.set(phase, (counts.get(phase) ?? 0) + 1);
  }
  return counts;
}
