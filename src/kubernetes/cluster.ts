import type { Canary, CanaryRef } from "../rollout/canary.ts";
import type { ServicesObservation, WorkloadObservation } from "../rollout/observation.ts";
import type { RevisionHash } from "../units.ts";

/** Looks at workloads and Services in the watch caches; no request is made. */
export interface ClusterReader {
  target(canary: Canary): WorkloadObservation | null;
  primary(canary: Canary): WorkloadObservation | null;
  services(canary: Canary): ServicesObservation;
}

/** Changes workloads and Services. Every write carries the resourceVersion it was decided on; another one: ConflictError. */
export interface ClusterWriter {
  /** Creates or repairs the apex, primary and canary Services. Reads the cache, writes only what differs. */
  ensureServices(canary: Canary, apexSelects: "primary" | "target"): Promise<void>;
  /** Creates primary from the target's template or brings it there. ConflictError when the target no longer has `revision`. */
  ensurePrimary(canary: Canary, wanted: EnsurePrimary): Promise<void>;
  scaleTarget(canary: Canary, wanted: { readonly replicas: number; readonly resourceVersion: string }): Promise<void>;
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

/** Writes Kubernetes Events about a Canary: bounded, combined when repeated, never awaited by a pass. */
export interface EventRecorder {
  record(
    about: CanaryRef,
    event: { readonly type: "Normal" | "Warning"; readonly reason: string; readonly message: string },
  ): void;
}
