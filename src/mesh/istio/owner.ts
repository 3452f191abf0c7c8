import type { CanaryRef } from "../../rollout/canary.ts";

/** Set on everything that GitOps tools must leave to us. */
export const HANDS_OFF = {
  "kustomize.toolkit.fluxcd.io/reconcile": "disabled",
  "helm.toolkit.fluxcd.io/driftDetection": "disabled",
} as const;

/** Lets Kubernetes delete what we made together with the canary. */
export function ownedBy({ name, uid }: CanaryRef): readonly object[] {
  return [{ apiVersion: "flagger.app/v1beta1", kind: "Canary", name, uid, controller: true, blockOwnerDeletion: true }];
}
