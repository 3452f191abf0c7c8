import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "../../src/playground/services/log.ts";
import { startRedis, type PrivateRedis } from "../../src/playground/services/redis.ts";
import { startProduct, type ProductProcess } from "../../src/playground/stage/product.ts";
import { productDefinitions } from "../../src/playground/stage/samples.ts";
import { createCatalog, type PodBehaviour } from "../../src/playground/workloads/catalog.ts";
import { KEY } from "../contract/queue/samples.ts";
import { ChatSide } from "../support/chat-side.ts";
import { FaultProxy } from "../support/fault-proxy.ts";
import { startScriptedPrometheus, type ScriptedPrometheus } from "../support/scripted-prometheus.ts";
import { Witness } from "../support/witness.ts";
import type { Plane, StartPlane } from "./plane.ts";

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** A worker as it runs in production, with a proxy of its own between it and the API server. */
export interface StagedWorker {
  /** Its CLUSTER_NAME, which no other worker of the stage has unless it was asked for. */
  readonly cluster: string;
  readonly process: ProductProcess;
  readonly proxy: FaultProxy;
  /** Lines that it has logged so far. */
  log(): Promise<readonly Record<string, unknown>[]>;
}

/** What every scenario stands on: a control plane, and real workers with a real Redis and a Prometheus whose figures are scripted. */
export class Stage {
  readonly plane: Plane;
  readonly redis: PrivateRedis;
  readonly prometheus: ScriptedPrometheus;
  readonly chat: ChatSide;
  readonly witness: Witness;
  readonly #directory: string;
  readonly #stack: AsyncDisposableStack;
  readonly #behaviours: Map<string, PodBehaviour>;
  #workers = 0;
  #scenes = 0;

  private constructor(parts: Pick<Stage, "plane" | "redis" | "prometheus" | "chat" | "witness"> & Hidden) {
    this.plane = parts.plane;
    this.redis = parts.redis;
    this.prometheus = parts.prometheus;
    this.chat = parts.chat;
    this.witness = parts.witness;
    this.#directory = parts.directory;
    this.#stack = parts.stack;
    this.#behaviours = parts.behaviours;
  }

  /** What was started is stopped again when a later part fails. */
  static async start(startPlane: StartPlane): Promise<Stage> {
    const stack = new AsyncDisposableStack();
    try {
      return await raise(stack, startPlane, (parts) => new Stage(parts));
    } catch (error) {
      await stack.disposeAsync();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#stack.disposeAsync();
  }

  /** Starts a worker and waits until it is ready. Without namespaces it looks after all of them. */
  async startWorker(options: { readonly namespaces?: readonly string[] } = {}): Promise<StagedWorker> {
    this.#workers += 1;
    const cluster = `cluster-${this.#workers}`;
    const proxy = await FaultProxy.start(this.plane.upstream);
    this.#stack.defer(() => proxy.stop());
    const process = await startProduct({
      kind: "worker",
      name: cluster,
      directory: this.#directory,
      environment: {
        CLUSTER_NAME: cluster,
        REDIS_URL: this.redis.url,
        COMMAND_KEY: KEY,
        PROMETHEUS_URL: this.prometheus.url,
        KUBECONFIG: await this.plane.kubeconfigFor(proxy.url),
        WATCH_NAMESPACES: (options.namespaces ?? []).join(","),
        MIN_INTERVAL: "100ms",
        LOG_LEVEL: "debug",
        // Halves what a start costs, and here workers start a hundred times. Kept for the next run; written when one ends in peace.
        NODE_COMPILE_CACHE: join(tmpdir(), "coalmine-compile-cache"),
      },
    });
    this.#stack.defer(() => process.stop());
    return { cluster, process, proxy, log: async () => linesOf(await readFile(process.logFile, "utf8")) };
  }

  /** A namespace name that no other scene of this stage has. */
  nextNamespace(about: string): string {
    this.#scenes += 1;
    return `${about}-${this.#scenes}`;
  }

  /** Containers of this image that start from now on behave so. */
  behave(image: string, behaviour: PodBehaviour): void {
    this.#behaviours.set(image, behaviour);
  }

  /** Replaces the definition of Canary by somebody else's, as their chart would. */
  async applyOtherDefinition(): Promise<void> {
    await replaceDefinition(this.plane, this.plane.otherDefinition());
  }

  /** Puts our own definition back, as `kubectl apply` of deploy/ would. */
  async applyOurDefinition(): Promise<void> {
    const ours = (await productDefinitions()).find(({ metadata }) => nameIn(metadata) === "canaries.flagger.app");
    await replaceDefinition(this.plane, ours ?? {});
  }
}

interface Hidden {
  readonly directory: string;
  readonly stack: AsyncDisposableStack;
  readonly behaviours: Map<string, PodBehaviour>;
}

async function raise(
  stack: AsyncDisposableStack,
  startPlane: StartPlane,
  make: (parts: ConstructorParts) => Stage,
): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), "coalmine-scenarios-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const behaviours = new Map<string, PodBehaviour>();
  const catalog = createCatalog({ readyAfterMs: 50, crashAfterMs: 50 });
  const image = (name: string): PodBehaviour => behaviours.get(name) ?? catalog.image(name);
  const [plane, redis, prometheus] = await Promise.all([
    startPlane({ image }),
    startRedis({ directory: join(directory, "redis"), log: silentLog }),
    startScriptedPrometheus(),
  ]);
  stack.defer(() => plane.stop());
  stack.defer(() => redis.stop());
  stack.defer(() => prometheus.stop());
  const chat = new ChatSide(redis.url);
  stack.defer(() => chat.stop());
  const witness = await Witness.start(plane.admin);
  stack.defer(() => witness.stop());
  return make({ plane, redis, prometheus, chat, witness, directory, stack, behaviours });
}

type ConstructorParts = Pick<Stage, "plane" | "redis" | "prometheus" | "chat" | "witness"> & Hidden;

/** All of it, as an apply would: what the new one does not mention is gone. */
async function replaceDefinition({ admin }: Plane, wanted: object): Promise<void> {
  const path = `${CRDS}/canaries.flagger.app`;
  const present = await admin.get(path);
  const spec = (wanted as { readonly spec: object }).spec;
  const body = { ...present, spec };
  const { status, text } = await admin.ask("PUT", path, { body });
  if (status !== 200) throw new Error(`while replacing the definition: ${status} ${text}`);
}

const nameIn = (metadata: unknown): unknown => (metadata as { readonly name?: unknown } | undefined)?.name;

function linesOf(text: string): readonly Record<string, unknown>[] {
  const lines = text.split("\n").filter((line) => line.startsWith("{") && line.endsWith("}"));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
