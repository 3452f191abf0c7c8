import type { Canary, ScalerPlan } from "../../rollout/canary.ts";
import type { Resource } from "../collection.ts";
import type { CopyRules } from "../copy-rules.ts";
import type { KubernetesObject } from "../object.ts";

/** What is kept of a scaler. */
export interface ScalerRecord {
  readonly resourceVersion: string;
  readonly spec: KubernetesObject;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface ScalerOrder {
  readonly canary: Canary;
  readonly plan: ScalerPlan;
  /** The target's scaler. */
  readonly scaler: ScalerRecord;
}

/** What the engine does with one kind of scaler. Pure. One file each, a line in `kinds.ts`. */
export interface ScalerKind {
  readonly resource: Resource;
  readonly apiVersion: string;
  /** What people call what brings the kind into a cluster; for saying that it is missing. */
  readonly product: string;
  /** `spec` of primary's copy, the manifest's overrides applied. */
  copy(order: ScalerOrder): KubernetesObject;
  /** Metadata that a new copy takes over. */
  metadata(scaler: ScalerRecord, rules: CopyRules): { readonly labels: object; readonly annotations: object };
  /** Least number of replicas it would keep, 1 or more. */
  least(scaler: ScalerRecord): number;
  /** Least and most of a copy, to compare them before the API server does. */
  limits(spec: KubernetesObject): { readonly min: number; readonly max: number | null };
  /** How it is kept from scaling up a target that rests at zero; `null`: it stops there by itself. */
  readonly pause: { readonly annotation: string; readonly value: string } | null;
}
