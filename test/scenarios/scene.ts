import assert from "node:assert/strict";
import { listAt, numberAt, textAt, type KubernetesObject } from "../../src/kubernetes/object.ts";
import type { RolloutCommand } from "../../src/rollout/command.ts";
import type { Rollout } from "../../src/rollout/rollout.ts";
import type { CanaryView } from "../../src/rollout/view.ts";
import { image, namespace as namespaceObject } from "../cluster/support/objects.ts";
import { eventually } from "../support/eventually.ts";
import { auditHistory, type Told } from "../support/rollout-history.ts";
import type { Stage, StagedWorker } from "./stage.ts";

export const TARGET = "podinfo";
/** Loaded machines take their time; nothing here waits so long when all is well. */
export const PATIENCE = { timeoutMs: 60_000, everyMs: 30 };

export interface SceneOptions {
  /** Begins the namespace's name. */
  readonly about: string;
  readonly worker: StagedWorker;
  readonly namespace?: string;
  /** Traffic steps, in percent. Default 20, 50. */
  readonly steps?: readonly number[];
  readonly progressDeadlineSeconds?: number;
  /** `spec.rollout` of the canary. */
  readonly rollout?: object;
  /** Default false. */
  readonly revertOnDeletion?: boolean;
  /** Whether the apex Service was there before the canary, and is somebody else's. Default false. */
  readonly foreignService?: boolean;
}

/** One canary in a namespace of its own, and what people and tools do to it. */
export class Scene {
  readonly stage: Stage;
  readonly worker: StagedWorker;
  readonly namespace: string;
  readonly steps: readonly number[];
  readonly #options: SceneOptions;

  private constructor(stage: Stage, options: SceneOptions, namespace: string) {
    this.stage = stage;
    this.worker = options.worker;
    this.namespace = namespace;
    this.steps = options.steps ?? [20, 50];
    this.#options = options;
  }

  /** Makes namespace, Deployment (running 6.0.0) and Canary, and does not wait for anything. */
  static async make(stage: Stage, options: SceneOptions): Promise<Scene> {
    const { about, namespace = stage.nextNamespace(about) } = options;
    const scene = new Scene(stage, options, namespace);
    const { admin } = stage.plane;
    await admin.create("/api/v1/namespaces", namespaceObject(namespace));
    await admin.create(`/apis/apps/v1/namespaces/${namespace}/deployments`, deploymentOf(scene));
    if (options.foreignService) await admin.create(scene.servicePath.replace(/\/[^/]+$/, ""), serviceOf(scene));
    await scene.#makeCanary();
    return scene;
  }

  /** The same, ready for a first rollout. */
  static async ready(stage: Stage, options: SceneOptions): Promise<Scene> {
    const scene = await Scene.make(stage, options);
    try {
      await scene.untilPhase("initialized");
    } catch (cause) {
      const lines = (await scene.worker.log()).slice(-10).map((line) => JSON.stringify(line));
      throw new Error(`${scene.namespace} was not bootstrapped; its worker said last:\n${lines.join("\n")}`, { cause });
    }
    return scene;
  }

  /** The same, with a worker that sees no other namespace. */
  static async alone(stage: Stage, options: Omit<SceneOptions, "worker" | "namespace">): Promise<Scene> {
    const namespace = stage.nextNamespace(options.about);
    const worker = await stage.startWorker({ namespaces: [namespace] });
    return Scene.ready(stage, { ...options, namespace, worker });
  }

