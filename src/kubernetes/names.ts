import type { Canary, CanaryRef } from "../rollout/canary.ts";

/** Names, labels and annotations that others rely on. */

const PRIMARY = "-primary";

/** Name of primary's copy of anything. */
export const copyName = (name: string): string => `${name}${PRIMARY}`;

export const isCopyName = (name: string): boolean => name.endsWith(PRIMARY);

/** The name that a copy was made from; any other name stays as it is. */
export const originalName = (name: string): string => (isCopyName(name) ? name.slice(0, -PRIMARY.length) : name);

export const primaryName = (canary: Canary): string => copyName(canary.target.name);

/** What primary was copied from; written on the primary workload. The configs as JSON, only where there are any. */
export const REVISION = "coalmine.dev/revision";
export const REVISION_LABEL = "coalmine.dev/revision-label";
export const REVISION_CONFIGS = "coalmine.dev/revision-configs";
/** Which decision the size of a target follows. */
export const SCALED_FOR = "coalmine.dev/scaled-for";
/** On primary's pods; changes with the revision, so that its pods are replaced even when nothing else does. */
export const COPY_ID = "flagger-id";
/** uid of the canary, on copies of what primary ran before. */
export const KEPT_FOR = "coalmine.dev/kept-for";
/** What such a copy is of, as JSON. */
export const KEPT_REVISION = "coalmine.dev/kept-revision";
/** Keys of labels and annotations that the manifest put on a Service, as JSON: so that they can be taken off again. */
export const MANAGED_KEYS = "coalmine.dev/managed-keys";

/** A DaemonSet with this in its node selector has no pods: no node has the label. */
export const SCALE_TO_ZERO = "flagger.app/scale-to-zero";

export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Set on everything that GitOps tools must leave to us. */
export const HANDS_OFF: Readonly<Record<string, string>> = {
  "kustomize.toolkit.fluxcd.io/reconcile": "disabled",
  "helm.toolkit.fluxcd.io/driftDetection": "disabled",
};

/** Lets Kubernetes delete what we made together with the canary. */
export function ownedBy({ name, uid }: Pick<CanaryRef, "name" | "uid">): readonly object[] {
  return [{ apiVersion: "flagger.app/v1beta1", kind: "Canary", name, uid, controller: true, blockOwnerDeletion: true }];
}
