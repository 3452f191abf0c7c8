import { z } from "zod";
import { SCALE_TO_ZERO, SCALED_FOR } from "../names.ts";
import { objectAt, textAt } from "../object.ts";
import { buildPodCopy, editPodCopy, keepPods, setSpec, type PodCopying } from "./pod-copy.ts";
import { count, readPods } from "./pod-template-record.ts";
import type { WorkloadKind } from "./workload-kind.ts";
import type { Trouble, WorkloadRecord } from "./workload-record.ts";

const Stored = z.object({
  metadata: z.object({ resourceVersion: z.string(), generation: count }),
  status: z
    .object({
      observedGeneration: count,
      desiredNumberScheduled: count,
      currentNumberScheduled: count,
      numberMisscheduled: count,
      updatedNumberScheduled: count,
      numberAvailable: count,
    })
    .nullish(),
});

const COPYING: PodCopying = {
  kind: "DaemonSet",
  fields: ["minReadySeconds", "revisionHistoryLimit", "updateStrategy"],
  spreads: false,
  replicas: { first: () => undefined, next: () => undefined },
};

/** The target is a DaemonSet. It rests at zero by a node selector that no node fits. */
export const daemonSetKind: WorkloadKind = {
  read(object, rules) {
    const pods = readPods(object, rules);
    return { state: readState(object), ...pods, obstacle: pods.obstacle ?? strategyObstacle(object) };
  },
  build: (order) => buildPodCopy(order, COPYING),
  edit: (order, primary) => editPodCopy(order, primary, COPYING),
  keep: (primary) => keepPods(primary, COPYING),
  restore: setSpec,
  scale({ state }, replicas) {
    const rests = replicas === 0;
    if (rests === (state.replicas === 0)) return null;
    return { template: { spec: { nodeSelector: { [SCALE_TO_ZERO]: rests ? "true" : null } } } };
  },
};

/** Pods that are only replaced when somebody deletes them would leave primary on its old revision for ever. */
function strategyObstacle(object: unknown): Trouble | null {
  const type = textAt(object, "spec", "updateStrategy", "type");
  if (type === "" || type === "RollingUpdate") return null;
  const message = `its spec.updateStrategy is ${type}, so that its pods would keep their old revision; use RollingUpdate`;
  return { reason: "UpdateStrategy", message };
}

/** A set that no node takes counts as one pod that is missing: with zero it would seem to rest. */
function readState(object: unknown): WorkloadRecord["state"] {
  const { metadata, status } = Stored.parse(object);
  const rests = objectAt(object, "spec", "template", "spec", "nodeSelector")[SCALE_TO_ZERO] !== undefined;
  const current = status?.currentNumberScheduled ?? 0;
  return {
    resourceVersion: metadata.resourceVersion,
    replicas: rests ? 0 : Math.max(1, status?.desiredNumberScheduled ?? 0),
    updatedReplicas: status?.updatedNumberScheduled ?? 0,
    availableReplicas: status?.numberAvailable ?? 0,
    // While it rests, pods that are still there are on nodes that it no longer takes.
    existingReplicas: current + (rests ? (status?.numberMisscheduled ?? 0) : 0),
    settled: (status?.observedGeneration ?? 0) >= metadata.generation,
    scaledFor: textAt(object, "metadata", "annotations", SCALED_FOR),
    unavailableSince: null,
    progressDeadlineExceeded: false,
  };
}
