import type { ScalerPlan } from "../canary.ts";
import type { CanarySpec } from "./canary-manifest.ts";
import { found, wrong, type Found } from "./found.ts";

const PATH = "spec.autoscalerRef";

/** Reads `spec.autoscalerRef`; only its kind and name say which scaler is meant. `null`: the target has none. */
export function readScaler({ autoscalerRef: reference, targetRef }: CanarySpec): Found<ScalerPlan | null> {
  if (reference === undefined) return found(null);
  const { kind, name, primaryScalerQueries: queries = {}, primaryScalerReplicas: limits = {} } = reference;
  if (name === "") return wrong(`${PATH}.name`, "is empty", "Name the scaler of the target.");
  if (targetRef.kind !== "Deployment") {
    return wrong(PATH, `makes no sense for a ${targetRef.kind}`, "Remove it; only a Deployment is scaled.");
  }
  if (kind !== "ScaledObject" && Object.keys(queries).length > 0) {
    const fix = "Remove it; only a ScaledObject has triggers with queries.";
    return wrong(`${PATH}.primaryScalerQueries`, `makes no sense for a ${kind}`, fix);
  }
  const { minReplicas = null, maxReplicas = null } = limits;
  if (minReplicas !== null && maxReplicas !== null && minReplicas > maxReplicas) {
    const problem = `minReplicas ${minReplicas} is above maxReplicas ${maxReplicas}`;
    return wrong(`${PATH}.primaryScalerReplicas`, problem, "Exchange the two limits.");
  }
  return found({ kind, name, primaryQueries: queries, primaryMin: minReplicas, primaryMax: maxReplicas });
}
