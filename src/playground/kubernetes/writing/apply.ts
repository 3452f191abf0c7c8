import { ApiError, conflict, notFound } from "../api-error.ts";
import type { JsonObject } from "../json.ts";
import { sameJson } from "../json.ts";
import { metadataOf, nameOf, namespaceOf, uidOf } from "../objects.ts";
import type { Writer } from "../ownership/managers.ts";
import { applyTo, emptyOf } from "../ownership/ownership.ts";
import { kindText, typeProblems } from "../ownership/typed.ts";
import type { Resource } from "../registry.ts";
import type { Cluster, Target, WriteOptions } from "./cluster.ts";
import { checkIdentity } from "./identity.ts";

export interface Application {
  readonly name: string;
  readonly applied: JsonObject;
  readonly subresource: string | undefined;
  /** Takes over what others own. */
  readonly force: boolean;
  readonly writer: Writer;
  readonly options: WriteOptions;
}

/**
 * Server-side apply: makes the object, or changes what the writer has a say in. Throws ApplyConflict, and what `create` and
 * `update` of the cluster throw.
 */
export function applyInto(
  cluster: Cluster,
  target: Target,
  application: Application,
): { object: JsonObject; isNew: boolean } {
  const { resource } = target;
  const { name, applied, subresource, force, writer, options } = application;
  const write = cluster.writeBy(resource, writer);
  const problems = typeProblems(applied, write.schema);
  if (problems.length > 0) throw untyped(applied, problems);
  const stored = cluster.store.get(resource.id, target.namespace, name);
  if (stored === undefined) return { object: create(cluster, target, application), isNew: true };
  const { status } = applied;
  const saysMore = subresource === undefined && status !== undefined && !sameJson(status, stored["status"] ?? null);
  const body = applyTo(stored, partOf(applied, resource, subresource), { ...write, saysMore }, force);
  const change = { name, body, isPatch: true, ...(subresource === "status" ? { subresource: "status" as const } : {}) };
  return { object: cluster.update(target, change, options), isNew: false };
}

function create(cluster: Cluster, target: Target, application: Application): JsonObject {
  const { resource } = target;
  const { name, applied, subresource, force, writer, options } = application;
  if (subresource !== undefined) throw notFound(resource, name);
  const uid = uidOf(applied);
  if (uid !== "") {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw conflict(resource, name, why);
  }
  const body = applyTo(emptyOf(applied), applied, cluster.writeBy(resource, writer), force);
  const metadata = metadataOf(body);
  delete metadata["resourceVersion"];
  checkIdentity(body, target, name);
  return cluster.create(target, body, options);
}

/** What an application may say at all: the status belongs to its subresource, and everything else does not. */
function partOf(applied: JsonObject, resource: Resource, subresource: string | undefined): JsonObject {
  const { status, ...rest } = applied;
  if (subresource !== "status") return resource.hasStatus ? rest : applied;
  const { apiVersion = "", kind = "" } = applied;
  const only = { apiVersion, kind, metadata: { name: nameOf(applied) } };
  return status === undefined ? only : { ...only, status };
}

function untyped(applied: JsonObject, problems: readonly string[]): ApiError {
  const text = problems.length === 1 ? problems[0] : `errors:\n${problems.map((problem) => `  ${problem}`).join("\n")}`;
  const which = `${namespaceOf(applied)}/${nameOf(applied)}; ${kindText(applied)}`;
  return new ApiError({ code: 500, reason: "", message: `failed to create typed patch object (${which}): ${text}` });
}
