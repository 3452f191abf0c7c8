import type { TargetKind } from "../../rollout/canary.ts";
import { daemonSetKind } from "./daemon-set.ts";
import { deploymentKind } from "./deployment.ts";
import { serviceTargetKind } from "./service-target.ts";
import type { WorkloadKind } from "./workload-kind.ts";

/** Every kind that can be the target of a canary. */
export const WORKLOAD_KINDS: Readonly<Record<TargetKind, WorkloadKind>> = {
  Deployment: deploymentKind,
  DaemonSet: daemonSetKind,
  Service: serviceTargetKind,
};
