import { timestamp } from "../clock.ts";
import type { JsonObject } from "../json.ts";
import { compact, numberAt, objectsAt, stringAt } from "../json.ts";
import type { ImageBehaviour } from "../options.ts";
import { withPlainCondition } from "./conditions.ts";
import type { Condition } from "./conditions.ts";
import { advance, containerStatus, hasStarted, isContainerReady, newContainer, nextChange } from "./container-run.ts";
import type { ContainerRun } from "./container-run.ts";

/** A stopping pod is gone after this long, however long its grace period is: nobody runs in it. */
const STOP_MS = 100;

export interface ContainerChange {
  readonly before: ContainerRun;
  readonly after: ContainerRun;
}

/** A pod's containers at a moment, in epoch milliseconds. */
export interface ObservedContainers {
  readonly containers: readonly ContainerRun[];
  readonly now: number;
}

/** Milliseconds from a pod's deletion until it is gone. */
export function stopsAfter(pod: JsonObject): number {
  return Math.min(STOP_MS, (numberAt(pod, "metadata", "deletionGracePeriodSeconds") ?? 0) * 1000);
}

/** All containers of a pod after everything that was due by now, beside what they were. One with another image is new. */
export function playContainers(
  pod: JsonObject,
  known: readonly ContainerRun[],
  world: { readonly now: number; readonly image: (image: string) => ImageBehaviour },
): readonly ContainerChange[] {
  const byName = new Map(known.map((container) => [container.name, container]));
  return objectsAt(pod, "spec", "containers").map((spec) => {
    const name = stringAt(spec, "name") ?? "";
    const image = stringAt(spec, "image") ?? "";
    const found = byName.get(name);
    const before = found === undefined || found.image !== image ? newContainer(name, image) : found;
    return { before, after: advance(before, world.now, world.image) };
  });
}

/** Milliseconds until something about the containers changes by itself; undefined when nothing does. */
export function nextLook(containers: readonly ContainerRun[], now: number): number | undefined {
  const changes = containers.flatMap((container) => nextChange(container, now) ?? []);
  return changes.length === 0 ? undefined : Math.max(0, Math.min(...changes) - now);
}

/** Writes into `status`, a pod's, what its kubelet would report. `takeIp` is asked once, when the pod has started. */
export function drawPodStatus(status: JsonObject, observed: ObservedContainers, takeIp: () => string): void {
  const now = timestamp(observed.now);
  const started = observed.containers.every(hasStarted);
  let conditions = objectsAt(status, "conditions").map((condition) => ({ reason: "", message: "", ...condition }));
  for (const next of [
    { type: "Initialized", status: "True", reason: "", message: "" } as const,
    readiness("Ready", observed),
    readiness("ContainersReady", observed),
  ]) {
    conditions = withPlainCondition(conditions, next, now).map((condition) => ({
      reason: "",
      message: "",
      ...condition,
    }));
  }
  status["conditions"] = conditions.map(tidyCondition);
  status["containerStatuses"] = observed.containers.map((container) => containerStatus(container, observed.now));
  status["phase"] = started ? "Running" : "Pending";
  if (started && stringAt(status, "podIP") === undefined) {
    const ip = takeIp();
    status["podIP"] = ip;
    status["podIPs"] = [{ ip }];
  }
}

/** Conditions that hold carry neither reason nor message. */
export function tidyCondition(condition: JsonObject): JsonObject {
  return compact({
    ...condition,
    lastProbeTime: null,
    reason: condition["reason"] === "" ? undefined : condition["reason"],
    message: condition["message"] === "" ? undefined : condition["message"],
  });
}

function readiness(type: string, { containers, now }: ObservedContainers): Condition {
  const unready = containers
    .filter((container) => !isContainerReady(container, now))
    .map((container) => container.name);
  if (unready.length === 0) return { type, status: "True", reason: "", message: "" };
  return {
    type,
    status: "False",
    reason: "ContainersNotReady",
    message: `containers with unready status: [${unready.join(" ")}]`,
  };
}
