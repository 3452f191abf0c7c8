import type { Canary, CanaryRef } from "./canary.ts";
import type { Rollout } from "./rollout.ts";
import type { Condition } from "./rollout.ts";

/** The first thing that is wrong with a manifest: the field's path, what is wrong, and how to mend it. */
export interface ManifestProblem {
  /** JSON path from the object's root, such as `spec.analysis.stepWeight`. */
  readonly path: string;
  readonly problem: string;
  readonly fix: string;
}

/**
 * A Canary object as the engine is handed it: definition and record, already parsed.
 * `canary` is `null` exactly when `problem` is not. `rollout` is `null` before the first pass (or where it was pruned).
 */
export interface Subject {
  readonly ref: CanaryRef;
  readonly resourceVersion: string;
  readonly canary: Canary | null;
  readonly problem: ManifestProblem | null;
  readonly rollout: Rollout | null;
  readonly peer: PeerStatus;
  /** `metadata.deletionTimestamp` is set. */
  readonly deleting: boolean;
}

/** The peer's status fields that the engine reads back. Empty strings where unset. */
export interface PeerStatus {
  readonly phase: string;
  readonly lastAppliedSpec: string;
  readonly lastPromotedSpec: string;
  readonly conditions: readonly Condition[];
}
