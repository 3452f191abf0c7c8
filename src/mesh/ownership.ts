import type { CanaryRef } from "../rollout/canary.ts";

/** Where the decision is written that a routing object carries. */
export const STAMP = "coalmine.dev/stamp";
/** What stands in our rules beside weights, for reading them back: see `note.ts`. */
export const NOTE = "coalmine.dev/route";
/** What somebody else's object said before us: see `original.ts`. */
export const ORIGINAL = "coalmine.dev/original";

/** Set on everything that GitOps tools must leave to us. */
export const HANDS_OFF: Readonly<Record<string, string>> = {
  "kustomize.toolkit.fluxcd.io/reconcile": "disabled",
  "helm.toolkit.fluxcd.io/driftDetection": "disabled",
};

/** Lets Kubernetes delete what we made together with the canary. */
export function ownedBy({ name, uid }: CanaryRef): readonly object[] {
  return [{ apiVersion: "flagger.app/v1beta1", kind: "Canary", name, uid, controller: true, blockOwnerDeletion: true }];
}
