import { timestamp } from "../clock.ts";
import type { Subject } from "../api-error.ts";
import { conflict, forbidden } from "../api-error.ts";
import type { JsonObject } from "../json.ts";
import { cloneObject, ensureObject, numberAt, stringAt } from "../json.ts";
import { finalizersOf, isTerminating, metadataOf, nameOf, uidOf, versionOf } from "../objects.ts";
import type { Cluster, Target } from "./cluster.ts";

export interface RemoveOptions {
  readonly propagation?: "Background" | "Foreground" | "Orphan";
  readonly graceSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
}

/** What a DELETE led to: gone at once, or marked and waiting for finalizers or a grace period. */
export interface Removal {
  readonly gone: boolean;
  readonly object: JsonObject;
}

export const ORPHAN = "orphan";
export const FOREGROUND = "foregroundDeletion";
export const CRD_CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

const KEPT = new Set(["default", "kube-system", "kube-public"]);

interface RemoveRequest {
  readonly target: Target;
  readonly stored: JsonObject;
  readonly options: RemoveOptions;
}

export function removeObject(cluster: Cluster, request: RemoveRequest): Removal {
  const { target, stored, options } = request;
  if (target.resource.id === "namespaces" && KEPT.has(nameOf(stored)))
    throw forbidden(target.resource, nameOf(stored), "this namespace may not be deleted");
  checkPreconditions(request);
  const finalizers = withPropagation(finalizersOf(stored), target, options);
  const grace = graceSeconds(target, stored, options);
  if (finalizers.length === 0 && grace === 0 && target.resource.id !== "namespaces") {
    return { gone: true, object: options.dryRun === true ? stored : cluster.store.remove(target.resource.id, stored) };
  }
  const marked = markDeleted(cluster, { target, stored, finalizers, grace });
  if (marked === stored || options.dryRun === true) return { gone: false, object: marked };
  return { gone: false, object: cluster.store.put(target.resource.id, marked) };
}

function checkPreconditions({ target, stored, options }: RemoveRequest): void {
  const { uid, resourceVersion } = options.preconditions ?? {};
  if (uid !== undefined && uid !== uidOf(stored)) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${uidOf(stored)})`;
    const hint = "The object might have been deleted and then recreated";
    throw conflict(byKind(target.resource), nameOf(stored), `${why}. ${hint}`);
  }
  if (resourceVersion !== undefined && resourceVersion !== versionOf(stored)) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${versionOf(stored)})`;
    throw conflict(byKind(target.resource), nameOf(stored), `${why}. The object might have been modified`);
  }
}

/** Refused deletions name the kind where others name the resource. */
function byKind({ group, kind }: Subject): Subject {
  return { group, kind, plural: kind };
}

function withPropagation(finalizers: readonly string[], target: Target, options: RemoveOptions): string[] {
  const kept = finalizers.filter(
    (finalizer) => options.propagation === undefined || (finalizer !== ORPHAN && finalizer !== FOREGROUND),
  );
  if (options.propagation === "Orphan") kept.push(ORPHAN);
  if (options.propagation === "Foreground") kept.push(FOREGROUND);
  if (target.resource.id === "customresourcedefinitions.apiextensions.k8s.io" && !kept.includes(CRD_CLEANUP))
    kept.push(CRD_CLEANUP);
  return kept;
}

/** Only pods that run on a node are given time to stop. */
function graceSeconds(target: Target, stored: JsonObject, options: RemoveOptions): number {
  if (target.resource.id !== "pods" || stringAt(stored, "spec", "nodeName") === undefined) return 0;
  return options.graceSeconds ?? numberAt(stored, "spec", "terminationGracePeriodSeconds") ?? 30;
}

interface Mark {
  readonly target: Target;
  readonly stored: JsonObject;
  readonly finalizers: readonly string[];
  readonly grace: number;
}

function markDeleted(cluster: Cluster, { target, stored, finalizers, grace }: Mark): JsonObject {
  const same =
    finalizers.length === finalizersOf(stored).length &&
    finalizers.every((item) => finalizersOf(stored).includes(item));
  if (isTerminating(stored) && same) return stored;
  const marked = cloneObject(stored);
  const metadata = metadataOf(marked);
  if (!isTerminating(stored)) {
    metadata["deletionTimestamp"] = timestamp(cluster.clock.now() + grace * 1000);
    if (target.resource.id !== "namespaces") metadata["deletionGracePeriodSeconds"] = grace;
    const generation = numberAt(metadata, "generation");
    if (generation !== undefined) metadata["generation"] = generation + 1;
  }
  if (finalizers.length > 0) metadata["finalizers"] = [...finalizers];
  else delete metadata["finalizers"];
  if (target.resource.id === "namespaces") ensureObject(marked, "status")["phase"] = "Terminating";
  return marked;
}
