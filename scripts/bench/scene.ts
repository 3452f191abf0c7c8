import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { silentLog } from "../../src/playground/services/log.ts";
import { startRedis, type PrivateRedis } from "../../src/playground/services/redis.ts";
import { startProduct, type ProductProcess } from "../../src/playground/stage/product.ts";
import { startChat, type Chat } from "./chat.ts";
import { startCluster, type BenchCluster } from "./cluster.ts";
import { openCommander, type Commander } from "./commander.ts";
import { manifestsFor } from "./manifests.ts";
import { startMetricSource, type MetricSource } from "./metric-source.ts";
import { canaryNames, CLUSTER, type CanaryName } from "./names.ts";
import { watchRoutes, type RouteWatch } from "./route-watch.ts";
import { until } from "./wait.ts";

/** A cluster with so many canaries and a worker that looks after them. */
export interface Scene {
  readonly canaries: readonly CanaryName[];
  readonly cluster: BenchCluster;
  readonly redis: PrivateRedis;
  readonly source: MetricSource;
  readonly routes: RouteWatch;
  readonly commander: Commander;
  readonly chat: Chat;
  readonly worker: ProductProcess;
  /** One more worker of the same cluster, ready. Whoever starts it stops it. */
  addWorker(): Promise<ProductProcess>;
  stop(): Promise<void>;
}

export interface SceneOptions {
  readonly size: number;
  readonly directory: string;
  readonly say: (what: string) => void;
  /** Prepares another Prometheus than the stand-in and answers its URL; what it starts is deferred to the stack. */
  readonly prometheus?: (cluster: BenchCluster, stack: AsyncDisposableStack) => Promise<string>;
}

/** Milliseconds a canary may take, one after the other, and what all together get in any case. */
const PATIENCE = { each: 300, atLeast: 60_000 };
export const patienceFor = (size: number): number => PATIENCE.atLeast + PATIENCE.each * size;

/** Starts everything and waits until every canary has been bootstrapped. What was started is stopped when a later part fails. */
export async function raiseScene(options: SceneOptions): Promise<Scene> {
  const stack = new AsyncDisposableStack();
  try {
    return await raise(options, stack);
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function raise(options: SceneOptions, stack: AsyncDisposableStack): Promise<Scene> {
  const { size, directory, say } = options;
  await mkdir(directory, { recursive: true });
  const canaries = canaryNames(size);
  say("starting Kubernetes, Redis and the metric source");
  const cluster = stack.adopt(await startCluster(say), (started) => started.stop());
  const redis = stack.adopt(await startRedis({ directory: join(directory, "redis"), log: silentLog }), (started) =>
    started.stop(),
  );
  const source = stack.adopt(await startMetricSource(), (started) => started.stop());
  const prometheusUrl = (await options.prometheus?.(cluster, stack)) ?? source.url;
  const routes = stack.adopt(
    await watchRoutes(cluster.url, () => say("THE WATCH ON ROUTES ENDED: what follows is not to be trusted")),
    (started) => started.stop(),
  );
  await cluster.apply(manifestsFor(canaries));
  const kubeconfig = join(directory, "kubeconfig");
  await writeFile(kubeconfig, cluster.kubeconfig, { mode: 0o600 });
  const commandKey = randomBytes(32).toString("hex");
  const commander = stack.adopt(openCommander(redis.url, commandKey), (opened) => opened.close());
  const chat = stack.adopt(startChat(redis.url), (started) => started.stop());
  const environment = {
    CLUSTER_NAME: CLUSTER,
    KUBECONFIG: kubeconfig,
    REDIS_URL: redis.url,
    COMMAND_KEY: commandKey,
    PROMETHEUS_URL: prometheusUrl,
  };
  let workers = 0;
  const addWorker = (): Promise<ProductProcess> =>
    startProduct({ kind: "worker", name: `worker-${(workers += 1)}`, directory, environment });
  say("starting the worker");
  const worker = stack.adopt(await addWorker(), (started) => started.stop());
  await untilBootstrapped(cluster, options);
  const stop = (): Promise<void> => stack.disposeAsync();
  return { canaries, cluster, redis, source, routes, commander, chat, worker, addWorker, stop };
}

async function untilBootstrapped(cluster: BenchCluster, { size, say }: SceneOptions): Promise<void> {
  if (size === 0) return;
  say("bootstrapping the canaries");
  const look = async (): Promise<string> => {
    const phases = await cluster.phases();
    if (phases.get("Initialized") === size) return "done";
    return [...phases].map(([phase, count]) => `${count} × ${phase || "no status"}`).join(", ");
  };
  await until(look, { what: "for the bootstrap", timeoutMs: patienceFor(size), everyMs: 500 });
}
