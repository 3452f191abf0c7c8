import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RolloutCommand } from "../../../src/rollout/command.ts";
import type { Rollout } from "../../../src/rollout/rollout.ts";
import { startKubernetes } from "../../../src/playground/kubernetes/server.ts";
import { startLoadTester } from "../../../src/playground/load-tester/server.ts";
import { startLoad } from "../../../src/playground/mesh/load.ts";
import { startMesh } from "../../../src/playground/mesh/mesh.ts";
import { silentLog } from "../../../src/playground/services/log.ts";
import { startPrometheus } from "../../../src/playground/services/prometheus.ts";
import { startRedis } from "../../../src/playground/services/redis.ts";
import { startProduct, type ProductProcess } from "../../../src/playground/stage/product.ts";
import { meshDefinitions, productDefinitions, sampleManifests } from "../../../src/playground/stage/samples.ts";
import { createCatalog } from "../../../src/playground/workloads/catalog.ts";
import { KEY } from "../../contract/queue/samples.ts";
import { ChatSide } from "../../support/chat-side.ts";
import { eventually } from "../../support/eventually.ts";

export const CLUSTER = "solo";

export interface WorkerStageOptions {
  readonly workers?: number;
  /** Traffic steps in percent. */
  readonly steps?: readonly number[];
  /** Changes made to every sample Canary's spec before it is applied. */
  readonly spec?: (spec: Record<string, unknown>) => void;
}

/** Workers on the emulators, with nobody but the test in the place of the bot. */
export class WorkerStage {
  readonly #stack = new AsyncDisposableStack();
  redis!: Awaited<ReturnType<typeof startRedis>>;
  prometheus!: Awaited<ReturnType<typeof startPrometheus>>;
  kubernetes!: Awaited<ReturnType<typeof startKubernetes>>;
  loadTester!: Awaited<ReturnType<typeof startLoadTester>>;
  workers: readonly ProductProcess[] = [];
  #chat!: ChatSide;
  directory = "";

