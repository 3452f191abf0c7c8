import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import manifest from "../package.json" with { type: "json" };
import { createAlerts } from "./alerts/alerts.ts";
import { followProviders } from "./alerts/providers.ts";
import { createSecretReader } from "./alerts/secrets.ts";
import { configOrExit, readWorkerConfig, type WorkerConfig } from "./config.ts";
import { Engine } from "./controller/engine.ts";
import { createMeasurer } from "./controller/measure.ts";
import { countPopulation } from "./controller/population.ts";
import { openCluster, type Cluster } from "./kubernetes/open-cluster.ts";
import { ABILITIES } from "./mesh/registry.ts";
import { openRouters } from "./mesh/routers.ts";
import { openMetricTemplates } from "./metric-providers/metric-templates.ts";
import { openSources } from "./metric-providers/sources.ts";
import { ANYWHERE, createAddressPolicy } from "./outbound/address-policy.ts";
import { createResolver } from "./outbound/checked-lookup.ts";
import { createOutbound, type Outbound } from "./outbound/outbound.ts";
import { Consumer } from "./queue/consumer.ts";
import { RolloutJob, rolloutsQueue, type SignedCommand } from "./queue/jobs.ts";
import { createWorkerSender } from "./queue/sender.ts";
import { isSigned } from "./queue/signature.ts";
import { RedisSnapshotWriter } from "./snapshots/redis-writer.ts";
import type { News } from "./rollout/news.ts";
import { definitionOf } from "./rollout/subject.ts";
import type { CanaryKey } from "./store/canary-store.ts";
import { openKubernetesCanaryStore } from "./store/kubernetes-canary-store.ts";
import { describeStale, startHealthServer } from "./telemetry/health-server.ts";
import type { Log } from "./telemetry/log.ts";
import { createLogger } from "./telemetry/logger.ts";
import { createWorkerMetrics, type WorkerMetrics } from "./telemetry/metrics.ts";
import { runProcess } from "./telemetry/process.ts";
import { timestamp } from "./units.ts";
import { createEventHooks } from "./webhooks/event-hooks.ts";
import { createHttpCaller } from "./webhooks/http-caller.ts";

/** How long passes may take to end when the process is asked to; Kubernetes kills after 30 s. */
const STOP_WITHIN_MS = 15_000;
/** What single canaries need is read before the first pass, but no worker stays away for it: what is not known yet holds only them. */
const SETTLE_WITHIN_MS = 5_000;
/** Events and alerts are a courtesy: what is not told by then stays untold. */
const EVENTS_WITHIN_MS = 2_000;
/** How long a start waits for routes: a mesh that cannot be read must not keep the canaries of others waiting. */
const ROUTES_WITHIN_MS = 20_000;

const USER_AGENT = `coalmine/${manifest.version}`;

/** Follows the cluster: its canaries, what they refer to, and their routes. Resolves when all of it has been listed once. */
async function follow(config: WorkerConfig, log: Log, onChange: (key: CanaryKey) => void) {
  const { kubeconfig, watchNamespaces, clusterName, minInterval, defaultProvider, noCrossNamespaceRefs } = config;
  const cluster = await openCluster({
    kubeconfig: kubeconfig === null ? "in-cluster" : { path: kubeconfig },
    namespaces: watchNamespaces,
    userAgent: USER_AGENT,
    rules: {
      selectorLabels: config.selectorLabels,
      labelPrefixes: config.labelPrefixes,
      tracksConfigs: config.configTracking,
    },
    log,
    onChange,
  });
  const store = openKubernetesCanaryStore({
    client: cluster.client,
    open: cluster.open,
    context: {
      cluster: clusterName,
      minInterval,
      noCrossNamespaceRefs,
      defaultProvider,
      providers: ABILITIES,
    },
    onChange: (key) => {
      const subject = store.get(key);
      cluster.refer(key, subject && definitionOf(subject));
      onChange(key);
    },
  });
  const { client, open, apex, changed } = cluster;
  const router = openRouters({ client, open, apex, log, defaultProvider, onChange: changed });
  const templates = openMetricTemplates(open);
  await Promise.all([cluster.synced, store.synced]);
  await router.settled(
    store.list().flatMap((subject) => definitionOf(subject) ?? []),
    ROUTES_WITHIN_MS,
  );
  await cluster.settled(SETTLE_WITHIN_MS);
  const ages = () => ({
    ...cluster.ages(),
    canaries: store.age(),
    ...router.ages(),
    // Without the kind, all canaries but those that refer to it can be looked after.
    ...(templates.isSynced() ? { metrictemplates: templates.age() } : {}),
  });
  const stop = async () => {
    await Promise.all([store.stop(), router.stop(), templates.stop()]);
    await cluster.stop();
  };
  return { cluster, store, router, templates, ages, stop };
}

