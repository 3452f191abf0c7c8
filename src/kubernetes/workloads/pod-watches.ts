import type { KubernetesClient } from "../client.ts";
import { collectionPath, PODS } from "../collection.ts";
import type { Trouble, WorkloadRecord } from "./workload-record.ts";
import type { Log } from "../../telemetry/log.ts";
import { sameJson } from "../object.ts";
import { readTrouble, worstOf, type TroubledPod } from "./pod-trouble.ts";
import { WatchCache } from "../watch-cache.ts";

export interface PodWatchesOptions {
  readonly client: KubernetesClient;
  readonly log: Log;
  /** Called when the trouble of a workload may have changed. */
  readonly onChange: (namespace: string, workload: string) => void;
}

/** A watch that nobody has asked for so long, in milliseconds, is closed. */
const FORGET_AFTER = 120_000;
/** More pods that do not start at once than this many workloads' are not looked at. */
const MOST = 200;

interface Watched {
  readonly cache: WatchCache<TroubledPod>;
  askedAt: number;
}

/**
 * Knows what keeps pods from starting, only for workloads that are not ready. Most workloads are ready most of the time, and
 * pods are the largest and busiest kind of a cluster: following all of them would cost more than everything else together.
 */
export class PodWatches {
  readonly #options: PodWatchesOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: PodWatchesOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#forget(), FORGET_AFTER / 2).unref();
  }

  /** The worst trouble of the workload's newest pods. Begins to look when it is not ready; until then it answers `null`. */
  troubleOf(namespace: string, name: string, workload: WorkloadRecord): Trouble | null {
    const key = `${namespace}/${name}`;
    if (isWell(workload) || workload.selector === null) {
      this.#close(key);
      return null;
    }
    const watched = this.#watched.get(key) ?? this.#open({ key, namespace, name, workload });
    if (watched === null) return null;
    watched.askedAt = performance.now();
    // Pods of an earlier template may still be there and in trouble of their own.
    const newest = watched.cache.values().filter(({ images }) => sameJson(images, workload.template.images));
    const worst = worstOf(newest);
    return worst === null ? null : { reason: worst.reason, message: worst.message };
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const caches = [...this.#watched.values()].map(({ cache }) => cache.stop());
    this.#watched.clear();
    await Promise.all(caches);
  }

  #open(of: { key: string; namespace: string; name: string; workload: WorkloadRecord }): Watched | null {
    const { client, log, onChange } = this.#options;
    const { key, namespace, name, workload } = of;
    if (workload.selector === null || this.#watched.size >= MOST) return null;
    const selector = `${workload.selector.key}=${workload.selector.value}`;
    const cache = new WatchCache<TroubledPod>({
      client,
      log,
      collection: collectionPath(PODS, namespace),
      labelSelector: selector,
      project: readTrouble,
      onChange: () => onChange(namespace, name),
    });
    const watched = { cache, askedAt: performance.now() };
    this.#watched.set(key, watched);
    cache.start();
    return watched;
  }

  #close(key: string): void {
    const watched = this.#watched.get(key);
    if (watched === undefined) return;
    this.#watched.delete(key);
    void watched.cache.stop();
  }

  #forget(): void {
    for (const [key, { askedAt }] of this.#watched) {
      if (performance.now() - askedAt > FORGET_AFTER) this.#close(key);
    }
  }
}

/** While pods of an earlier template are still there, those available may all be of that one. */
function isWell({ state }: WorkloadRecord): boolean {
  const { settled, replicas, updatedReplicas, availableReplicas, existingReplicas } = state;
  if (replicas === 0) return true;
  const isRolledOut = settled && updatedReplicas >= replicas && existingReplicas <= updatedReplicas;
  return isRolledOut && availableReplicas >= replicas;
}
