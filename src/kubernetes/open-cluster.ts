import type { Canary } from "../rollout/canary.ts";
import type { ClusterReader, ClusterWriter } from "./cluster.ts";
import { CanaryIndex } from "./canary-index.ts";
import type { KubernetesClient } from "./client.ts";
import { connectCluster, readClusterUid, type ConnectionOptions } from "./cluster-connection.ts";
import { createClusterReader } from "./cluster-reader.ts";
import { createClusterWriter } from "./cluster-writer.ts";
import type { OpenCollection } from "./collection.ts";
import { USUAL_RULES, type CopyRules } from "./copy-rules.ts";
import { createEventRecorder, type RunningRecorder } from "./event-recorder.ts";
import { followKinds } from "./followed-kinds.ts";
import { createApexServices, type ApexServices } from "./services/apex.ts";
import { PodWatches } from "./workloads/pod-watches.ts";
import { createWrites } from "./writes.ts";

interface CanaryKey {
  readonly namespace: string;
  readonly name: string;
}

export interface OpenClusterOptions extends ConnectionOptions {
  /** How copies are made. Default: as usual. */
  readonly rules?: CopyRules;
  /** Called when an object changed that this canary refers to: its target, primary, Services, scalers, configs, or what `changed` is told of. */
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
  /** For routing without a mesh. */
  readonly apex: ApexServices;
  /** uid of the kube-system namespace: tells this cluster from every other of the same name. */
  readonly uid: string;
  /** Tells what a canary refers to now, so that changes of those objects are told; `null` when it is gone. */
  refer(key: CanaryKey, canary: Canary | null): void;
  /** A routing object changed; its canaries are told. */
  changed(namespace: string, name: string): void;
  /** Resolves when workloads and Services have been listed. */
  readonly synced: Promise<void>;
  /**
   * Resolves when what the canaries need beside that has been read: scalers, configs. What cannot be read is not waited for, and
   * nothing for longer than `withinMs`.
   */
  settled(withinMs: number): Promise<void>;
  isSynced(): boolean;
  /** Milliseconds since the caches were proven current, by kind. */
  ages(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/** How often it is looked whether everything has been read. */
const SETTLE_LOOK_MS = 25;

/** Connects, reads the cluster's identity (one request) and begins to follow workloads and Services. */
export async function openCluster(options: OpenClusterOptions): Promise<Cluster> {
  const { log, onChange, rules = USUAL_RULES } = options;
  const { client, open } = await connectCluster(options);
  const uid = await readClusterUid(client);
  const index = new CanaryIndex();
  const referred = new Map<string, Canary>();
  const changed = (namespace: string, name: string) => index.concernedBy({ namespace, name }).forEach(onChange);
  const kinds = followKinds({ client, open, log, rules, onObject: changed, onCanary: onChange });
  const pods = new PodWatches({ client, log, onChange: changed });
  const recorder = createEventRecorder({ client, log });
  const reader = createClusterReader({ kinds, pods, rules });
  // A look makes what it needs be followed and read.
  const lookAtAll = () => [...referred.values()].forEach((canary) => lookAt(reader, canary));

  return {
    client,
    open,
    uid,
    reader,
    writer: createClusterWriter({ client, kinds, rules, reader }),
    recorder,
    apex: createApexServices({ kinds, writes: createWrites(client) }),
    changed,
    refer(key, canary) {
      const name = `${key.namespace}/${key.name}`;
      index.update(key, canary);
      if (canary === null) {
        referred.delete(name);
        kinds.configs.forget(key);
        return;
      }
      referred.set(name, canary);
      lookAt(reader, canary);
    },
    synced: kinds.synced,
    async settled(withinMs) {
      const until = performance.now() + withinMs;
      lookAtAll();
      const late = new Promise<void>((resolve) => setTimeout(resolve, withinMs).unref());
      await Promise.race([kinds.attempted(), late]);
      lookAtAll();
      while (!kinds.configs.isIdle() && performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, SETTLE_LOOK_MS));
      }
    },
    isSynced: kinds.isSynced,
    ages: kinds.ages,
    async stop() {
      recorder.stop();
      await Promise.all([kinds.stop(), pods.stop()]);
      await client.close();
    },
  };
}

function lookAt(reader: ClusterReader, canary: Canary): void {
  reader.target(canary);
  reader.primary(canary);
  reader.kept(canary);
  reader.scaler(canary);
}
