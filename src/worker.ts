import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import manifest from "../package.json" with { type: "json" };
import { configOrExit, readWorkerConfig, type WorkerConfig } from "./config.ts";
import { Engine } from "./controller/engine.ts";
import { createMeasurer } from "./controller/measure.ts";
import { countPopulation } from "./controller/population.ts";
import { openCluster } from "./kubernetes/open-cluster.ts";
import { ABILITIES } from "./mesh/registry.ts";
import { openRouters } from "./mesh/routers.ts";
import { createProviders } from "./metric-providers/registry.ts";
import { Consumer } from "./queue/consumer.ts";
import { RolloutJob, rolloutsQueue, type SignedCommand } from "./queue/jobs.ts";
import { createWorkerSender } from "./queue/sender.ts";
import { isSigned } from "./queue/signature.ts";
import { RedisSnapshotWriter } from "./snapshots/redis-writer.ts";
import { definitionOf } from "./rollout/subject.ts";
import type { CanaryKey } from "./store/canary-store.ts";
import { openKubernetesCanaryStore } from "./store/kubernetes-canary-store.ts";
import { describeStale, startHealthServer } from "./telemetry/health-server.ts";
import type { Log } from "./telemetry/log.ts";
import { createLogger } from "./telemetry/logger.ts";
import { createWorkerMetrics } from "./telemetry/metrics.ts";
import { runProcess } from "./telemetry/process.ts";
import { timestamp } from "./units.ts";

/** How long passes may take to end when the process is asked to; Kubernetes kills after 30 s. */
const STOP_WITHIN_MS = 15_000;
/** Events are a courtesy: what is not written by then stays unwritten. */
const EVENTS_WITHIN_MS = 2_000;
/** How long a start waits for routes: a mesh that cannot be read must not keep the canaries of others waiting. */
const ROUTES_WITHIN_MS = 20_000;

/** Follows the cluster: its canaries, what they refer to, and their routes. Resolves when all of it has been listed once. */
async function follow(config: WorkerConfig, log: Log, onChange: (key: CanaryKey) => void) {
  const { kubeconfig, watchNamespaces, clusterName, minInterval, defaultProvider } = config;
  const cluster = await openCluster({
    kubeconfig: kubeconfig === null ? "in-cluster" : { path: kubeconfig },
    namespaces: watchNamespaces,
    userAgent: `coalmine/${manifest.version}`,
    log,
    onChange,
  });
  const store = openKubernetesCanaryStore({
    client: cluster.client,
    open: cluster.open,
    context: { cluster: clusterName, minInterval, defaultProvider, providers: ABILITIES },
    onChange: (key) => {
      const subject = store.get(key);
      cluster.refer(key, subject && definitionOf(subject));
      onChange(key);
    },
  });
  const { client, open, apex, changed } = cluster;
  const router = openRouters({ client, open, apex, log, defaultProvider, onChange: changed });
  await Promise.all([cluster.synced, store.synced]);
  await router.settled(
    store.list().flatMap((subject) => definitionOf(subject) ?? []),
    ROUTES_WITHIN_MS,
  );
  const ages = () => ({ ...cluster.ages(), canaries: store.age(), ...router.ages() });
  const stop = async () => {
    await Promise.all([store.stop(), router.stop()]);
    await cluster.stop();
  };
  return { cluster, store, router, ages, stop };
}

/** Puts a worker together and starts it; answers how to stop it. */
async function startWorker(config: WorkerConfig, log: Log): Promise<() => Promise<void>> {
  const { clusterName, redisUrl, commandKey, prometheusUrl, concurrency, healthPort } = config;
  const now = () => timestamp(Date.now());
  const worker = `${hostname()}-${process.pid}-${randomBytes(3).toString("hex")}`;
  let engine: Engine | null = null;
  const followed = await follow(config, log, (key) => engine?.changed(key));
  const { cluster, store, router } = followed;
  const { reader, writer, recorder, uid: clusterUid } = cluster;

  const all = () => engine?.views() ?? [];
  const snapshots = new RedisSnapshotWriter({ redisUrl, cluster: clusterName, clusterUid, worker, all, log });
  const workers = () => snapshots.workers();
  const population = countPopulation(store, workers, now);
  const providers = createProviders(() => metrics.countQuery());
  const othersMayJoin = () => population.live() > 1;
  const measurer = createMeasurer({ providerAt: providers.at, defaultAddress: prometheusUrl, othersMayJoin, now });
  const subjects = () => store.list();
  const metrics = createWorkerMetrics({ version: manifest.version, subjects, measured: () => measurer.counts() });
  const sender = createWorkerSender(clusterName, { redisUrl, log });
  const { meter } = metrics;
  const { slots } = population;
  const outlets = { sender, snapshots, meter, log };
  const signedByUs = (signed: SignedCommand) => isSigned(signed, commandKey);
  const identity = { cluster: clusterName, isSigned: signedByUs, worker, workers };
  const running = new Engine({
    store,
    reader,
    writer,
    router,
    recorder,
    measurer,
    hooks: { call: () => Promise.reject(new Error("webhooks cannot be called yet")) },
    slots,
    now,
    ...identity,
    ...outlets,
  });
  engine = running;

  await snapshots.start();
  const run = (job: RolloutJob) => running.run(job);
  const queue = rolloutsQueue(clusterName);
  const consumer = new Consumer({ queue, schema: RolloutJob, redisUrl, concurrency, log, run });
  running.start();
  consumer.start();
  const checks = [
    { name: "cluster", needed: true, problem: () => describeStale(followed.ages()) },
    { name: "queue", needed: false, problem: () => consumer.problem() },
    { name: "snapshots", needed: false, problem: () => snapshots.problem() },
  ];
  const health = await startHealthServer({ port: healthPort, checks, registry: metrics.registry, log });
  log.info({ cluster: clusterName, worker, canaries: store.list().length }, "worker is running");

  return async () => {
    await consumer.stop(STOP_WITHIN_MS / 3);
    await running.stop();
    engine = null;
    await Promise.all([recorder.drained(EVENTS_WITHIN_MS), snapshots.stop(), sender.close(), providers.close()]);
    await followed.stop();
    await health.close();
  };
}

const config = configOrExit(readWorkerConfig);
const log = createLogger({ process: "worker", level: config.logLevel });
await runProcess({ log, start: () => startWorker(config, log), stopWithinMs: STOP_WITHIN_MS });
