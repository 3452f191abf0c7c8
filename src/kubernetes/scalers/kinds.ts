import type { ScalerPlan } from "../../rollout/canary.ts";
import { autoscalerKind } from "./horizontal-pod-autoscaler.ts";
import { scaledObjectKind } from "./scaled-object.ts";
import type { ScalerKind } from "./scaler-kind.ts";

/** Every kind that a manifest's `autoscalerRef` may name. */
export const SCALER_KINDS: Readonly<Record<ScalerPlan["kind"], ScalerKind>> = {
  HorizontalPodAutoscaler: autoscalerKind,
  ScaledObject: scaledObjectKind,
};
