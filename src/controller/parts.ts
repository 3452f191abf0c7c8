import type { ClusterReader, ClusterWriter, EventRecorder } from "../kubernetes/cluster.ts";
import type { Router } from "../mesh/router.ts";
import type { SignedCommand, WorkerSender } from "../queue/jobs.ts";
import type { News } from "../rollout/news.ts";
import type { SnapshotWriter } from "../snapshots/snapshots.ts";
import type { CanaryStore } from "../store/canary-store.ts";
import type { Log } from "../telemetry/log.ts";
import type { Timestamp } from "../units.ts";
import type { HookCaller } from "../webhooks/hook-caller.ts";
import type { Measurer } from "./measure.ts";

/** What a pass works with. Everything that could be another implementation, and the only clock. */
export interface PassParts {
  readonly store: CanaryStore;
  readonly reader: ClusterReader;
  readonly writer: ClusterWriter;
  readonly router: Router;
  readonly recorder: EventRecorder;
  readonly measurer: Measurer;
  readonly hooks: HookCaller;
  /** Hears of every event that a save added, once. Never throws, never waits. */
  readonly tell: (news: News) => void;
  /** Into how many slots live rollouts are spread over an interval, 1 or more. */
  readonly slots: () => number;
  readonly now: () => Timestamp;
  readonly log: Log;
}

/** What the engine needs beside: ways to be heard, none of which a pass waits for. */
export interface EngineParts extends PassParts {
  readonly cluster: string;
  /** Whether a holder of our key signed exactly this command. */
  readonly isSigned: (signed: SignedCommand) => boolean;
  readonly sender: WorkerSender;
  readonly snapshots: SnapshotWriter;
  /** This process's id, and those of all workers of the cluster that live, itself among them. */
  readonly worker: string;
  readonly workers: () => readonly string[];
  readonly meter: Meter;
}

/** Counts what passes do. */
export interface Meter {
  passFinished(pass: { readonly outcome: PassOutcome; readonly tookMs: number }): void;
  commandAnswered(answer: { readonly verb: string; readonly outcome: string }): void;
}

/** `idle`: nothing to do. `wrote`: the record or the cluster changed. `conflict`: given up for now, others were faster. */
export type PassOutcome = "idle" | "wrote" | "gone" | "superseded" | "conflict" | "schema" | "failed";
