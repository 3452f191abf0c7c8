import { ApiError, badRequest } from "../api-error.ts";
import type { Answer, Call } from "../http/call.ts";
import { parseYaml } from "../json-boundary.ts";
import type { JsonObject } from "../json.ts";
import { at, isObject, stringAt } from "../json.ts";
import { joinApiVersion, nameOf } from "../objects.ts";
import type { OwnerConflict } from "../ownership/ownership.ts";
import { ApplyConflict } from "../ownership/ownership.ts";
import { kindText } from "../ownership/typed.ts";
import { applyInto } from "../writing/apply.ts";
import type { Cluster } from "../writing/cluster.ts";
import { scaleOf } from "./scale.ts";
import { writeOptions, writerOf } from "./write-options.ts";

export const APPLY = ["application/apply-patch+yaml", "application/apply-patch+json"];

/** Server-side apply. Throws 400 for what is no object of this resource, 409 for what others own. */
export function applyObject(call: Call, cluster: Cluster): Answer {
  const { resource, subresource } = call;
  const { writer: _updater, ...given } = writeOptions(call);
  const options = { ...given, keepsNulls: true };
  const applied = parseApplied(call);
  const target = { resource, namespace: call.namespace ?? "" };
  const force = call.query.get("force") === "true" || call.query.get("force") === "1";
  try {
    const application = {
      name: call.name ?? "",
      applied: toOwnKind(applied, call),
      subresource,
      force,
      writer: writerOf(call),
      options,
    };
    const { object, isNew } = applyInto(cluster, target, application);
    if (subresource === "scale") return { kind: "raw", code: 200, value: scaleOf(object, resource) };
    return { kind: "object", code: isNew ? 201 : 200, resource, object };
  } catch (error) {
    if (error instanceof ApplyConflict)
      throw refused(subresource === "scale" ? asScale(error.conflicts) : error.conflicts);
    throw error;
  }
}

function parseApplied(call: Call): JsonObject {
  let value;
  try {
    value = parseYaml(call.body.toString("utf8"));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw badRequest(`error decoding YAML: error converting YAML to JSON: yaml: ${why}`);
  }
  if (!isObject(value)) {
    const what = Array.isArray(value) ? "array" : typeof value;
    const why = `json: cannot unmarshal ${what} into Go value of type map[string]interface {}`;
    throw badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: ${why}`);
  }
  checkKind(value, call);
  if (at(value, "metadata", "managedFields") !== undefined) throw badRequest("metadata.managedFields must be nil");
  return value;
}

function checkKind(applied: JsonObject, { resource, subresource }: Call): void {
  const isScale = subresource === "scale";
  const wanted = isScale ? "autoscaling/v1" : joinApiVersion(resource.group, resource.version);
  const kind = isScale ? "Scale" : resource.kind;
  if (stringAt(applied, "apiVersion") !== wanted || stringAt(applied, "kind") !== kind)
    throw badRequest(`invalid object type: ${kindText(applied)}`);
}

/** A Scale says one thing about the object that it belongs to. */
function toOwnKind(applied: JsonObject, { resource, subresource, name = "" }: Call): JsonObject {
  if (subresource !== "scale") return applied;
  const [leaf = "replicas", ...above] = (resource.scale?.specReplicas ?? "").split(".").filter(Boolean).toReversed();
  const value = above.reduce<JsonObject>((inner, step) => ({ [step]: inner }), {
    [leaf]: at(applied, "spec", "replicas") ?? 0,
  });
  const apiVersion = joinApiVersion(resource.group, resource.version);
  return { apiVersion, kind: resource.kind, metadata: { name: nameOf(applied) || name }, ...value };
}

/** Owners of the number, as a Scale names them. */
function asScale(conflicts: readonly OwnerConflict[]): OwnerConflict[] {
  return conflicts.map(({ owner }) => ({
    owner: owner.replace(/ using .*$/, " using autoscaling/v1"),
    field: ".spec.replicas",
  }));
}

function refused(conflicts: readonly OwnerConflict[]): ApiError {
  const [only, ...more] = conflicts;
  const lines = [...Map.groupBy(conflicts, ({ owner }) => owner)]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([owner, fields]) => `conflicts with ${owner}:\n${fields.map(({ field }) => `- ${field}`).join("\n")}`);
  const text =
    more.length === 0
      ? `1 conflict: conflict with ${only?.owner}: ${only?.field}`
      : `${conflicts.length} conflicts: ${lines.join("\n")}`;
  const byOwner = conflicts.toSorted(({ owner: left }, { owner: right }) => (left < right ? -1 : left > right ? 1 : 0));
  const causes = byOwner.map(({ owner, field }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${owner}`,
    field,
  }));
  return new ApiError({ code: 409, reason: "Conflict", message: `Apply failed with ${text}`, details: { causes } });
}
