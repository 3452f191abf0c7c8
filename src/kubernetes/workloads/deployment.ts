import { z } from "zod";
import { timestamp, type Timestamp } from "../../units.ts";
import { SCALED_FOR } from "../names.ts";
import { numberAt, textAt } from "../object.ts";
import { buildPodCopy, editPodCopy, keepPods, setSpec, type PodCopying } from "./pod-copy.ts";
import { count, readPods } from "./pod-template-record.ts";
import type { CopyOrder, WorkloadKind } from "./workload-kind.ts";
import type { WorkloadRecord } from "./workload-record.ts";

const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().nullish(),
  lastTransitionTime: z.string().nullish(),
});
type Condition = z.infer<typeof Condition>;

const Stored = z.object({
  metadata: z.object({ resourceVersion: z.string(), generation: count }),
  spec: z.object({ replicas: z.int().nullish() }),
  status: z
    .object({
      observedGeneration: count,
      replicas: count,
      updatedReplicas: count,
      availableReplicas: count,
      conditions: z.array(Condition).nullish(),
    })
    .nullish(),
});

const COPYING: PodCopying = {
  kind: "Deployment",
  fields: ["progressDeadlineSeconds", "minReadySeconds", "revisionHistoryLimit", "strategy"],
  spreads: true,
  replicas: { first: (order) => Math.max(1, replicasOf(order)), next: nextReplicas },
};

const replicasOf = ({ target }: CopyOrder): number => numberAt(target, "spec", "replicas");

/** Never to zero, since primary carries the traffic; and never where a scaler decides. */
function nextReplicas(order: CopyOrder): number | undefined {
  const replicas = replicasOf(order);
  return order.canary.scaler !== null || replicas === 0 ? undefined : replicas;
}

/** The target is a Deployment. */
export const deploymentKind: WorkloadKind = {
  read: (object, rules) => ({ state: readState(object), ...readPods(object, rules) }),
  build: (order) => buildPodCopy(order, COPYING),
  edit: (order, primary) => editPodCopy(order, primary, COPYING),
  keep: (primary) => keepPods(primary, COPYING),
  restore: setSpec,
  scale: ({ state }, replicas) => (state.replicas === replicas ? null : { replicas }),
};

function readState(object: unknown): WorkloadRecord["state"] {
  const { metadata, spec, status } = Stored.parse(object);
  const conditions = status?.conditions ?? [];
  return {
    resourceVersion: metadata.resourceVersion,
    replicas: spec.replicas ?? 1,
    updatedReplicas: status?.updatedReplicas ?? 0,
    availableReplicas: status?.availableReplicas ?? 0,
    existingReplicas: status?.replicas ?? 0,
    settled: (status?.observedGeneration ?? 0) >= metadata.generation,
    scaledFor: textAt(object, "metadata", "annotations", SCALED_FOR),
    unavailableSince: unavailableSince(conditions),
    progressDeadlineExceeded: conditions.some(
      ({ type, reason }) => type === "Progressing" && reason === "ProgressDeadlineExceeded",
    ),
  };
}

function unavailableSince(conditions: readonly Condition[]): Timestamp | null {
  const available = conditions.find(({ type }) => type === "Available");
  if (available === undefined || available.status !== "False") return null;
  const since = Date.parse(available.lastTransitionTime ?? "");
  return Number.isNaN(since) ? null : timestamp(since);
}
