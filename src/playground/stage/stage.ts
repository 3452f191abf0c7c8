import { mkdir, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { startKubernetes, type KubernetesEmulator } from "../kubernetes/server.ts";
import { startLoadTester, type LoadTester } from "../load-tester/server.ts";
import { startLoad, type Load } from "../mesh/load.ts";
import { startMesh, type Mesh } from "../mesh/mesh.ts";
import { findFreePort } from "../services/free-port.ts";
import { type Log } from "../services/log.ts";
import { startPrometheus, type PrivatePrometheus } from "../services/prometheus.ts";
import { startRedis, type PrivateRedis } from "../services/redis.ts";
import { startSlack, type SlackEmulator } from "../slack/server.ts";
import type { PanelSource } from "../slack/ui/panel.ts";
import { createCatalog, type Catalog } from "../workloads/catalog.ts";
import { playgroundPolicy } from "./policy.ts";
import { startProduct, type ProductProcess } from "./product.ts";
import { meshDefinitions, productDefinitions, sampleManifests, scalerDefinitions, templatesAsking } from "./samples.ts";

export interface StageOptions {
  /** For data, logs and kubeconfigs; made when missing, not removed. */
  readonly directory: string;
  /** Names of the clusters, each with its own API, mesh, Prometheus and workers. Default: one, `playground`. */
  readonly clusters?: readonly string[];
  readonly bots?: number;
  readonly workersPerCluster?: number;
  /** Shortest analysis interval that the workers obey, such as `10s`. */
  readonly minInterval?: string;
  readonly transport?: "socket" | "http";
  /** Requests per second to each sample service. 0: none. */
  readonly load?: number;
  /** Wanted ports; 0 or nothing: any free one. */
  readonly ports?: {
    readonly slack?: number;
    readonly mesh?: number;
    readonly kubernetes?: number;
    readonly loadTester?: number;
  };
  readonly rateLimits?: "slack" | "off";
  /** Makes the panel beside the workspace; called once everything else is there. */
  readonly panel?: PanelSource;
  readonly log: Log;
  /** Told what is being started, for people who wait. */
  readonly onProgress?: (what: string) => void;
}

export interface StagedCluster {
  readonly name: string;
  readonly kubernetes: KubernetesEmulator;
  readonly kubeconfig: string;
  readonly mesh: Mesh;
  /** Receives the webhooks of the samples. */
  readonly loadTester: LoadTester;
  readonly prometheus: PrivatePrometheus;
  readonly workers: readonly ProductProcess[];
  readonly loads: readonly Load[];
}

/** The whole product with everything around it, running. */
export interface Stage {
  readonly slack: SlackEmulator;
  readonly redis: PrivateRedis;
  readonly catalog: Catalog;
  readonly clusters: readonly StagedCluster[];
  readonly bots: readonly ProductProcess[];
  stop(): Promise<void>;
}

/** The services that get steady traffic, as clients of the mesh call them. */
const SAMPLE_HOSTS = ["podinfo.demo", "checkout.demo"];

/** Starts everything in the order in which it is needed. What was started is stopped again when a later part fails. */
export async function startStage(options: StageOptions): Promise<Stage> {
  const stack = new AsyncDisposableStack();
  try {
    const stage = await raise(options, stack);
    return { ...stage, stop: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function raise(options: StageOptions, stack: AsyncDisposableStack): Promise<Omit<Stage, "stop">> {
  const { directory, log, onProgress = () => {} } = options;
  await mkdir(directory, { recursive: true });
  const catalog = createCatalog();
  const commandKey = randomBytes(32).toString("hex");
  onProgress("Redis");
  const redis = await startRedis({ directory: join(directory, "redis"), log });
  stack.defer(() => redis.stop());
  onProgress("the Slack workspace");
  const slack = await startSlack({
    port: options.ports?.slack ?? 0,
    ...(options.rateLimits && { rateLimits: options.rateLimits }),
    ...(options.panel && { panel: options.panel }),
  });
  stack.defer(() => slack.stop());
  const shared = { REDIS_URL: redis.url, COMMAND_KEY: commandKey };
  const clusters: StagedCluster[] = [];
  for (const name of options.clusters ?? ["playground"]) {
    clusters.push(await raiseCluster({ name, catalog, options, shared, stack }));
  }
  onProgress("the bot");
  const bots = await raiseBots({ options, slack, shared, stack });
  return { slack, redis, catalog, clusters, bots };
}

interface ClusterParts {
  readonly name: string;
  readonly catalog: Catalog;
  readonly options: StageOptions;
  readonly shared: Readonly<Record<string, string>>;
  readonly stack: AsyncDisposableStack;
}

async function raiseCluster({ name, catalog, options, shared, stack }: ClusterParts): Promise<StagedCluster> {
  const { directory, log, onProgress = () => {} } = options;
  onProgress(`cluster ${name}: Kubernetes API`);
  const kubernetes = await startKubernetes({
    clusterName: name,
    port: options.ports?.kubernetes ?? 0,
    image: (image) => catalog.image(image),
    onError: (error) => log.error({ error: error.message }, "Kubernetes emulator"),
  });
  stack.defer(() => kubernetes.stop());
  const kubeconfig = join(directory, `${name}.kubeconfig`);
  await writeFile(kubeconfig, kubernetes.kubeconfig, { mode: 0o600 });
  const definitions = [productDefinitions(), meshDefinitions(), scalerDefinitions()];
  await kubernetes.apply((await Promise.all(definitions)).flat());
  onProgress(`cluster ${name}: mesh and sample services`);
  const mesh = await startMesh({ kubernetesUrl: kubernetes.url, catalog, port: options.ports?.mesh ?? 0, log });
  stack.defer(() => mesh.stop());
  const loadTester = await startLoadTester({ meshUrl: mesh.url, port: options.ports?.loadTester ?? 0, log });
  stack.defer(() => loadTester.stop());
  const samples = await sampleManifests(loadTester.url);
  await kubernetes.apply(samples.filter(({ kind }) => kind !== "MetricTemplate"));
  const loads = raiseLoad(mesh, options);
  for (const load of loads) stack.defer(() => load.stop());
  onProgress(`cluster ${name}: Prometheus`);
  const prometheus = await startPrometheus({
    directory: join(directory, `${name}-prometheus`),
    targets: [mesh.metricsUrl],
    log,
  });
  stack.defer(() => prometheus.stop());
  await kubernetes.apply(templatesAsking(prometheus.url, samples));
  onProgress(`cluster ${name}: worker`);
  const workers = await raiseWorkers({ name, kubeconfig, prometheusUrl: prometheus.url, options, shared, stack });
  return { name, kubernetes, kubeconfig, mesh, loadTester, prometheus, workers, loads };
}

function raiseLoad(mesh: Mesh, { load = 30, log }: StageOptions): readonly Load[] {
  if (load === 0) return [];
  return SAMPLE_HOSTS.map((host) => startLoad({ meshUrl: mesh.url, host, perSecond: load, log }));
}

interface WorkerParts extends Omit<ClusterParts, "catalog"> {
  readonly kubeconfig: string;
  readonly prometheusUrl: string;
}

async function raiseWorkers(parts: WorkerParts): Promise<readonly ProductProcess[]> {
  const { name, kubeconfig, prometheusUrl, options, shared, stack } = parts;
  const environment = {
    ...shared,
    CLUSTER_NAME: name,
    KUBECONFIG: kubeconfig,
    PROMETHEUS_URL: prometheusUrl,
    MIN_INTERVAL: options.minInterval ?? "10s",
    // Everything that webhooks call is on this machine.
    HOOK_ALLOW: "127.0.0.0/8,::1",
  };
  const starting = Array.from({ length: options.workersPerCluster ?? 1 }, (_, index) =>
    startProduct({ kind: "worker", name: `${name}-worker-${index + 1}`, directory: options.directory, environment }),
  );
  return Promise.all(starting.map(async (worker) => keep(await worker, stack)));
}

interface BotParts {
  readonly options: StageOptions;
  readonly slack: SlackEmulator;
  readonly shared: Readonly<Record<string, string>>;
  readonly stack: AsyncDisposableStack;
}

async function raiseBots({ options, slack, shared, stack }: BotParts): Promise<readonly ProductProcess[]> {
  const { directory, transport = "socket" } = options;
  const policyFile = join(directory, "policy.yaml");
  await writeFile(policyFile, playgroundPolicy(slack.ids));
  const port = transport === "http" ? await findFreePort() : 0;
  if (transport === "http") slack.setDelivery({ kind: "http", requestUrl: `http://127.0.0.1:${port}/slack/events` });
  const environment = {
    ...shared,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_API_URL: slack.apiUrl,
    SLACK_DEFAULT_CHANNEL: slack.ids.channels["deploys"] ?? "deploys",
    SLACK_TRANSPORT: transport,
    POLICY_FILE: policyFile,
    ...(transport === "http"
      ? { SLACK_SIGNING_SECRET: slack.signingSecret, PORT: String(port) }
      : { SLACK_APP_TOKEN: slack.appToken }),
  };
  const starting = Array.from({ length: options.bots ?? 1 }, (_, index) =>
    startProduct({ kind: "bot", name: `bot-${index + 1}`, directory, environment }),
  );
  return Promise.all(starting.map(async (bot) => keep(await bot, stack)));
}

function keep(started: ProductProcess, stack: AsyncDisposableStack): ProductProcess {
  stack.defer(() => started.stop());
  return started;
}
