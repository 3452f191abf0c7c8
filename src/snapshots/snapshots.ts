import type { CanaryView } from "../rollout/view.ts";
import type { Timestamp } from "../units.ts";

/** What a bot knows of a cluster from its workers' heartbeats. */
export interface ClusterHealth {
  readonly name: string;
  /** `rebuilding`: workers are alive but the snapshots are not complete (Redis lost them a moment ago). `silent`: no heartbeat. */
  readonly state: "live" | "rebuilding" | "silent";
  readonly lastSeen: Timestamp;
  readonly workers: number;
}

/** The bots' side: reads only. Rejects quickly when Redis is away. */
export interface SnapshotReader {
  clusters(): Promise<readonly ClusterHealth[]>;
  /** All views of the live clusters; of rebuilding ones what there is. */
  list(): Promise<readonly CanaryView[]>;
  get(key: { readonly cluster: string; readonly namespace: string; readonly name: string }): Promise<CanaryView | null>;
}

/** A worker's side. Writes are collected and sent in the background; they never delay a pass. */
export interface SnapshotWriter {
  put(view: CanaryView): void;
  remove(key: { readonly namespace: string; readonly name: string }): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}
