import { AUTOSCALERS } from "../collection.ts";
import { copiedLabels } from "../copy-rules.ts";
import { primaryName } from "../names.ts";
import { compact, numberAt, objectAt } from "../object.ts";
import type { ScalerKind } from "./scaler-kind.ts";

/** Stops by itself at a target without replicas. */
export const autoscalerKind: ScalerKind = {
  resource: AUTOSCALERS,
  apiVersion: "autoscaling/v2",
  product: "autoscaling/v2",
  copy: ({ canary, plan, scaler: { spec } }) =>
    compact({
      scaleTargetRef: { ...objectAt(spec, "scaleTargetRef"), name: primaryName(canary) },
      minReplicas: plan.primaryMin ?? spec["minReplicas"],
      maxReplicas: plan.primaryMax ?? spec["maxReplicas"],
      metrics: spec["metrics"],
      behavior: spec["behavior"],
    }),
  metadata: ({ labels }, rules) => ({
    labels: copiedLabels(labels, { ...rules, labelPrefixes: ["*"] }),
    annotations: {},
  }),
  least: ({ spec }) => Math.max(1, numberAt(spec, "minReplicas")),
  limits: (spec) => ({ min: Math.max(1, numberAt(spec, "minReplicas")), max: numberAt(spec, "maxReplicas") || null }),
  pause: null,
};
