import type { Measurement } from "../analysis/metric-check.ts";
import type { Timestamp, Weight } from "../units.ts";
import type { Canary } from "./canary.ts";
import type { HookAnswer } from "./hook.ts";
import type { Audience, Revision, Rollout } from "./rollout.ts";
import { isDue } from "./schedule.ts";
import type { Subject } from "./subject.ts";

/** What the world looked like when a pass looked: the core's only input beside the record, and its only clock. */
export interface Observation {
  readonly observedAt: Timestamp;
  /** Present target workload (the canary copy); `null` when it does not exist. */
  readonly target: WorkloadObservation | null;
  readonly primary: WorkloadObservation | null;
  readonly services: ServicesObservation;
  readonly route: RouteObservation;
  /** The target's scaler; `null` when the manifest names none. */
  readonly scaler: ScalerObservation | null;
  /** What primary ran before its last promotions, newest first, at most three. */
  readonly kept: readonly KeptRevision[];
  /** Filled only when `whatToAsk` asked for measurements. */
  readonly measurements: readonly Measurement[];
  /** Answers of the hooks that `whatToAsk` asked for; a hook that was not called is not among them. */
  readonly hooks: readonly HookAnswer[];
  /** Into how many slots the worker spreads its live rollouts over one interval, 1 or more. */
  readonly slots: number;
}

export interface WorkloadObservation {
  readonly resourceVersion: string;
  /** Content of the pod template. For primary: of the template that it was copied from, `null` when unknown. */
  readonly revision: Revision | null;
  /** `spec.replicas`. */
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly availableReplicas: number;
  /** `status.replicas`: all pods that still exist. */
  readonly existingReplicas: number;
  /** Whether the controller has seen the newest generation; figures are stale while it has not. */
  readonly settled: boolean;
  /** Since when the workload has been unavailable, from its Available condition; `null` while available. */
  readonly unavailableSince: Timestamp | null;
  /** The workload's own progress deadline has passed. */
  readonly progressDeadlineExceeded: boolean;
  /** Which decision of ours its size follows, `<rollout id>/<stamp>`; empty: none. */
  readonly scaledFor: string;
  /** The worst trouble that its pods report, such as `ImagePullBackOff`; `null` when none. */
  readonly trouble: { readonly reason: string; readonly message: string } | null;
}

export interface ServicesObservation {
  /** Whether the three Services exist as they should, and which workload the apex Service selects. */
  readonly ready: boolean;
  readonly apexSelects: "primary" | "target" | "other" | "absent";
}

/** The canary's share of traffic as the mesh's routing object says it. */
export type RouteObservation =
  | { readonly kind: "absent" }
  /** The object exists but is not ours to read: no rule with both of our destinations, or weights that do not add up. */
  | { readonly kind: "unusable"; readonly problem: string; readonly resourceVersion: string }
  | {
      readonly kind: "present";
      readonly weight: Weight;
      /** Whether requests are copied to the canary. */
      readonly mirrored: boolean;
      readonly audience: Audience;
      /** `<rollout id>/<stamp>` as last written; empty when never. */
      readonly stamp: string;
      /** Whether everything that we own in it is as the manifest wants it, weights aside. */
      readonly intact: boolean;
      /** Why what carries it out has not taken up this version yet; left out when it has, or says nothing. */
      readonly pending?: string;
      readonly resourceVersion: string;
    };

/** The scaler of the target, and primary's copy of it. */
export interface ScalerObservation {
  /** `null`: the scaler that the manifest names does not exist, or cannot be seen. */
  readonly resourceVersion: string | null;
  /** What is wrong with it, for people, such as a kind that the cluster does not have; empty: nothing. */
  readonly problem: string;
  /** Whether it has to be kept from scaling up a target that rests at zero: some stop by themselves there. */
  readonly pausable: boolean;
  /** Whether it is kept from that now. Those that stop by themselves always are. */
  readonly resting: boolean;
  /** Least number of replicas that it would keep, 1 or more. */
  readonly least: number;
  /** `null`: primary has no copy yet. `inSync`: the copy says what the original says, overrides applied. */
  readonly primary: { readonly resourceVersion: string; readonly inSync: boolean } | null;
}

/** A copy of what primary ran before a promotion. */
export interface KeptRevision {
  /** Name of the ControllerRevision. */
  readonly name: string;
  readonly revision: Revision;
  /** What is missing of it, such as `secret/podinfo-a1b2`; empty when primary can be put back to it. */
  readonly missing: string;
}

/** Whether a pass of this canary is overdue, or has never been made. Cheap: it only reads the record. */
export function passNeeded(subject: Subject, now: Timestamp): boolean {
  const { canary, rollout } = subject;
  if (subject.deleting) return subject.finalizer && (rollout?.phase !== "terminating" || isDueNow(subject, now));
  if (rollout === null) return true;
  if (canary !== null && canary.suspended) return suspendedPassNeeded(canary, rollout, now);
  if (canary === null) {
    const back = rollout.phase === "rolling-back" || rollout.phase === "undoing";
    const retreats = subject.retreat !== null && back;
    return retreats && isDue(rollout.nextPassAt, subject.retreat.analysis.interval, now);
  }
  if (rollout.commands.some((command) => command.state === "pending")) return true;
  return isDue(rollout.nextPassAt, canary.analysis.interval, now);
}

/** Rollback goes on while everything else rests. */
function suspendedPassNeeded(canary: Canary, rollout: Rollout, now: Timestamp): boolean {
  if (!rollout.suspended || rollout.commands.some((command) => command.state === "pending")) return true;
  return (
    (rollout.phase === "rolling-back" || rollout.phase === "undoing") &&
    isDue(rollout.nextPassAt, canary.analysis.interval, now)
  );
}

function isDueNow({ canary, retreat, rollout }: Subject, now: Timestamp): boolean {
  const interval = (canary ?? retreat)?.analysis.interval;
  return rollout !== null && interval !== undefined && isDue(rollout.nextPassAt, interval, now);
}
