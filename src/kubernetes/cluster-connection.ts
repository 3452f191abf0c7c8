import { z } from "zod";
import { connect, type ConnectOptions, type KubernetesClient } from "./client.ts";
import { openCollection, type OpenCollection } from "./collection.ts";
import type { Log } from "../telemetry/log.ts";
import type { WatchTiming } from "./watch-cache.ts";

export interface ConnectionOptions extends ConnectOptions {
  /** Namespaces to look after; empty: all. */
  readonly namespaces: readonly string[];
  readonly log: Log;
  readonly timing?: Partial<WatchTiming>;
}

/** A client, and what follows kinds through it in the namespaces that are looked after. */
export interface ClusterConnection {
  readonly client: KubernetesClient;
  readonly open: OpenCollection;
}

/** Reads the kubeconfig. No request is sent yet. */
export async function connectCluster(options: ConnectionOptions): Promise<ClusterConnection> {
  const { namespaces, log, timing = {} } = options;
  const client = await connect(options);
  return { client, open: (wanted) => openCollection({ client, log, namespaces, timing }, wanted) };
}

const Namespace = z.object({ metadata: z.object({ uid: z.string().min(1) }) });

/** What tells this cluster from every other: the uid of its kube-system namespace. One request. */
export async function readClusterUid(client: KubernetesClient): Promise<string> {
  const namespace = await client.request({ method: "GET", path: "/api/v1/namespaces/kube-system" });
  return Namespace.parse(namespace).metadata.uid;
}
