import type { JsonObject } from "../json.ts";
import { objectsAt, stringAt } from "../json.ts";
import { isTerminating } from "../objects.ts";

function readyCondition(pod: JsonObject): JsonObject | undefined {
  return objectsAt(pod, "status", "conditions").find((condition) => condition["type"] === "Ready");
}

export function isReady(pod: JsonObject): boolean {
  return readyCondition(pod)?.["status"] === "True";
}

/** Neither finished nor on its way out. */
export function isActive(pod: JsonObject): boolean {
  const phase = stringAt(pod, "status", "phase");
  return phase !== "Succeeded" && phase !== "Failed" && !isTerminating(pod);
}

/** Milliseconds until a ready pod has been ready long enough; 0 when it has, undefined when it is not ready. */
export function availableIn(pod: JsonObject, minReadySeconds: number, now: number): number | undefined {
  const ready = readyCondition(pod);
  if (ready?.["status"] !== "True") return undefined;
  if (minReadySeconds === 0) return 0;
  const since = Date.parse(stringAt(ready, "lastTransitionTime") ?? "");
  return Math.max(0, since + minReadySeconds * 1000 - now);
}
