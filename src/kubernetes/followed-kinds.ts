import { DEPLOYMENTS, SERVICES, type Collection, type OpenCollection } from "./collection.ts";
import { readDeployment, type DeploymentRecord } from "./workloads/deployment-record.ts";
import { at } from "./object.ts";
import { readService, type ServiceRecord } from "./services/service-record.ts";

/** What reader and writer look at. */
export interface WorkloadCaches {
  readonly deployments: Collection<DeploymentRecord>;
  readonly services: Collection<ServiceRecord>;
}

/** Begins to follow Deployments and Services. `onChange` hears of them by namespace and name. */
export function openWorkloadCaches(
  open: OpenCollection,
  onChange: (kind: "deployment" | "service", namespace: string, name: string) => void,
): WorkloadCaches {
  return {
    deployments: open({
      resource: DEPLOYMENTS,
      project: (object) => readDeployment(object, at(object, "spec", "template")),
      onChange: (namespace, name) => onChange("deployment", namespace, name),
    }),
    services: open({
      resource: SERVICES,
      project: readService,
      onChange: (namespace, name) => onChange("service", namespace, name),
    }),
  };
}
