import type { AddressPool } from "../builtin/addresses.ts";
import { timestamp } from "../clock.ts";
import type { JsonObject } from "../json.ts";
import { ensureObject, objectAt, objectsAt, stringAt } from "../json.ts";
import { isTerminating, keyOf, nameOf, namespaceOf, splitKey, uidOf } from "../objects.ts";
import type { ImageBehaviour } from "../options.ts";
import type { Cluster } from "../writing/cluster.ts";
import { withPlainCondition } from "./conditions.ts";
import type { ContainerRun } from "./container-run.ts";
import type { Controller } from "./controller.ts";
import { drawPodStatus, nextLook, playContainers, stopsAfter, tidyCondition } from "./pod-run.ts";
import type { ContainerChange, ObservedContainers } from "./pod-run.ts";
import type { Recorder } from "./recorder.ts";

export const NODE_NAME = "playground-node";
export const NODE_IP = "10.0.0.10";

interface PodRun {
  readonly seenAt: number;
  containers: readonly ContainerRun[];
  stopAt: number | undefined;
}

interface PodControllerParts {
  readonly cluster: Cluster;
  readonly scheduler: Recorder;
  readonly kubelet: Recorder;
  readonly pool: AddressPool;
  readonly schedulerDelayMs: number;
  readonly image: (image: string) => ImageBehaviour;
}

/** Scheduler and kubelet in one: places pods and plays what their containers do. */
export function podController(parts: PodControllerParts): Controller {
  const runs = new Map<string, PodRun>();
  return {
    name: "pod",
    keysFor: (id, event) => {
      if (id !== "pods") return [];
      if (event.type === "DELETED") runs.delete(uidOf(event.object));
      return event.type === "DELETED" ? [] : [keyOf(event.object)];
    },
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const pod = parts.cluster.store.get("pods", namespace, name);
      if (pod === undefined) return undefined;
      const run = runs.get(uidOf(pod)) ?? { seenAt: parts.cluster.clock.now(), containers: [], stopAt: undefined };
      runs.set(uidOf(pod), run);
      if (isTerminating(pod)) return stop(parts, pod, run);
      return stringAt(pod, "spec", "nodeName") === undefined ? schedule(parts, pod, run) : play(parts, pod, run);
    },
  };
}

function stop({ cluster }: PodControllerParts, pod: JsonObject, run: PodRun): number | undefined {
  const now = cluster.clock.now();
  run.stopAt ??= now + stopsAfter(pod);
  if (now < run.stopAt) return run.stopAt - now;
  const resource = cluster.registry.byId("pods");
  if (resource !== undefined)
    cluster.remove({ resource, namespace: namespaceOf(pod) }, nameOf(pod), { graceSeconds: 0 });
  return undefined;
}

function schedule(parts: PodControllerParts, pod: JsonObject, run: PodRun): number | undefined {
  const { cluster } = parts;
  const wait = run.seenAt + parts.schedulerDelayMs - cluster.clock.now();
  if (wait > 0) return wait;
  const now = timestamp(cluster.clock.now());
  parts.scheduler.record(pod, { reason: "Scheduled", message: `Successfully assigned ${keyOf(pod)} to ${NODE_NAME}` });
  const placed = cluster.modify({ id: "pods", object: pod }, (draft) => {
    ensureObject(draft, "spec")["nodeName"] = NODE_NAME;
    const status = ensureObject(draft, "status");
    status["conditions"] = withPlainCondition(
      objectsAt(status, "conditions"),
      { type: "PodScheduled", status: "True", reason: "", message: "" },
      now,
    ).map(tidyCondition);
    status["hostIP"] = NODE_IP;
    status["hostIPs"] = [{ ip: NODE_IP }];
    status["startTime"] = now;
  });
  return placed === undefined ? undefined : play(parts, placed, run);
}

function play(parts: PodControllerParts, pod: JsonObject, run: PodRun): number | undefined {
  const now = parts.cluster.clock.now();
  const changes = playContainers(pod, run.containers, { now, image: parts.image });
  for (const change of changes) tellContainer(parts.kubelet, pod, change);
  run.containers = changes.map(({ after }) => after);
  writeStatus(parts, pod, { containers: run.containers, now });
  return nextLook(run.containers, now);
}

function tellContainer(kubelet: Recorder, pod: JsonObject, change: ContainerChange): void {
  const { before, after } = change;
  if (before.phase === after.phase) return;
  const fieldPath = `spec.containers{${after.name}}`;
  const tell = (reason: string, message: string, type: "Normal" | "Warning" = "Normal"): void =>
    kubelet.record(pod, { type, reason, message, fieldPath });
  switch (after.phase.kind) {
    case "running":
      tell("Pulled", `Container image "${after.image}" already present on machine`);
      tell("Created", `Created container: ${after.name}`);
      tell("Started", `Started container ${after.name}`);
      if (after.phase.behaviour.kind === "never-ready")
        tell("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503", "Warning");
      return;
    case "pull-failed":
      tell("Failed", `Failed to pull image "${after.image}": ${after.phase.reason}`, "Warning");
      tell("BackOff", `Back-off pulling image "${after.image}"`);
      return;
    case "crashed":
      tell(
        "BackOff",
        `Back-off restarting failed container ${after.name} in pod ${nameOf(pod)}_${namespaceOf(pod)}(${uidOf(pod)})`,
        "Warning",
      );
      return;
    case "new":
  }
}

function writeStatus({ cluster, pool }: PodControllerParts, pod: JsonObject, observed: ObservedContainers): void {
  cluster.modify({ id: "pods", object: pod }, (draft) => {
    drawPodStatus(ensureObject(draft, "status"), observed, () => pool.nextPodIp());
  });
}

/** A few lines for `kubectl logs`: what the pod is and how its containers fare. */
export function podLog(pod: JsonObject, query: URLSearchParams): string {
  const wanted = query.get("container") ?? stringAt(objectsAt(pod, "spec", "containers")[0], "name") ?? "";
  const status = objectsAt(pod, "status", "containerStatuses").find((candidate) => candidate["name"] === wanted);
  const image = stringAt(status, "image") ?? "unknown";
  const started = stringAt(objectAt(status, "state", "running"), "startedAt");
  return `${started ?? ""} container ${wanted} of ${nameOf(pod)} runs ${image} (emulated: it writes nothing more)\n`;
}
