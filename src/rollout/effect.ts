import type { RevisionHash, Weight } from "../units.ts";

/**
 * One absolute change towards the desired cluster. Repeating one is harmless.
 * The resourceVersions are those of the observation it was decided on; a writer that finds another one gets a ConflictError.
 */
export type Effect =
  /** Create or repair the apex, primary and canary Services. */
  | { readonly kind: "ensure-services"; readonly apexSelects: "primary" | "target" }
  /** Create primary, or bring it to the target's template, provided that the target still has `revision`. */
  | {
      readonly kind: "ensure-primary";
      readonly revision: RevisionHash;
      readonly targetVersion: string;
      readonly primaryVersion: string | null;
    }
  /** `scale-target` to this many replicas; "up" sizes are chosen by `replicasFor`. */
  | { readonly kind: "scale-target"; readonly replicas: number; readonly resourceVersion: string }
  | {
      readonly kind: "set-target-image";
      readonly container: string;
      readonly image: string;
      readonly resourceVersion: string;
    }
  /** Write weight and stamp into the routing object, creating or repairing our part of it. */
  | {
      readonly kind: "set-route";
      readonly weight: Weight;
      readonly stamp: string;
      readonly resourceVersion: string | null;
    };

/** The annotation value that proves which decision a routing object carries. */
export const stampOf = (rollout: { readonly id: string }, stamp: number): string => `${rollout.id}/${stamp}`;
