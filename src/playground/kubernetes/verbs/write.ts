import { ApiError, badRequest, unsupportedPatch } from "../api-error.ts";
import { mediaType, parseBody, parsePatch } from "../http/body.ts";
import type { Answer, Call } from "../http/call.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { at, isObject, numberAt, stringAt } from "../json.ts";
import { present } from "../http/present.ts";
import { nameOf, namespaceOf, uidOf } from "../objects.ts";
import { applyJsonPatch, MalformedPatch, PatchRefused } from "../patch/json-patch.ts";
import { applyMergePatch } from "../patch/merge-patch.ts";
import { applyStrategicMerge, InvalidDirective } from "../patch/strategic-merge.ts";
import type { Cluster, Target } from "../writing/cluster.ts";
import type { RemoveOptions } from "../writing/remove.ts";
import { APPLY, applyObject } from "./apply.ts";
import { selectionOf } from "./read.ts";
import { scaleOf, withScale } from "./scale.ts";
import { dryRunOf, writeOptions } from "./write-options.ts";

function targetOf(call: Call): Target {
  return { resource: call.resource, namespace: call.namespace ?? "" };
}

export function createObject(call: Call, cluster: Cluster): Answer {
  const body = parseBody(call.body, call.contentType);
  return {
    kind: "object",
    code: 201,
    resource: call.resource,
    object: cluster.create(targetOf(call), body, writeOptions(call)),
  };
}

export function updateObject(call: Call, cluster: Cluster): Answer {
  return save(call, cluster, parseBody(call.body, call.contentType));
}

function save(call: Call, cluster: Cluster, body: JsonValue): Answer {
  const name = call.name ?? "";
  const target = targetOf(call);
  const options = writeOptions(call);
  if (call.subresource === "scale") {
    const scaled = withScale(cluster.read(target, name), body, call.resource);
    const object = cluster.update(target, { name, body: present(scaled, call.resource) }, options);
    return { kind: "raw", code: 200, value: scaleOf(object, call.resource) };
  }
  const change = call.subresource === "status" ? { name, body, subresource: "status" as const } : { name, body };
  return { kind: "object", code: 200, resource: call.resource, object: cluster.update(target, change, options) };
}

const JSON_PATCH = "application/json-patch+json";
const MERGE_PATCH = "application/merge-patch+json";
const STRATEGIC = "application/strategic-merge-patch+json";

export function patchObject(call: Call, cluster: Cluster): Answer {
  const type = mediaType(call.contentType);
  if (APPLY.includes(type)) return applyObject(call, cluster);
  const accepted = call.resource.custom ? [JSON_PATCH, MERGE_PATCH] : [JSON_PATCH, MERGE_PATCH, STRATEGIC];
  if (!accepted.includes(type)) throw unsupportedPatch();
  writeOptions(call);
  const patch = parsePatch(call.body);
  const stored = present(cluster.read(targetOf(call), call.name ?? ""), call.resource);
  const current = call.subresource === "scale" ? scaleOf(stored, call.resource) : stored;
  return save(call, cluster, patched(current, { patch, type, call }));
}

function patched(
  current: JsonObject,
  { patch, type, call }: { patch: JsonValue; type: string; call: Call },
): JsonValue {
  try {
    if (type === JSON_PATCH) return applyJsonPatch(current, patch);
    if (!isObject(patch))
      throw new MalformedPatch("json: cannot unmarshal array into Go value of type map[string]interface {}");
    if (type === MERGE_PATCH) return applyMergePatch(current, patch);
    return applyStrategicMerge(current, patch, call.resource.schema);
  } catch (error) {
    if (error instanceof MalformedPatch) throw badRequest(`error decoding patch: ${error.message}`);
    if (error instanceof InvalidDirective) throw badRequest(error.message);
    if (error instanceof PatchRefused) {
      const message = "the server rejected our request due to an error in our request";
      throw new ApiError({ code: 422, reason: "Invalid", message, details: {} });
    }
    throw error;
  }
}

const POLICIES = ["Background", "Foreground", "Orphan"] as const;

/** Options stand in the body, in the query, or in both. */
function removeOptions(call: Call): RemoveOptions {
  const body = call.body.length === 0 ? {} : parseBody(call.body, call.contentType);
  const kind = stringAt(body, "kind");
  if (kind !== undefined && kind !== "DeleteOptions") throw badRequest(`${kind} cannot be handled as a DeleteOptions`);
  const given = stringAt(body, "propagationPolicy") ?? call.query.get("propagationPolicy") ?? undefined;
  const propagation = POLICIES.find((policy) => policy === given);
  if (given !== undefined && propagation === undefined)
    throw badRequest(
      `propagationPolicy: Unsupported value: ${JSON.stringify(given)}: supported values: "Foreground", "Background", "Orphan"`,
    );
  const grace = numberAt(body, "gracePeriodSeconds") ?? queryNumber(call.query.get("gracePeriodSeconds"));
  const uid = stringAt(body, "preconditions", "uid");
  const resourceVersion = stringAt(body, "preconditions", "resourceVersion");
  const dryRun = at(body, "dryRun");
  const dryRunValues = Array.isArray(dryRun) ? dryRun.map(String) : call.query.getAll("dryRun");
  return {
    ...(propagation === undefined ? {} : { propagation }),
    ...(grace === undefined ? {} : { graceSeconds: grace }),
    preconditions: {
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    dryRun: dryRunOf(dryRunValues),
  };
}

function queryNumber(text: string | null): number | undefined {
  return text === null || text === "" ? undefined : Number(text);
}

/** Kinds whose DELETE answers with the object even when it is gone at once. */
const RETURNS_OBJECT = new Set(["pods", "services", "serviceaccounts", "persistentvolumeclaims", "resourcequotas"]);

export function deleteObject(call: Call, cluster: Cluster): Answer {
  const { gone, object } = cluster.remove(targetOf(call), call.name ?? "", removeOptions(call));
  if (!gone || RETURNS_OBJECT.has(call.resource.id))
    return { kind: "object", code: 200, resource: call.resource, object };
  const { group, plural } = call.resource;
  return {
    kind: "raw",
    code: 200,
    value: {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Success",
      details: { name: nameOf(object), ...(group === "" ? {} : { group }), kind: plural, uid: uidOf(object) },
    },
  };
}

export function deleteCollection(call: Call, cluster: Cluster): Answer {
  const options = removeOptions(call);
  const objects = cluster.store.list(call.resource.id, call.namespace).filter(selectionOf(call));
  for (const object of objects)
    cluster.remove({ resource: call.resource, namespace: namespaceOf(object) }, nameOf(object), options);
  return {
    kind: "list",
    resource: call.resource,
    objects,
    metadata: { resourceVersion: String(cluster.store.revision) },
  };
}