  async #makeCanary(): Promise<void> {
    const path = this.canaryPath.slice(0, this.canaryPath.lastIndexOf("/"));
    await this.stage.plane.admin.create(path, canaryOf(this, this.#options));
  }

  /** Deletes the canary, waits until what it owned is gone, and makes it again. Answers the revision in between. */
  async makeAnew(): Promise<number> {
    const { admin } = this.stage.plane;
    await admin.patch(this.workloadPath(), { spec: { replicas: 2 } });
    await admin.remove(this.canaryPath);
    const primary = this.workloadPath(`${TARGET}-primary`);
    await eventually(async () => {
      for (const path of [this.canaryPath, primary, this.routePath])
        assert.equal((await admin.ask("GET", path)).status, 404, path);
    }, PATIENCE);
    const since = await this.revision();
    await this.#makeCanary();
    return since;
  }

  get routePath(): string {
    return `/apis/networking.istio.io/v1beta1/namespaces/${this.namespace}/virtualservices/${TARGET}`;
  }

  get canaryPath(): string {
    return `/apis/flagger.app/v1beta1/namespaces/${this.namespace}/canaries/${TARGET}`;
  }

  get servicePath(): string {
    return `/api/v1/namespaces/${this.namespace}/services/${TARGET}`;
  }

  workloadPath(name = TARGET): string {
    return `/apis/apps/v1/namespaces/${this.namespace}/deployments/${name}`;
  }

  read(path: string): Promise<KubernetesObject> {
    return this.stage.plane.admin.get(path);
  }

  async record(): Promise<Rollout> {
    const canary = (await this.read(this.canaryPath)) as { status?: { rollout?: Rollout } };
    const record = canary.status?.rollout;
    if (record === undefined) throw new Error("it has no record");
    return record;
  }

  /** The canary's share of traffic, as the route says it. */
  async weight(): Promise<number> {
    return numberAt(listAt(listAt(await this.read(this.routePath), "spec", "http")[0], "route")[1], "weight");
  }

  /** The store's revision of now: what is written later has a greater one. */
  async revision(): Promise<number> {
    return Number(textAt(await this.read("/api/v1/namespaces?limit=1"), "metadata", "resourceVersion"));
  }

  /** Puts another version into the Deployment, as kubectl or GitOps would. */
  async release(tag: string): Promise<void> {
    const container = { name: TARGET, image: image(tag) };
    const contentType = "application/strategic-merge-patch+json";
    const body = { spec: { template: { spec: { containers: [container] } } } };
    await this.stage.plane.admin.patch(this.workloadPath(), body, contentType);
  }

  /** Sends a command as the bot would, and answers how the worker took it. */
  async ask(verb: RolloutCommand["verb"], fields: Partial<RolloutCommand> = {}): Promise<string> {
    const { chat } = this.stage;
    const place = { cluster: this.worker.cluster, namespace: this.namespace, name: TARGET };
    const command = chat.command({ verb, image: "", ...place, ...fields });
    await chat.send(command);
    return eventually(() => {
      const [outcome] = chat.outcomesOf(command);
      if (outcome === undefined) throw new Error(`${verb} was not answered`);
      return outcome;
    }, PATIENCE);
  }

  untilRecord(isSo: (record: Rollout) => boolean, timeoutMs = PATIENCE.timeoutMs): Promise<Rollout> {
    return eventually(
      async () => {
        const record = await this.record();
        if (isSo(record)) return record;
        const { phase, step, route, stuck, rollback } = record;
        throw new Error(`it is ${phase}, step ${step}, ${route.weight} %, ${stuck} ${JSON.stringify(rollback)}`);
      },
      { ...PATIENCE, timeoutMs },
    );
  }

  untilPhase(phase: Rollout["phase"], timeoutMs?: number): Promise<Rollout> {
    return this.untilRecord((record) => record.phase === phase, timeoutMs);
  }

  /** Until the route gives the canary at least so many percent. */
  async untilWeight(least: number): Promise<void> {
    await eventually(async () => assert.ok((await this.weight()) >= least, `not yet ${least} %`), PATIENCE);
  }

  /** Everything that was to be drawn in chat for this canary. */
  views(): readonly CanaryView[] {
    return this.stage.chat.views({ cluster: this.worker.cluster, namespace: this.namespace, name: TARGET });
  }

  /** Kubernetes Events about the canary, as `Reason message`. */
  async events(): Promise<readonly string[]> {
    const list = await this.read(`/api/v1/namespaces/${this.namespace}/events`);
    const about = listAt(list, "items").filter((event) => textAt(event, "involvedObject", "kind") === "Canary");
    return about.map((event) => `${textAt(event, "reason")} ${textAt(event, "message")}`);
  }

  /**
   * What the API server's own history tells of this scene, checked against all laws. `since` leaves out what was before a revision,
   * and `steps` are those that are left.
   */
  async told(since = 0, steps = this.steps): Promise<Told> {
    const mayLackRecords = this.stage.witness.gaps.has("canary");
    const history = await this.stage.witness.historyOf(this.namespace);
    return auditHistory(history, { target: TARGET, steps, mayLackRecords, since });
  }
}

function deploymentOf({ namespace }: Scene): object {
  const labels = { app: TARGET };
  const containers = [{ name: TARGET, image: image("6.0.0"), ports: [{ name: "http", containerPort: 9898 }] }];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: TARGET, namespace },
    spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
}

function serviceOf({ namespace }: Scene): object {
  const ports = [{ name: "http", port: 9898, targetPort: "http" }];
  const metadata = { name: TARGET, namespace };
  return { apiVersion: "v1", kind: "Service", metadata, spec: { selector: { app: TARGET }, ports } };
}

function canaryOf(scene: Scene, options: SceneOptions): object {
  const { progressDeadlineSeconds = 60, revertOnDeletion = false, rollout } = options;
  const { namespace, steps, stage } = scene;
  return {
    apiVersion: "flagger.app/v1beta1",
    kind: "Canary",
    metadata: { name: TARGET, namespace },
    spec: {
      targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: TARGET },
      progressDeadlineSeconds,
      revertOnDeletion,
      service: { port: 9898, targetPort: "http", portName: "http" },
      analysis: {
        interval: stage.plane.interval,
        threshold: 2,
        stepWeights: steps,
        metrics: [
          { name: "request-success-rate", interval: "30s", thresholdRange: { min: 99 } },
          { name: "request-duration", interval: "30s", thresholdRange: { max: 1000 } },
        ],
      },
      ...(rollout && { rollout }),
    },
  };
}
