import { join } from "node:path";
import { silentLog } from "../../src/playground/services/log.ts";
import { startLoad } from "../../src/playground/mesh/load.ts";
import { startMesh } from "../../src/playground/mesh/mesh.ts";
import { startPrometheus } from "../../src/playground/services/prometheus.ts";
import { createCatalog } from "../../src/playground/workloads/catalog.ts";
import { countWindow } from "./count-window.ts";
import { startAll } from "./measure-size.ts";
import { canaryNames } from "./names.ts";
import type { Window } from "./results.ts";
import { raiseScene } from "./scene.ts";

export const REAL_SIZE = 10;
const REQUESTS_PER_SECOND = 20;

export interface RealOptions {
  readonly directory: string;
  readonly intervals: number;
  readonly say: (what: string) => void;
}

/** Ten canaries with real traffic through the mesh, measured by a real Prometheus, which counts the queries itself. */
export async function measureRealPrometheus({ directory, intervals, say }: RealOptions): Promise<Window> {
  let url = "";
  const scene = await raiseScene({
    size: REAL_SIZE,
    directory,
    say,
    prometheus: async (cluster, stack) => {
      const mesh = stack.adopt(
        await startMesh({ kubernetesUrl: cluster.url, catalog: createCatalog(), log: silentLog }),
        (started) => started.stop(),
      );
      for (const { name, namespace } of canaryNames(REAL_SIZE)) {
        const host = `${name}.${namespace}`;
        const load = startLoad({ meshUrl: mesh.url, host, perSecond: REQUESTS_PER_SECOND, log: silentLog });
        stack.defer(() => load.stop());
      }
      const prometheus = stack.adopt(
        await startPrometheus({ directory: join(directory, "prometheus"), targets: [mesh.metricsUrl], log: silentLog }),
        (started) => started.stop(),
      );
      url = prometheus.url;
      return url;
    },
  });
  try {
    await startAll(scene, { say });
    say("measuring: prometheus");
    return await countWindow(scene, { intervals, workers: [scene.worker], queries: () => queriesSeenBy(url) });
  } finally {
    await scene.stop();
  }
}

/** Instant queries that Prometheus has answered with success. */
async function queriesSeenBy(url: string): Promise<number> {
  const exposition = await (await fetch(`${url}/metrics`)).text();
  const pattern = /^prometheus_http_requests_total\{code="200",handler="\/api\/v1\/query"\} (\S+)$/m;
  return Number(pattern.exec(exposition)?.[1] ?? 0);
}
