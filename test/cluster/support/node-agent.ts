import { connect } from "../../../src/kubernetes/client.ts";
import type { KubernetesObject } from "../../../src/kubernetes/object.ts";
import { WatchCache } from "../../../src/kubernetes/watch-cache.ts";
import { AddressPool } from "../../../src/playground/kubernetes/builtin/addresses.ts";
import { timestamp } from "../../../src/playground/kubernetes/clock.ts";
import type { ContainerRun } from "../../../src/playground/kubernetes/controllers/container-run.ts";
import {
  drawPodStatus,
  nextLook,
  playContainers,
  stopsAfter,
} from "../../../src/playground/kubernetes/controllers/pod-run.ts";
import type { JsonObject } from "../../../src/playground/kubernetes/json.ts";
import { objectAt, objectsAt, sameJson, stringAt } from "../../../src/playground/kubernetes/json.ts";
import { isTerminating, nameOf, namespaceOf, uidOf } from "../../../src/playground/kubernetes/objects.ts";
import { createCatalog, type PodBehaviour } from "../../../src/playground/workloads/catalog.ts";
import { quiet } from "../../contract/queue/with-redis.ts";
import { MERGE_PATCH, type Api } from "./api.ts";

export const NODE_NAME = "pretended-node";
const NODE_IP = "10.0.0.10";
const AGAIN_MS = 250;

interface AgentOptions {
  readonly api: Api;
  readonly kubeconfig: string;
  readonly image?: (image: string) => PodBehaviour;
}

/** One pod as its node knows it. */
interface PodRun {
  containers: readonly ContainerRun[];
  stopAt: number | undefined;
}

/**
 * Stands for scheduler, kubelet and machine: registers one Node, binds pods to it, and reports what their containers do by
 * image, by the rules that the emulator has too. It carries on when the API server is away for a while.
 */
export async function startNodeAgent({ api, kubeconfig, image = defaultImage() }: AgentOptions) {
  await registerNode(api);
  const agent = new NodeAgent(api, image);
  const client = await connect({ kubeconfig: { path: kubeconfig }, userAgent: "pretended-node" });
  const pods = new WatchCache<JsonObject>({
    client,
    log: quiet,
    collection: "/api/v1/pods",
    project: (object: KubernetesObject) => object as JsonObject,
    onChange: (key) => agent.wake(key),
    timing: { firstPause: 50, longestPause: 1_000 },
  });
  agent.look = (key) => pods.get(key);
  pods.start();
  return {
    stop: async (): Promise<void> => {
      agent.stop();
      await pods.stop();
      await client.close();
    },
  };
}

function defaultImage(): (image: string) => PodBehaviour {
  return createCatalog({ readyAfterMs: 200, crashAfterMs: 200 }).image;
}

class NodeAgent {
  look: (key: string) => JsonObject | null = () => null;
  readonly #api: Api;
  readonly #image: (image: string) => PodBehaviour;
  readonly #addresses = new AddressPool();
  readonly #runs = new Map<string, PodRun>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #busy = new Map<string, "once" | "again">();
  #stopped = false;

  constructor(api: Api, image: (image: string) => PodBehaviour) {
    this.#api = api;
    this.#image = image;
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  /** Looks at a pod, one look at a time for each. */
  wake(key: string): void {
    if (this.#busy.has(key)) this.#busy.set(key, "again");
    else void this.#work(key);
  }

  async #work(key: string): Promise<void> {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#busy.set(key, "once");
    const wait = await this.#reconcile(key).catch(() => AGAIN_MS);
    const isAskedAgain = this.#busy.get(key) === "again";
    this.#busy.delete(key);
    if (this.#stopped) return;
    if (isAskedAgain) this.wake(key);
    else if (wait !== undefined)
      this.#timers.set(
        key,
        setTimeout(() => this.wake(key), wait),
      );
  }

  /** Milliseconds until the next look; undefined when only a change can bring one. */
  async #reconcile(key: string): Promise<number | undefined> {
    const pod = this.look(key);
    if (pod === null || !isForUs(pod)) return undefined;
    const run = this.#runs.get(uidOf(pod)) ?? { containers: [], stopAt: undefined };
    this.#runs.set(uidOf(pod), run);
    if (isTerminating(pod)) return this.#end(pod, run);
    if (stringAt(pod, "spec", "nodeName") === undefined) return this.#bind(pod);
    return this.#play(pod, run);
  }

