import { timestamp } from "../clock.ts";
import type { JsonObject } from "../json.ts";
import { at, compact, ensureObject, numberAt, objectAt, objectsAt, stringAt } from "../json.ts";
import { annotationsOf, metadataOf, nameOf, splitKey } from "../objects.ts";
import type { Cluster } from "../writing/cluster.ts";
import { findCondition, withCondition } from "./conditions.ts";
import type { Condition } from "./conditions.ts";
import { strategyLimits } from "./rollout-math.ts";

const DEPLOYMENTS = "deployments.apps";
const REVISION = "deployment.kubernetes.io/revision";
/** The deadline that means "no deadline". */
const NO_DEADLINE = 2_147_483_647;

interface Sets {
  readonly newest: JsonObject | undefined;
  readonly older: readonly JsonObject[];
}

interface Counts {
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  readonly wanted: number;
  readonly terminating: number;
}

/** Writes the revision that a Deployment is at into its annotation. */
export function noteRevision(cluster: Cluster, deployment: JsonObject, revision: number): void {
  if (annotationsOf(deployment)[REVISION] === String(revision)) return;
  cluster.modify({ id: DEPLOYMENTS, object: deployment }, (draft) => {
    ensureObject(metadataOf(draft), "annotations")[REVISION] = String(revision);
  });
}

/** Restarts the clock of the progress deadline, with the reason why. */
export function noteProgress(
  cluster: Cluster,
  deployment: JsonObject,
  what: { reason: string; message: string },
): void {
  if (!hasDeadline(deployment)) return;
  cluster.modify({ id: DEPLOYMENTS, object: deployment }, (draft) => {
    const status = ensureObject(draft, "status");
    const condition: Condition = { type: "Progressing", status: "True", ...what };
    status["conditions"] = withCondition(objectsAt(status, "conditions"), condition, timestamp(cluster.clock.now()));
  });
}

function hasDeadline(deployment: JsonObject): boolean {
  const deadline = numberAt(deployment, "spec", "progressDeadlineSeconds");
  return deadline !== undefined && deadline !== NO_DEADLINE;
}

function countPods({ newest, older }: Sets): Counts {
  const all = newest === undefined ? older : [newest, ...older];
  const total = (...path: string[]): number => all.reduce((sum, set) => sum + (numberAt(set, ...path) ?? 0), 0);
  return {
    replicas: total("status", "replicas"),
    updated: numberAt(newest, "status", "replicas") ?? 0,
    ready: total("status", "readyReplicas"),
    available: total("status", "availableReplicas"),
    wanted: total("spec", "replicas"),
    terminating: total("status", "terminatingReplicas"),
  };
}

/** Zero counts are left out, as Go's `omitempty` leaves them out. */
function positive(count: number): number | undefined {
  return count > 0 ? count : undefined;
}

/** Brings the status up to date. Returns the milliseconds until the progress deadline has to be looked at. */
export function deploymentStatus(cluster: Cluster, key: string, sets: Sets): number | undefined {
  const { namespace, name } = splitKey(key);
  const deployment = cluster.store.get(DEPLOYMENTS, namespace, name);
  if (deployment === undefined) return undefined;
  const counts = countPods(sets);
  const now = cluster.clock.now();
  const conditions = nextConditions(deployment, { counts, newest: sets.newest, now });
  cluster.modify({ id: DEPLOYMENTS, object: deployment }, (draft) => {
    draft["status"] = compact({
      observedGeneration: numberAt(deployment, "metadata", "generation"),
      replicas: positive(counts.replicas),
      updatedReplicas: positive(counts.updated),
      readyReplicas: positive(counts.ready),
      availableReplicas: positive(counts.available),
      unavailableReplicas: positive(counts.wanted - counts.available),
      // Always said, even when it is none.
      terminatingReplicas: counts.terminating,
      conditions: conditions.length === 0 ? undefined : conditions,
      collisionCount: at(deployment, "status", "collisionCount"),
    });
  });
  return deadlineIn(deployment, conditions, now);
}

interface Progress {
  readonly counts: Counts;
  readonly newest: JsonObject | undefined;
  readonly now: number;
}

function nextConditions(deployment: JsonObject, progress: Progress): JsonObject[] {
  const now = timestamp(progress.now);
  const conditions = withPause(deployment, objectsAt(deployment, "status", "conditions"), now);
  const withAvailable = withCondition(conditions, availability(deployment, progress.counts), now);
  if (!hasDeadline(deployment) || at(deployment, "spec", "paused") === true) return withAvailable;
  return withProgress(
    { ...deployment, status: { ...objectAt(deployment, "status"), conditions: withAvailable } },
    progress,
    now,
  );
}

