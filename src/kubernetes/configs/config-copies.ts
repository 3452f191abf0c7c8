import { copiedLabels, type CopyRules } from "../copy-rules.ts";
import { KEPT_FOR, ownedBy } from "../names.ts";
import { compact, textsAt, type KubernetesObject } from "../object.ts";
import type { CanaryRef } from "../../rollout/canary.ts";
import type { ConfigRecord } from "./config-record.ts";
import type { ConfigKind } from "./config-references.ts";

/** Pure: copies of ConfigMaps and Secrets. */

const KINDS: Readonly<Record<ConfigKind, string>> = { configmap: "ConfigMap", secret: "Secret" };

interface Source {
  readonly kind: ConfigKind;
  /** The whole original. */
  readonly object: KubernetesObject;
}

const content = (object: KubernetesObject): KubernetesObject =>
  compact({ type: object["type"], data: object["data"], binaryData: object["binaryData"] });

export interface PrimaryConfig extends Source {
  readonly ref: CanaryRef;
  readonly name: string;
  readonly rules: CopyRules;
  /** The copy that is there; `null`: none. */
  readonly present: ConfigRecord | null;
}

/**
 * The copy that primary mounts or reads. Several canaries may share an original, and then they share the copy: each owns it, and one
 * of them controls it. Never immutable, since the next promotion replaces it.
 */
export function buildPrimaryConfig({ kind, object, ref, name, rules, present }: PrimaryConfig): KubernetesObject {
  const others = (present?.owners ?? []).filter(({ uid }) => uid !== ref.uid);
  return {
    apiVersion: "v1",
    kind: KINDS[kind],
    metadata: {
      name,
      namespace: ref.namespace,
      labels: copiedLabels(textsAt(object, "metadata", "labels"), rules),
      ownerReferences: [...ownedBy(ref), ...others.map((owner) => ({ ...owner, controller: false }))],
      ...(present !== null && { resourceVersion: present.resourceVersion }),
    },
    ...content(object),
  };
}

export interface LastingConfig extends Source {
  readonly ref: CanaryRef;
  readonly name: string;
  /** The kept revision that it belongs to, and goes with. */
  readonly owner: { readonly name: string; readonly uid: string };
}

/** A copy that nobody can change, for going back. */
export function buildLastingConfig({ kind, object, ref, name, owner }: LastingConfig): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: KINDS[kind],
    metadata: {
      name,
      namespace: ref.namespace,
      labels: { [KEPT_FOR]: ref.uid },
      ownerReferences: [
        { apiVersion: "apps/v1", kind: "ControllerRevision", ...owner, controller: true, blockOwnerDeletion: false },
      ],
    },
    ...content(object),
    immutable: true,
  };
}