  async #bind(pod: JsonObject): Promise<undefined> {
    const target = { apiVersion: "v1", kind: "Node", name: NODE_NAME };
    const metadata = { name: nameOf(pod), namespace: namespaceOf(pod) };
    await this.#must("POST", `${pathOf(pod)}/binding`, { apiVersion: "v1", kind: "Binding", metadata, target });
    // The watch brings it back with its node.
    return undefined;
  }

  async #play(pod: JsonObject, run: PodRun): Promise<number | undefined> {
    const now = Date.now();
    const changes = playContainers(pod, run.containers, { now, image: this.#image });
    run.containers = changes.map(({ after }) => after);
    const before = objectAt(pod, "status") ?? {};
    const status = structuredClone(before);
    status["hostIP"] ??= NODE_IP;
    status["hostIPs"] ??= [{ ip: NODE_IP }];
    status["startTime"] ??= timestamp(now);
    drawPodStatus(status, { containers: run.containers, now }, () => this.#addresses.nextPodIp());
    if (!sameJson(status, before)) await this.#must("PATCH", `${pathOf(pod)}/status`, { status });
    return nextLook(run.containers, now);
  }

  async #end(pod: JsonObject, run: PodRun): Promise<number | undefined> {
    run.stopAt ??= Date.now() + stopsAfter(pod);
    const wait = run.stopAt - Date.now();
    if (wait > 0) return wait;
    await this.#must("DELETE", pathOf(pod), { gracePeriodSeconds: 0, preconditions: { uid: uidOf(pod) } });
    this.#runs.delete(uidOf(pod));
    return undefined;
  }

  /** A pod that is gone, or another one under its name, needs nothing more. */
  async #must(method: string, path: string, body: object): Promise<void> {
    const contentType = method === "PATCH" ? MERGE_PATCH : "application/json";
    const { status, text } = await this.#api.ask(method, path, { body, contentType });
    if (status >= 300 && status !== 404 && status !== 409) throw new Error(`${method} ${path}: ${status} ${text}`);
  }
}

const pathOf = (pod: JsonObject): string => `/api/v1/namespaces/${namespaceOf(pod)}/pods/${nameOf(pod)}`;

/** Not one that waits for a gate, or that its DaemonSet wants on another node. */
function isForUs(pod: JsonObject): boolean {
  const node = stringAt(pod, "spec", "nodeName");
  if (node !== undefined) return node === NODE_NAME;
  if (objectsAt(pod, "spec", "schedulingGates").length > 0) return false;
  const wanted = ["spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"];
  const terms = objectsAt(pod, ...wanted, "nodeSelectorTerms");
  const names = terms.flatMap((term) => objectsAt(term, "matchFields").flatMap((field) => field["values"]));
  return names.length === 0 || names.includes(NODE_NAME);
}

async function registerNode(api: Api): Promise<void> {
  const now = timestamp(Date.now());
  const capacity = { cpu: "64", memory: "256Gi", pods: "1000" };
  const labels = { "kubernetes.io/hostname": NODE_NAME, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" };
  await api.create("/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata: { name: NODE_NAME, labels } });
  const about = { reason: "KubeletReady", message: "pretended", lastHeartbeatTime: now, lastTransitionTime: now };
  await api.patch(`/api/v1/nodes/${NODE_NAME}/status`, {
    status: {
      capacity,
      allocatable: capacity,
      addresses: [{ type: "InternalIP", address: NODE_IP }],
      conditions: [{ type: "Ready", status: "True", ...about }],
    },
  });
  // The API server taints every new node; taking that off is the work of a controller that does not run.
  await api.patch(`/api/v1/nodes/${NODE_NAME}`, { spec: { taints: null } });
}