  /** What was started is stopped again when a later part fails. */
  async start(options: WorkerStageOptions = {}): Promise<void> {
    try {
      await this.#raise(options);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #raise({ workers = 1, steps = [20, 40, 60], spec = () => {} }: WorkerStageOptions): Promise<void> {
    this.directory = await mkdtemp(join(tmpdir(), "coalmine-worker-"));
    const { directory } = this;
    this.#stack.defer(() => rm(directory, { recursive: true, force: true }));
    const catalog = createCatalog();
    this.redis = await startRedis({ directory: join(directory, "redis"), log: silentLog });
    this.#stack.defer(() => this.redis.stop());
    this.kubernetes = await startKubernetes({ clusterName: CLUSTER, port: 0, image: (image) => catalog.image(image) });
    this.#stack.defer(() => this.kubernetes.stop());
    await this.kubernetes.apply([...(await productDefinitions()), ...(await meshDefinitions())]);
    const mesh = await startMesh({ kubernetesUrl: this.kubernetes.url, catalog, port: 0, log: silentLog });
    this.#stack.defer(() => mesh.stop());
    this.loadTester = await startLoadTester({ meshUrl: mesh.url, log: silentLog });
    this.#stack.defer(() => this.loadTester.stop());
    const samples = await sampleManifests(this.loadTester.url);
    await this.kubernetes.apply(samples.map((manifest) => changed(manifest, steps, spec)) as never);
    const load = startLoad({ meshUrl: mesh.url, host: "podinfo.demo", perSecond: 30, log: silentLog });
    this.#stack.defer(() => load.stop());
    const prometheusOptions = { directory: join(directory, "prometheus"), targets: [mesh.metricsUrl] };
    this.prometheus = await startPrometheus({ ...prometheusOptions, log: silentLog });
    this.#stack.defer(() => this.prometheus.stop());
    this.workers = await Promise.all(Array.from({ length: workers }, (_, index) => this.#startWorker(index)));
    this.#chat = new ChatSide(this.redis.url);
    this.#stack.defer(() => this.#chat.stop());
  }

  get announcements() {
    return this.#chat.announcements;
  }

  async stop(): Promise<void> {
    await this.#stack.disposeAsync();
  }

  async #startWorker(index: number): Promise<ProductProcess> {
    const kubeconfig = join(this.directory, "kubeconfig");
    await writeFile(kubeconfig, this.kubernetes.kubeconfig, { mode: 0o600 });
    const worker = await startProduct({
      kind: "worker",
      name: `worker-${index}`,
      directory: this.directory,
      environment: {
        CLUSTER_NAME: CLUSTER,
        REDIS_URL: this.redis.url,
        COMMAND_KEY: KEY,
        PROMETHEUS_URL: this.prometheus.url,
        KUBECONFIG: kubeconfig,
        MIN_INTERVAL: "1s",
        HOOK_ALLOW: "127.0.0.0/8",
        LOG_LEVEL: "debug",
      },
    });
    this.#stack.defer(() => worker.stop());
    return worker;
  }

  /** One object as JSON, trusted to have the shape that the caller says. */
  async read<T>(path: string): Promise<T> {
    const response = await fetch(`${this.kubernetes.url}${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return (await response.json()) as T;
  }

  async rollout(name = "podinfo"): Promise<Rollout> {
    const path = `/apis/flagger.app/v1beta1/namespaces/demo/canaries/${name}`;
    return (await this.read<{ status: { rollout: Rollout } }>(path)).status.rollout;
  }

  /** Weight that the VirtualService gives to the canary. */
  async weight(name = "podinfo"): Promise<number> {
    const path = `/apis/networking.istio.io/v1beta1/namespaces/demo/virtualservices/${name}`;
    type Route = { readonly destination: { readonly host: string }; readonly weight?: number };
    const service = await this.read<{ spec: { http: { route: Route[] }[] } }>(path);
    const routes = service.spec.http[0]?.route ?? [];
    return routes.find(({ destination }) => destination.host.startsWith(`${name}-canary`))?.weight ?? 0;
  }

  /** Weights of the steps that the present rollout took, in order. */
  async steps(): Promise<number[]> {
    const { events, id } = await this.rollout();
    return events.flatMap(({ event, rollout }) =>
      event.kind === "step-started" && rollout === id ? [event.weight] : [],
    );
  }

  /** Lines that a worker has logged so far. */
  async logOf(worker: ProductProcess): Promise<Record<string, unknown>[]> {
    const text = await readFile(worker.logFile, "utf8");
    const lines = text.split("\n").filter((line) => line.startsWith("{") && line.endsWith("}"));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  command(fields: Partial<RolloutCommand>): RolloutCommand {
    return this.#chat.command({ cluster: CLUSTER, ...fields });
  }

  send(command: RolloutCommand, key = KEY): Promise<void> {
    return this.#chat.send(command, key);
  }

  /** What the bot would be told about a command. */
  outcomesOf(command: RolloutCommand): string[] {
    return this.#chat.outcomesOf(command);
  }

  report(posted: { rollout: string; through: number }, name = "podinfo"): Promise<void> {
    return this.#chat.report({ cluster: CLUSTER, namespace: "demo", name, ...posted });
  }

  untilPhase(phase: string, timeoutMs = 60_000): Promise<Rollout> {
    return eventually(
      async () => {
        const rollout = await this.rollout();
        if (rollout.phase !== phase) throw new Error(`it is ${rollout.phase}, step ${rollout.step}, ${rollout.stuck}`);
        return rollout;
      },
      { timeoutMs, everyMs: 50 },
    );
  }
}

function changed(
  manifest: Record<string, unknown>,
  steps: readonly number[],
  change: (spec: Record<string, unknown>) => void,
) {
  if (manifest["kind"] !== "Canary") return manifest;
  const copy = structuredClone(manifest) as { spec: Record<string, unknown> & { analysis: object } };
  const { stepWeight: _step, maxWeight: _most, ...analysis } = copy.spec.analysis as Record<string, unknown>;
  copy.spec.analysis = { ...analysis, interval: "1s", stepWeights: steps };
  change(copy.spec);
  return copy;
}
