import type { Canary, CanaryRef } from "../rollout/canary.ts";

/** Names, labels and annotations that others rely on. */

export const primaryName = (canary: Canary): string => `${canary.target.name}-primary`;

/** Labels that may tell a workload's pods, most wanted first. */
export const SELECTOR_LABELS = ["app", "name", "app.kubernetes.io/name"] as const;

/** What primary was copied from; written on the primary Deployment. */
export const REVISION = "coalmine.dev/revision";
export const REVISION_LABEL = "coalmine.dev/revision-label";
/** On primary's pods; changes with the revision, so that its pods are replaced even when nothing else does. */
export const COPY_ID = "flagger-id";

/** Keys with this belong to the GitOps tool that wrote them and are not copied. */
const TOOLKIT = "toolkit.fluxcd.io";

/** Set on everything that GitOps tools must leave to us. */
export const HANDS_OFF: Readonly<Record<string, string>> = {
  "kustomize.toolkit.fluxcd.io/reconcile": "disabled",
  "helm.toolkit.fluxcd.io/driftDetection": "disabled",
};

/** Without the keys of GitOps tools. */
export function withoutToolkit(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([key]) => !key.includes(TOOLKIT)));
}

/** Lets Kubernetes delete what we made together with the canary. */
export function ownedBy({ name, uid }: CanaryRef): readonly object[] {
  return [{ apiVersion: "flagger.app/v1beta1", kind: "Canary", name, uid, controller: true, blockOwnerDeletion: true }];
}
