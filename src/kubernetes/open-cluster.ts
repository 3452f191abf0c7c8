import type { Canary } from "../rollout/canary.ts";
import type { ClusterReader, ClusterWriter } from "./cluster.ts";
import { CanaryIndex } from "./canary-index.ts";
import type { KubernetesClient } from "./client.ts";
import { connectCluster, readClusterUid, type ConnectionOptions } from "./cluster-connection.ts";
import type { OpenCollection } from "./collection.ts";
import { createEventRecorder, type RunningRecorder } from "./event-recorder.ts";
import { PodWatches } from "./workloads/pod-watches.ts";
import { openWorkloadCaches } from "./followed-kinds.ts";
import { createWorkloadReader } from "./cluster-reader.ts";
import { createWorkloadWriter } from "./cluster-writer.ts";

interface CanaryKey {
  readonly namespace: string;
  readonly name: string;
}

export interface OpenClusterOptions extends ConnectionOptions {
  /** Called when an object changed that this canary refers to: its target, primary, Services, or what `changed` is told of. */
  readonly onChange: (key: CanaryKey) => void;
}

/** One cluster, followed until it is stopped. Store and router are composed with it by the worker. */
export interface Cluster {
  readonly client: KubernetesClient;
  /** For the store and the router, which follow kinds of their own. */
  readonly open: OpenCollection;
  readonly reader: ClusterReader;
  readonly writer: ClusterWriter;
  readonly recorder: RunningRecorder;
  /** uid of the kube-system namespace: tells this cluster from every other of the same name. */
  readonly uid: string;
  /** Tells what a canary refers to now, so that changes of those objects are told; `null` when it is gone. */
  refer(key: CanaryKey, canary: Canary | null): void;
  /** A routing object changed; its canaries are told. */
  changed(namespace: string, name: string): void;
  /** Resolves when workloads and Services have been listed. */
  readonly synced: Promise<void>;
  isSynced(): boolean;
  /** Milliseconds since the caches were proven current, by kind. */
  ages(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/** Connects, reads the cluster's identity (one request) and begins to follow workloads and Services. */
export async function openCluster(options: OpenClusterOptions): Promise<Cluster> {
  const { log, onChange } = options;
  const { client, open } = await connectCluster(options);
  const uid = await readClusterUid(client);
  const index = new CanaryIndex();
  const changed = (namespace: string, name: string) => index.concernedBy({ namespace, name }).forEach(onChange);
  const caches = openWorkloadCaches(open, (_, namespace, name) => changed(namespace, name));
  const pods = new PodWatches({ client, log, onChange: changed });
  const recorder = createEventRecorder({ client, log });
  const { deployments, services } = caches;

  return {
    client,
    open,
    uid,
    reader: createWorkloadReader(caches, pods),
    writer: createWorkloadWriter({ ...caches, client }),
    recorder,
    changed,
    refer: (key, canary) => index.update(key, canary),
    synced: Promise.all([deployments.synced, services.synced]).then(() => {}),
    isSynced: () => deployments.isSynced() && services.isSynced(),
    ages: () => ({ deployments: deployments.age(), services: services.age() }),
    async stop() {
      recorder.stop();
      await Promise.all([deployments.stop(), services.stop(), pods.stop()]);
      await client.close();
    },
  };
}
