import type { Canary } from "../rollout/canary.ts";
import type { WorkloadObservation } from "../rollout/observation.ts";
import type { Revision } from "../rollout/rollout.ts";
import type { ClusterReader } from "./cluster.ts";
import type { DeploymentRecord } from "./workloads/deployment-record.ts";
import { primaryName } from "./names.ts";
import type { PodWatches } from "./workloads/pod-watches.ts";
import { ROLES, selectionOf, serviceEdits, serviceName, wantedService } from "./services/services.ts";
import type { WorkloadCaches } from "./followed-kinds.ts";

/** Looks at workloads and Services in the caches. */
export function createWorkloadReader(
  { deployments, services }: WorkloadCaches,
  pods: Pick<PodWatches, "troubleOf">,
): ClusterReader {
  const look = (
    canary: Canary,
    name: string,
    revisionOf: (record: DeploymentRecord) => Revision | null,
  ): WorkloadObservation | null => {
    const { namespace } = canary.ref;
    const record = deployments.get(namespace, name);
    if (record === null) return null;
    return { ...record.state, revision: revisionOf(record), trouble: pods.troubleOf(namespace, name, record) };
  };

  return {
    target: (canary) => look(canary, canary.target.name, ({ template }) => template),
    primary: (canary) => look(canary, primaryName(canary), ({ copied }) => copied),
    scaler: () => null,
    kept: () => [],
    services(canary) {
      const { namespace } = canary.ref;
      const target = deployments.get(namespace, canary.target.name);
      const apex = services.get(namespace, canary.service.name);
      const label = target?.selector ?? null;
      if (target === null || label === null) {
        return { ready: false, apexSelects: apex === null ? "absent" : "other" };
      }
      const apexSelects = selectionOf(apex, label, target.podLabels);
      // Where apex leads to is told apart, so here it may lead wherever it does.
      const wanted = apexSelects === "target" ? "target" : "primary";
      const ready = ROLES.every((role) => {
        const record = services.get(namespace, serviceName(canary, role));
        if (record === null) return false;
        if (role === "apex" && apexSelects === "other") return true;
        const service = wantedService(canary, { role, label, apexSelects: wanted });
        return serviceEdits(canary, { wanted: service, record, label, podLabels: target.podLabels }).length === 0;
      });
      return { ready, apexSelects };
    },
  };
}
