import type { Canary } from "../../rollout/canary.ts";
import type { Revision } from "../../rollout/rollout.ts";
import type { CopyRules } from "../copy-rules.ts";
import type { Operation } from "../json-patch.ts";
import type { KubernetesObject } from "../object.ts";
import type { WorkloadRecord } from "./workload-record.ts";

/** A primary to be made, or to be brought to its target. */
export interface CopyOrder {
  readonly canary: Canary;
  /** The whole target as it is now. */
  readonly target: KubernetesObject;
  /** What the target runs, with the configs of which primary gets copies. */
  readonly revision: Revision;
  readonly rules: CopyRules;
}

/** What the engine does with one kind of workload. Pure: objects and patches, no requests. One file each, a line in `kinds.ts`. */
export interface WorkloadKind {
  /** Projects an object. Throws a ZodError for something else. */
  read(object: unknown, rules: CopyRules): WorkloadRecord;
  /** The whole primary for a canary that has none. */
  build(order: CopyOrder): KubernetesObject;
  /** What brings an existing primary to its target, without its version. */
  edit(order: CopyOrder, primary: KubernetesObject): readonly Operation[];
  /** The part of a primary that says what it runs. Scale and identity are none of it. */
  keep(primary: KubernetesObject): KubernetesObject;
  /** What brings a primary back to a part that was kept, without its version. */
  restore(kept: KubernetesObject, primary: KubernetesObject): readonly Operation[];
  /** A merge patch of `spec` that scales; `null`: it has that size, or none at all. */
  scale(record: WorkloadRecord, replicas: number): KubernetesObject | null;
}