/** Pausing stops the deadline's clock; resuming starts it again. */
function withPause(deployment: JsonObject, conditions: readonly JsonObject[], now: string): JsonObject[] {
  if (!hasDeadline(deployment)) return [...conditions];
  const reason = stringAt(findCondition(deployment, "Progressing"), "reason");
  if (reason === "ProgressDeadlineExceeded") return [...conditions];
  const paused = at(deployment, "spec", "paused") === true;
  if (paused && reason !== "DeploymentPaused") {
    return withCondition(
      conditions,
      { type: "Progressing", status: "Unknown", reason: "DeploymentPaused", message: "Deployment is paused" },
      now,
    );
  }
  if (!paused && reason === "DeploymentPaused") {
    return withCondition(
      conditions,
      { type: "Progressing", status: "Unknown", reason: "DeploymentResumed", message: "Deployment is resumed" },
      now,
    );
  }
  return [...conditions];
}

function availability(deployment: JsonObject, counts: Counts): Condition {
  const replicas = numberAt(deployment, "spec", "replicas") ?? 0;
  const rolling = objectAt(deployment, "spec", "strategy", "rollingUpdate");
  const limits = strategyLimits(
    { maxSurge: rolling?.["maxSurge"], maxUnavailable: rolling?.["maxUnavailable"] },
    replicas,
  );
  const missing =
    stringAt(deployment, "spec", "strategy", "type") === "RollingUpdate"
      ? Math.min(limits.maxUnavailable, replicas)
      : 0;
  if (counts.available >= replicas - missing) {
    return {
      type: "Available",
      status: "True",
      reason: "MinimumReplicasAvailable",
      message: "Deployment has minimum availability.",
    };
  }
  return {
    type: "Available",
    status: "False",
    reason: "MinimumReplicasUnavailable",
    message: "Deployment does not have minimum availability.",
  };
}

function isComplete(deployment: JsonObject, counts: Counts): boolean {
  const replicas = numberAt(deployment, "spec", "replicas") ?? 0;
  return counts.updated === replicas && counts.replicas === replicas && counts.available === replicas;
}

function hasProgressed(deployment: JsonObject, counts: Counts): boolean {
  const before = (member: string): number => numberAt(deployment, "status", member) ?? 0;
  return (
    counts.updated > before("updatedReplicas") ||
    counts.replicas - counts.updated < before("replicas") - before("updatedReplicas") ||
    counts.ready > before("readyReplicas") ||
    counts.available > before("availableReplicas")
  );
}

function withProgress(deployment: JsonObject, { counts, newest, now }: Progress, nowText: string): JsonObject[] {
  const conditions = objectsAt(deployment, "status", "conditions");
  const current = findCondition(deployment, "Progressing");
  const subject = newest === undefined ? `Deployment "${nameOf(deployment)}"` : `ReplicaSet "${nameOf(newest)}"`;
  const set = (status: Condition["status"], reason: string, message: string): JsonObject[] =>
    withCondition(conditions, { type: "Progressing", status, reason, message: `${subject} ${message}` }, nowText);
  // A finished rollout stays finished when pods come and go: only a new template starts the deadline again.
  if (counts.replicas === counts.updated && stringAt(current, "reason") === "NewReplicaSetAvailable") return conditions;
  if (isComplete(deployment, counts)) return set("True", "NewReplicaSetAvailable", "has successfully progressed.");
  if (hasProgressed(deployment, counts)) {
    // Each step of progress restarts the deadline, so the update time changes even when nothing else does.
    const kept = conditions.filter((condition) => condition !== current);
    const since = current?.["status"] === "True" ? (stringAt(current, "lastTransitionTime") ?? nowText) : nowText;
    return [
      ...kept,
      {
        type: "Progressing",
        status: "True",
        reason: "ReplicaSetUpdated",
        message: `${subject} is progressing.`,
        lastUpdateTime: nowText,
        lastTransitionTime: since,
      },
    ];
  }
  const left = deadlineIn(deployment, conditions, now);
  return left !== undefined && left <= 0
    ? set("False", "ProgressDeadlineExceeded", "has timed out progressing.")
    : conditions;
}

/** Milliseconds until a rollout in progress counts as stuck; undefined when nothing is in progress. */
function deadlineIn(deployment: JsonObject, conditions: readonly JsonObject[], now: number): number | undefined {
  const current = conditions.find((condition) => condition["type"] === "Progressing");
  const reason = stringAt(current, "reason");
  if (
    !hasDeadline(deployment) ||
    current === undefined ||
    reason === "NewReplicaSetAvailable" ||
    reason === "ProgressDeadlineExceeded" ||
    reason === "DeploymentPaused"
  )
    return undefined;
  const seconds = numberAt(deployment, "spec", "progressDeadlineSeconds") ?? NO_DEADLINE;
  // Condition times have whole seconds; the extra one keeps a deadline from firing early.
  return Math.max(0, Date.parse(stringAt(current, "lastUpdateTime") ?? "") + (seconds + 1) * 1000 - now);
}
