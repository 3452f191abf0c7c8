import { timestamp } from "../clock.ts";
import type { JsonObject } from "../json.ts";
import { compact, ensureObject, numberAt, objectAt, objectsAt, stringAt } from "../json.ts";
import { isTerminating, keyOf, namespaceOf, nameOf, splitApiVersion, splitKey } from "../objects.ts";
import type { Cluster } from "../writing/cluster.ts";
import { withPlainCondition } from "./conditions.ts";
import type { Condition } from "./conditions.ts";
import type { Controller } from "./controller.ts";
import type { Recorder } from "./recorder.ts";

const AUTOSCALERS = "horizontalpodautoscalers.autoscaling";

/**
 * Keeps the target of an autoscaler between its bounds. There are no metrics in this cluster,
 * so that inside of the bounds the present size is taken as the right one.
 */
export function autoscalerController(cluster: Cluster, recorder: Recorder): Controller {
  return {
    name: "autoscaler",
    keysFor: (id, event) => {
      if (id === AUTOSCALERS) return event.type === "DELETED" ? [] : [keyOf(event.object)];
      if (cluster.registry.byId(id)?.scale === undefined) return [];
      const aims = (autoscaler: JsonObject): boolean => {
        const target = objectAt(autoscaler, "spec", "scaleTargetRef");
        return target?.["kind"] === event.object["kind"] && target?.["name"] === nameOf(event.object);
      };
      return cluster.store.unsorted(AUTOSCALERS, namespaceOf(event.object)).filter(aims).map(keyOf);
    },
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const autoscaler = cluster.store.get(AUTOSCALERS, namespace, name);
      if (autoscaler !== undefined && !isTerminating(autoscaler)) follow(cluster, recorder, autoscaler);
      return undefined;
    },
  };
}

function targetOf(cluster: Cluster, autoscaler: JsonObject): { id: string; object: JsonObject } | undefined {
  const reference = objectAt(autoscaler, "spec", "scaleTargetRef");
  const { group, version } = splitApiVersion(stringAt(reference, "apiVersion") ?? "");
  const resource = cluster.registry.findKind(group, version, stringAt(reference, "kind") ?? "");
  if (resource?.scale === undefined) return undefined;
  const object = cluster.store.get(resource.id, namespaceOf(autoscaler), stringAt(reference, "name") ?? "");
  return object === undefined ? undefined : { id: resource.id, object };
}

function follow(cluster: Cluster, recorder: Recorder, autoscaler: JsonObject): void {
  const target = targetOf(cluster, autoscaler);
  if (target === undefined) {
    const message = `the HPA controller was unable to get the target's current scale: ${stringAt(autoscaler, "spec", "scaleTargetRef", "name")} not found`;
    writeStatus(cluster, autoscaler, {
      conditions: [{ type: "AbleToScale", status: "False", reason: "FailedGetScale", message }],
      sizes: { desiredReplicas: 0 },
    });
    return;
  }
  const wanted = numberAt(target.object, "spec", "replicas") ?? 0;
  const current = numberAt(target.object, "status", "replicas") ?? 0;
  const able: Condition = {
    type: "AbleToScale",
    status: "True",
    reason: "SucceededGetScale",
    message: "the HPA controller was able to get the target's current scale",
  };
  if (wanted === 0) {
    const idle: Condition = {
      type: "ScalingActive",
      status: "False",
      reason: "ScalingDisabled",
      message: "scaling is disabled since the replica count of the target is zero",
    };
    writeStatus(cluster, autoscaler, {
      conditions: [able, idle],
      sizes: { currentReplicas: current, desiredReplicas: 0 },
    });
    return;
  }
  const least = numberAt(autoscaler, "spec", "minReplicas") ?? 1;
  const most = numberAt(autoscaler, "spec", "maxReplicas") ?? least;
  const desired = Math.min(Math.max(wanted, least), most);
  const active: Condition = {
    type: "ScalingActive",
    status: "False",
    reason: "FailedGetResourceMetric",
    message: "the HPA was unable to compute the replica count: unable to fetch metrics from resource metrics API",
  };
  writeStatus(cluster, autoscaler, {
    conditions: [able, active],
    sizes: { currentReplicas: current, desiredReplicas: desired },
  });
  if (desired === wanted) return;
  cluster.modify(target, (draft) => void (ensureObject(draft, "spec")["replicas"] = desired));
  const reason =
    desired > wanted
      ? "Current number of replicas below Spec.MinReplicas"
      : "Current number of replicas above Spec.MaxReplicas";
  recorder.record(autoscaler, { reason: "SuccessfulRescale", message: `New size: ${desired}; reason: ${reason}` });
}

interface AutoscalerStatus {
  readonly conditions: readonly Condition[];
  readonly sizes: { readonly currentReplicas?: number; readonly desiredReplicas: number };
}

function writeStatus(cluster: Cluster, autoscaler: JsonObject, { conditions, sizes }: AutoscalerStatus): void {
  const now = timestamp(cluster.clock.now());
  cluster.modify({ id: AUTOSCALERS, object: autoscaler }, (draft) => {
    const before = objectsAt(draft, "status", "conditions");
    const next = conditions.reduce((list, condition) => withPlainCondition(list, condition, now), before);
    draft["status"] = compact({
      currentMetrics: null,
      ...sizes,
      currentReplicas: sizes.currentReplicas,
      lastScaleTime: stringAt(draft, "status", "lastScaleTime"),
      conditions: next,
    });
  });
}
