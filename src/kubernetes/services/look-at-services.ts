import type { Canary } from "../../rollout/canary.ts";
import type { ServicesObservation } from "../../rollout/observation.ts";
import type { FollowedKinds } from "../followed-kinds.ts";
import { ROLES, selectionOf, serviceEdits, serviceName, wantedService, type Selecting } from "./services.ts";

/** Where the Services of a canary stand. */
export function lookAtServices(kinds: FollowedKinds, canary: Canary): ServicesObservation {
  return canary.target.kind === "Service" ? lookAtCopies(kinds, canary) : lookAtThree(kinds, canary);
}

/** What has to be known of the target to select its pods; `null`: it is not there, or its pods cannot be told. */
export function selectingOf({ workloads }: FollowedKinds, { target, ref }: Canary): Selecting | null {
  const record = workloads[target.kind].get(ref.namespace, target.name);
  if (record === null || record.selector === null) return null;
  return { label: record.selector, podLabels: record.podLabels, ports: record.ports };
}

function lookAtThree(kinds: FollowedKinds, canary: Canary): ServicesObservation {
  const { services } = kinds;
  const { namespace } = canary.ref;
  const apex = services.get(namespace, canary.service.name);
  const selecting = selectingOf(kinds, canary);
  if (selecting === null) return { ready: false, apexSelects: apex === null ? "absent" : "other" };
  const apexSelects = selectionOf(apex, selecting);
  // Where apex leads to is told apart, so here it may lead wherever it does.
  const wanted = apexSelects === "target" ? "target" : "primary";
  const ready = ROLES.every((role) => {
    const record = services.get(namespace, serviceName(canary, role));
    if (record === null) return false;
    if (role === "apex" && apexSelects === "other") return true;
    const service = wantedService(canary, { role, selecting, apexSelects: wanted });
    return serviceEdits(canary, { wanted: service, record, selecting }).length === 0;
  });
  return { ready, apexSelects };
}

/**
 * The target is the apex Service itself and stays as it is: routes shift its traffic between two copies. It counts as leading to
 * primary, since nothing about it has to change. Primary is a workload of its own; here only the canary's copy matters.
 */
function lookAtCopies({ services }: FollowedKinds, canary: Canary): ServicesObservation {
  const { namespace } = canary.ref;
  const target = services.get(namespace, canary.target.name);
  if (target === null) return { ready: false, apexSelects: "absent" };
  const copy = services.get(namespace, serviceName(canary, "canary"));
  return { ready: copy?.workload.template.hash === target.workload.template.hash, apexSelects: "primary" };
}
