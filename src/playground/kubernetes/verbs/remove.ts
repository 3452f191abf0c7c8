import type { Cause } from "../api-error.ts";
import { badRequest, invalid, invalidValue, unsupportedValue } from "../api-error.ts";
import { parseBody } from "../http/body.ts";
import type { Answer, Call } from "../http/call.ts";
import type { JsonValue } from "../json.ts";
import { at, numberAt, stringAt } from "../json.ts";
import { nameOf, namespaceOf, uidOf } from "../objects.ts";
import type { Cluster } from "../writing/cluster.ts";
import type { RemoveOptions } from "../writing/remove.ts";
import { selectionOf } from "./read.ts";
import { DELETE_OPTIONS, dryRunOf } from "./write-options.ts";

const POLICIES = ["Foreground", "Background", "Orphan"] as const;

/** Options stand in the body or in the query. Throws 400 and 422. */
function removeOptions(call: Call): RemoveOptions {
  const body = call.body.length === 0 ? {} : parseBody(call);
  const kind = stringAt(body, "kind");
  if (kind !== undefined && kind !== "DeleteOptions")
    throw badRequest(`converting (v1.${kind}) to (v1.DeleteOptions): unknown conversion`);
  const grace = numberAt(body, "gracePeriodSeconds") ?? queryNumber(call.query.get("gracePeriodSeconds"));
  const uid = stringAt(body, "preconditions", "uid");
  const resourceVersion = stringAt(body, "preconditions", "resourceVersion");
  const dryRun = at(body, "dryRun");
  const propagation = propagationOf(call, body);
  return {
    ...(propagation === undefined ? {} : { propagation }),
    ...(grace === undefined ? {} : { graceSeconds: grace }),
    preconditions: {
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    dryRun: dryRunOf(Array.isArray(dryRun) ? dryRun.map(String) : call.query.getAll("dryRun")),
  };
}

/** `propagationPolicy`, or `orphanDependents`, its older form. */
function propagationOf(call: Call, body: JsonValue): RemoveOptions["propagation"] {
  const given = stringAt(body, "propagationPolicy") ?? call.query.get("propagationPolicy") ?? undefined;
  const orphans = at(body, "orphanDependents") ?? queryFlag(call.query.get("orphanDependents"));
  const causes: Cause[] = [];
  const propagation = POLICIES.find((policy) => policy === given);
  if (given !== undefined && typeof orphans === "boolean")
    causes.push(
      invalidValue("propagationPolicy", given, "orphanDependents and deletionPropagation cannot be both set"),
    );
  else if (given !== undefined && propagation === undefined)
    causes.push(unsupportedValue("propagationPolicy", given, [...POLICIES, "nil"]));
  if (causes.length > 0) throw invalid(DELETE_OPTIONS, "", causes);
  if (typeof orphans === "boolean") return orphans ? "Orphan" : "Background";
  return propagation;
}

function queryFlag(text: string | null): boolean | undefined {
  return text === null || text === "" ? undefined : text === "true" || text === "1";
}

function queryNumber(text: string | null): number | undefined {
  if (text === null || text === "") return undefined;
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

/** Kinds whose DELETE answers with the object even when it is gone at once. */
const RETURNS_OBJECT = new Set(["pods", "services", "serviceaccounts", "persistentvolumeclaims", "resourcequotas"]);

export function deleteObject(call: Call, cluster: Cluster): Answer {
  const target = { resource: call.resource, namespace: call.namespace ?? "" };
  const { gone, object } = cluster.remove(target, call.name ?? "", removeOptions(call));
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
