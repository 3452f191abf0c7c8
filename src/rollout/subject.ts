import type { Canary, CanaryRef } from "./canary.ts";
import type { Affinity, Condition, Rollout } from "./rollout.ts";

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
  /**
   * What rollback may work with while `canary` is `null`: the manifest as far as it is understood, with the names that the record
   * began with. Nothing but rollback uses it; `null` where not even that can be read.
   */
  readonly retreat: Canary | null;
  readonly rollout: Rollout | null;
  readonly peer: PeerStatus;
  /** `metadata.deletionTimestamp` is set. */
  readonly deleting: boolean;
  /** Deletion waits until we have handed everything back. */
  readonly finalizer: boolean;
}

/** What a look at the cluster goes by: the definition, or what is left of it for rolling back. */
export const definitionOf = ({ canary, retreat }: Pick<Subject, "canary" | "retreat">): Canary | null =>
  canary ?? retreat;

/** The peer's status fields that the engine reads back. Empty strings where unset. */
export interface PeerStatus {
  readonly phase: string;
  readonly lastAppliedSpec: string;
  readonly lastPromotedSpec: string;
  /** Cookies that another controller handed out. */
  readonly affinity: Affinity;
  readonly conditions: readonly Condition[];
}
