import { later } from "../units.ts";
import type { Canary } from "./canary.ts";
import type { WorkloadObservation } from "./observation.ts";
import type { Rollout } from "./rollout.ts";
import type { Turn } from "./turn.ts";

/**
 * Whether a workload serves: its newest template is rolled out and enough of its updated pods are available.
 * A workload scaled to zero is never ready. `percent` of the updated replicas, 0 to 100.
 */
export function isReady(workload: WorkloadObservation | null, percent: number): boolean {
  if (workload === null || !workload.settled || workload.replicas < 1) return false;
  if (workload.updatedReplicas < workload.replicas) return false;
  if (workload.existingReplicas > workload.updatedReplicas) return false;
  const enough = Math.max(1, Math.floor((workload.updatedReplicas * percent) / 100));
  return workload.availableReplicas >= enough;
}

/** Whether the target has pods of its own that can be asked for or not. */
export const isScalable = ({ target }: Pick<Canary, "target">): boolean => target.kind !== "Service";

/** Whether at least one pod can answer a request now. */
export function serves(workload: WorkloadObservation | null): boolean {
  return workload !== null && workload.availableReplicas > 0;
}

/** Whether it can be said what a workload runs. What cannot be read may be another revision by now: nothing goes on with that. */
export function isKnown(workload: WorkloadObservation | null): boolean {
  return workload !== null && workload.revision !== null;
}

/** Why a workload is not ready, for people. */
export function describeUnready(workload: WorkloadObservation | null): string {
  if (workload === null) return "does not exist";
  if (workload.trouble) return `${workload.trouble.reason}: ${workload.trouble.message}`;
  if (workload.progressDeadlineExceeded) return "did not finish its rollout within its own deadline";
  if (!workload.settled) return "its newest template has not been picked up yet";
  return `${workload.availableReplicas} of ${workload.replicas} pods are ready`;
}

/**
 * Whether the workload's own deadline has passed in this run. Its condition outlives scaling to zero and the run before, until
 * its controller has looked at the new pods: so it counts only after an interval without readiness.
 */
export function deadlineExceeded({ canary, now }: Turn, rollout: Rollout, workload: WorkloadObservation): boolean {
  if (!workload.progressDeadlineExceeded || !workload.settled || workload.replicas === 0) return false;
  return rollout.notReadySince !== null && now >= later(rollout.notReadySince, canary.analysis.interval);
}

/** Whether all people are led to the canary, so that primary serves nobody. An A/B test leads only those whom it matches. */
export function takesEverybody({ weight, audience }: Rollout["route"]): boolean {
  return weight === 100 && audience === "everyone";
}