/** What manifests may call: webhooks, which passes wait for, and receivers of events and alerts, which nobody waits for. */
function reachOut(config: WorkerConfig, { client, open }: Cluster, metrics: WorkerMetrics, log: Log) {
  const policy = createAddressPolicy({ allow: config.hookAllow, deny: config.hookDeny });
  const resolve = createResolver();
  const { countHookCall, countAlert } = metrics;
  // Each has turns of its own: a flood of events must not stand in front of a gate.
  const urgent = createOutbound({ policy, resolve });
  const background = createOutbound({ policy, resolve });
  const ours = createOutbound({ policy: ANYWHERE, resolve });
  const callBy = (outbound: Outbound) => createHttpCaller({ outbound, userAgent: USER_AGENT, onCall: countHookCall });
  const events = createEventHooks({
    caller: callBy(background),
    trusted: callBy(ours),
    globalUrl: config.eventWebhookUrl,
    onDropped: () => countHookCall({ type: "event", outcome: "dropped" }),
    log,
  });
  const providers = followProviders(open);
  const alerts = createAlerts({
    providers,
    readCredentials: createSecretReader(client),
    outbound: background,
    userAgent: USER_AGENT,
    onAlert: countAlert,
    log,
  });
  const tell = (news: News): void => {
    events.tell(news);
    alerts.tell(news);
  };
  const stop = async (): Promise<void> => {
    await Promise.all([events.drained(EVENTS_WITHIN_MS), alerts.drained(EVENTS_WITHIN_MS)]);
    events.stop();
    alerts.stop();
    await Promise.all([providers.stop(), urgent.close(), background.close(), ours.close()]);
  };
  return { hooks: callBy(urgent), tell, stop };
}

/** Puts a worker together and starts it; answers how to stop it. */
async function startWorker(config: WorkerConfig, log: Log): Promise<() => Promise<void>> {
  const { clusterName, redisUrl, commandKey, prometheusUrl, concurrency, healthPort } = config;
  const now = () => timestamp(Date.now());
  const worker = `${hostname()}-${process.pid}-${randomBytes(3).toString("hex")}`;
  let engine: Engine | null = null;
  const followed = await follow(config, log, (key) => engine?.changed(key));
  const { cluster, store, router, templates } = followed;
  const { reader, writer, recorder, uid: clusterUid } = cluster;

  const all = () => engine?.views() ?? [];
  const snapshots = new RedisSnapshotWriter({ redisUrl, cluster: clusterName, clusterUid, worker, all, log });
  const workers = () => snapshots.workers();
  const population = countPopulation(store, workers, now);
  const sources = openSources({
    client: cluster.client,
    templates,
    aws: config.aws,
    onQuery: () => metrics.countQuery(),
  });
  const othersMayJoin = () => population.live() > 1;
  const measurer = createMeasurer({ sources, defaultAddress: prometheusUrl, othersMayJoin, now });
  const subjects = () => store.list();
  const metrics = createWorkerMetrics({ version: manifest.version, subjects, measured: () => measurer.counts() });
  const outside = reachOut(config, cluster, metrics, log);
  const { hooks, tell } = outside;
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
    hooks,
    tell,
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
    const courtesies = [recorder.drained(EVENTS_WITHIN_MS), outside.stop()];
    await Promise.all([...courtesies, snapshots.stop(), sender.close(), sources.close()]);
    await followed.stop();
    await health.close();
  };
}

const config = configOrExit(readWorkerConfig);
const log = createLogger({ process: "worker", level: config.logLevel });
await runProcess({ log, start: () => startWorker(config, log), stopWithinMs: STOP_WITHIN_MS });
