import type { AddressPool } from "../builtin/addresses.ts";
import type { KubernetesOptions } from "../options.ts";
import type { Cluster } from "../writing/cluster.ts";
import { autoscalerController } from "./autoscaler.ts";
import type { Controller } from "./controller.ts";
import { daemonSetController } from "./daemon-set.ts";
import { definitionController } from "./definition.ts";
import { deploymentController } from "./deployment.ts";
import { endpointsController } from "./endpoints.ts";
import { eventExpiryController } from "./event-expiry.ts";
import { garbageController } from "./garbage.ts";
import { namespaceController } from "./namespace.ts";
import { podController } from "./pod.ts";
import { Recorder } from "./recorder.ts";
import { replicaSetController } from "./replica-set.ts";

/** The control plane: one row for each loop. */
export function allControllers(cluster: Cluster, pool: AddressPool, options: KubernetesOptions): Controller[] {
  return [
    definitionController(cluster),
    namespaceController(cluster),
    garbageController(cluster),
    eventExpiryController(cluster),
    deploymentController(cluster, new Recorder(cluster, "deployment-controller")),
    replicaSetController(cluster, new Recorder(cluster, "replicaset-controller")),
    daemonSetController(cluster),
    endpointsController(cluster),
    autoscalerController(cluster, new Recorder(cluster, "horizontal-pod-autoscaler")),
    podController({
      cluster,
      pool,
      scheduler: new Recorder(cluster, "default-scheduler"),
      kubelet: new Recorder(cluster, "kubelet"),
      schedulerDelayMs: options.schedulerDelayMs ?? 0,
      image: options.image,
    }),
  ];
}
