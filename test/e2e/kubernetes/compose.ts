import type { CopyRules } from "../../../src/kubernetes/copy-rules.ts";
import { openCluster } from "../../../src/kubernetes/open-cluster.ts";
import { openRouters } from "../../../src/mesh/routers.ts";
import type { CanaryKey } from "../../../src/store/canary-store.ts";
import { openKubernetesCanaryStore } from "../../../src/store/kubernetes-canary-store.ts";
import type { Log } from "../../../src/telemetry/log.ts";
import { seconds } from "../../../src/units.ts";
import { PROVIDERS } from "../../support/subjects.ts";

/** Puts cluster, store and router together, as the worker does. */
export async function composeCluster(options: {
  readonly kubeconfig: string;
  readonly log: Log;
  readonly onChange: (key: CanaryKey) => void;
  readonly userAgent?: string;
  readonly rules?: CopyRules;
}) {
  const { kubeconfig, log, onChange, userAgent = "coalmine", rules } = options;
  const timing = { firstPause: 10, longestPause: 100 };
  const cluster = await openCluster({
    kubeconfig: { path: kubeconfig },
    namespaces: [],
    log,
    onChange,
    timing,
    userAgent,
    ...(rules && { rules }),
  });
  const store = openKubernetesCanaryStore({
    client: cluster.client,
    open: cluster.open,
    context: { cluster: "east", minInterval: seconds(1), ...PROVIDERS },
    onChange(key) {
      cluster.refer(key, store.get(key)?.canary ?? null);
      onChange(key);
    },
  });
  const { client, open, apex, changed } = cluster;
  const router = openRouters({
    client,
    open,
    apex,
    log,
    defaultProvider: PROVIDERS.defaultProvider,
    onChange: changed,
  });
  await Promise.all([cluster.synced, store.synced, router.settled([{ provider: "istio" }], 10_000)]);
  await cluster.settled(2_000);
  return {
    cluster,
    store,
    router,
    async stop() {
      await Promise.all([store.stop(), router.stop()]);
      await cluster.stop();
    },
  };
}
