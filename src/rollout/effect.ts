import type { RevisionHash, Weight } from "../units.ts";
import type { Affinity, Audience } from "./rollout.ts";

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
  /** Give the target this many replicas, and the stamp of the decision: it changes the object even where the size is that already. */
  | {
      readonly kind: "scale-target";
      readonly replicas: number;
      readonly stamp: string;
      readonly resourceVersion: string;
    }
  | {
      readonly kind: "set-target-image";
      readonly container: string;
      readonly image: string;
      readonly resourceVersion: string;
    }
  /** Note the decision on primary, so that whoever decided to change it earlier finds another resourceVersion. */
  | { readonly kind: "fence-primary"; readonly stamp: string; readonly primaryVersion: string }
  /** Bring primary, its template and its configs, back to what a kept copy says. */
  | {
      readonly kind: "restore-primary";
      readonly kept: string;
      readonly revision: RevisionHash;
      readonly primaryVersion: string;
    }
  /** Create primary's copy of the scaler, or bring it to the original. `primaryVersion` is `null` when there is none yet. */
  | { readonly kind: "ensure-scaler"; readonly scalerVersion: string; readonly primaryVersion: string | null }
  /** Keep the target's scaler from scaling it up, or let it. */
  | { readonly kind: "rest-scaler"; readonly resting: boolean; readonly resourceVersion: string }
  /** Give apex Service and routes back to the target, as they were before us. Only while the canary is being deleted. */
  | { readonly kind: "hand-back" }
  /** Whether deletion of the Canary object waits for us. */
  | { readonly kind: "set-finalizer"; readonly present: boolean }
  /** Write the route into the routing object, creating or repairing our part of it. */
  | {
      readonly kind: "set-route";
      readonly weight: Weight;
      readonly mirrored: boolean;
      readonly audience: Audience;
      readonly affinity: Affinity;
      readonly stamp: string;
      readonly resourceVersion: string | null;
    };

/** The annotation value that proves which decision a routing object carries. */
export const stampOf = (rollout: { readonly id: string }, stamp: number): string => `${rollout.id}/${stamp}`;
