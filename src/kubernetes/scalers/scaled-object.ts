import { SCALED_OBJECTS } from "../collection.ts";
import { copiedLabels, withoutToolkit } from "../copy-rules.ts";
import { copyName, LAST_APPLIED, primaryName } from "../names.ts";
import { isObject, listAt, numberAt, objectAt, textAt, type KubernetesObject } from "../object.ts";
import type { ScalerKind, ScalerOrder } from "./scaler-kind.ts";
import { aboutPrimary } from "./trigger-query.ts";

const PAUSED = "autoscaling.keda.sh/paused";
const PAUSED_AT = "autoscaling.keda.sh/paused-replicas";

/** KEDA's scaler. It would wake up a target that rests, so it is paused meanwhile. */
export const scaledObjectKind: ScalerKind = {
  resource: SCALED_OBJECTS,
  apiVersion: "keda.sh/v1alpha1",
  product: "KEDA",
  copy(order) {
    const { canary, plan, scaler } = order;
    const { spec } = scaler;
    return {
      ...spec,
      scaleTargetRef: { ...objectAt(spec, "scaleTargetRef"), name: primaryName(canary) },
      ...(plan.primaryMin !== null && { minReplicaCount: plan.primaryMin }),
      ...(plan.primaryMax !== null && { maxReplicaCount: plan.primaryMax }),
      ...(spec["triggers"] !== undefined && {
        triggers: listAt(spec, "triggers").map((one) => copyTrigger(one, order)),
      }),
      ...(spec["advanced"] !== undefined && { advanced: copyAdvanced(objectAt(spec, "advanced")) }),
    };
  },
  // A copy that begins paused would keep primary as it is for ever.
  metadata({ labels, annotations }, rules) {
    const { [PAUSED]: _, [PAUSED_AT]: __, [LAST_APPLIED]: ___, ...others } = withoutToolkit(annotations);
    return { labels: copiedLabels(labels, { ...rules, labelPrefixes: ["*"] }), annotations: others };
  },
  least: ({ spec }) => Math.max(1, numberAt(spec, "minReplicaCount")),
  limits: (spec) => ({ min: numberAt(spec, "minReplicaCount"), max: numberAt(spec, "maxReplicaCount") || null }),
  pause: { annotation: PAUSED_AT, value: "0" },
};

function copyTrigger(trigger: unknown, { canary, plan }: ScalerOrder): unknown {
  if (!isObject(trigger)) return trigger;
  const metadata = objectAt(trigger, "metadata");
  const { query } = metadata;
  if (typeof query !== "string") return trigger;
  const given = plan.primaryQueries[textAt(trigger, "name")];
  return { ...trigger, metadata: { ...metadata, query: given ?? aboutPrimary(query, canary.target.name) } };
}

/** Two scalers must not ask for a HorizontalPodAutoscaler of one name. */
function copyAdvanced(advanced: KubernetesObject): KubernetesObject {
  const config = objectAt(advanced, "horizontalPodAutoscalerConfig");
  const name = textAt(config, "name");
  if (name === "") return advanced;
  return { ...advanced, horizontalPodAutoscalerConfig: { ...config, name: copyName(name) } };
}
