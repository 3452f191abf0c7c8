import type { Canary, CanaryRef } from "../rollout/canary.ts";
import type {
  KeptRevision,
  ScalerObservation,
  ServicesObservation,
  WorkloadObservation,
} from "../rollout/observation.ts";
import type { RevisionHash } from "../units.ts";

/** Looks at workloads and Services in the watch caches; no request is made. */
export interface ClusterReader {
  target(canary: Canary): WorkloadObservation | null;
  primary(canary: Canary): WorkloadObservation | null;
  services(canary: Canary): ServicesObservation;
  /** `null` when the manifest names no scaler. */
  scaler(canary: Canary): ScalerObservation | null;
  /** What primary ran before its last promotions, newest first. */
  kept(canary: Canary): readonly KeptRevision[];
}

/** Changes workloads and Services. Every write carries the resourceVersion it was decided on; another one: ConflictError. */
export interface ClusterWriter {
  /** Creates or repairs the apex, primary and canary Services. Reads the cache, writes only what differs. */
  ensureServices(canary: Canary, apexSelects: "primary" | "target"): Promise<void>;
  /**
   * Creates primary from the target's template, with copies of its tracked configs, or brings it there. What an existing primary ran
   * is kept first, as a ControllerRevision with copies of its configs. ConflictError when the target no longer has `revision`.
   */
  ensurePrimary(canary: Canary, wanted: EnsurePrimary): Promise<void>;
  /** Notes a decision on primary: whoever decided on its version before must look again. */
  fencePrimary(canary: Canary, wanted: { readonly stamp: string; readonly primaryVersion: string }): Promise<void>;
  /** Brings primary and its configs back to a kept copy. */
  restorePrimary(canary: Canary, wanted: RestorePrimary): Promise<void>;
  /** Creates primary's copy of the scaler, or brings it to the original with the manifest's overrides. */
  ensureScaler(
    canary: Canary,
    wanted: { readonly scalerVersion: string; readonly primaryVersion: string | null },
  ): Promise<void>;
  /** Keeps the target's scaler from scaling it up, or lets it. Nothing to do for one that stops by itself at zero. */
  restScaler(canary: Canary, wanted: { readonly resting: boolean; readonly resourceVersion: string }): Promise<void>;
  /** Lets the apex Service lead to the target again, as before us. One that is ours is deleted together with the Canary. */
  handBack(canary: Canary): Promise<void>;
  /** Sets its size, and notes the decision on it. One request, also where it has that size. */
  scaleTarget(
    canary: Canary,
    wanted: { readonly replicas: number; readonly stamp: string; readonly resourceVersion: string },
  ): Promise<void>;
  setTargetImage(
    canary: Canary,
    wanted: { readonly container: string; readonly image: string; readonly resourceVersion: string },
  ): Promise<void>;
}

export interface EnsurePrimary {
  readonly revision: RevisionHash;
  readonly targetVersion: string;
  /** `null`: primary does not exist yet. */
  readonly primaryVersion: string | null;
}

export interface RestorePrimary {
  /** Name of the ControllerRevision. */
  readonly kept: string;
  readonly revision: RevisionHash;
  readonly primaryVersion: string;
}

/** Writes Kubernetes Events about a Canary: bounded, combined when repeated, never awaited by a pass. */
export interface EventRecorder {
  record(
    about: CanaryRef,
    event: { readonly type: "Normal" | "Warning"; readonly reason: string; readonly message: string },
  ): void;
}
