import type { Log } from "../services/log.ts";
import { reasonOf } from "../services/log.ts";
import type { Catalog } from "../workloads/catalog.ts";
import { splitImage } from "../workloads/catalog.ts";
import type { ServiceInstance } from "../workloads/service-instance.ts";
import { startServiceInstance } from "../workloads/service-instance.ts";
import type { Change } from "./kubernetes-watch.ts";
import type { Pod } from "./pods.ts";
import { readPod } from "./pods.ts";

export interface InstancesOptions {
  readonly catalog: Pick<Catalog, "behaviourOf">;
  readonly seed: string;
  readonly log: Log;
}

/** One real server for each ready pod: what the kubelet's containers would be. */
export class Instances {
  readonly #options: InstancesOptions;
  readonly #running = new Map<
    string,
    { readonly uid: string; readonly server: Promise<ServiceInstance | undefined> }
  >();
  readonly #ports = new Map<string, number>();
  readonly #stopping = new Set<Promise<void>>();

  constructor(options: InstancesOptions) {
    this.#options = options;
  }

  /** Starts and stops servers as pods come and go. Resolves when a server that it started listens. */
  async apply(change: Change): Promise<void> {
    const pod = change.kind === "set" ? readPod(change.object) : undefined;
    const running = this.#running.get(change.key);
    if (running !== undefined && (pod?.uid !== running.uid || !pod.isServing)) this.#stop(change.key);
    if (pod?.isServing === true && !this.#running.has(change.key)) this.#start(change.key, pod);
    await this.#running.get(change.key)?.server;
  }

  /** The port on 127.0.0.1 where the pod's server listens; undefined when it does not run. */
  portOf(podUid: string): number | undefined {
    return this.#ports.get(podUid);
  }

  /** Stops every server and waits until they have. */
  async stop(): Promise<void> {
    for (const key of [...this.#running.keys()]) this.#stop(key);
    await Promise.all(this.#stopping);
  }

  #start(key: string, pod: Pod): void {
    const { catalog, seed, log } = this.#options;
    const server = startServiceInstance({
      service: splitImage(pod.image).repository.split("/").at(-1) ?? pod.workload,
      version: pod.version,
      pod: pod.name,
      serving: () => catalog.behaviourOf(pod.image).serving,
      seed: `${seed} ${pod.name}`,
    }).then(
      (started) => {
        // It may have been stopped while it was starting.
        if (this.#running.get(key)?.uid === pod.uid) this.#ports.set(pod.uid, started.port);
        return started;
      },
      (error: unknown) => {
        log.error({ pod: pod.name, reason: reasonOf(error) }, "could not start the server of a pod");
        return undefined;
      },
    );
    this.#running.set(key, { uid: pod.uid, server });
  }

  #stop(key: string): void {
    const running = this.#running.get(key);
    if (running === undefined) return;
    this.#running.delete(key);
    // At once: as soon as the server listens no more, another pod's may be given the same port.
    this.#ports.delete(running.uid);
    const stopped = running.server.then((server) => server?.stop());
    this.#stopping.add(stopped);
    void stopped.then(() => this.#stopping.delete(stopped));
  }
}
