import { ApiError, badRequest, expired } from "../api-error.ts";
import type { Answer, Call } from "../http/call.ts";
import { GoJsonError, parseGoJson } from "../http/go-json.ts";
import { isObject, numberAt, stringAt } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { keyOf, namespaceOf } from "../objects.ts";
import { matchesLabels, parseFieldSelector, parseLabelSelector } from "../storage/selectors.ts";
import type { ObjectTest } from "../storage/selectors.ts";
import type { Cluster } from "../writing/cluster.ts";
import { checkListOptions, queryInteger } from "./list-options.ts";
import { scaleOf } from "./scale.ts";

/** The pod that a log request names, with what to print. */
export type LogReader = (pod: JsonObject, query: URLSearchParams) => string;

export function getObject(call: Call, cluster: Cluster, readLog: LogReader): Answer {
  const version = call.query.get("resourceVersion") ?? "";
  if (version !== "" && version !== "0") refuseFuture(parseRevision(version), cluster);
  const object = cluster.read({ resource: call.resource, namespace: call.namespace ?? "" }, call.name ?? "");
  if (call.subresource === "log") return { kind: "text", code: 200, text: readLog(object, call.query) };
  if (call.subresource === "scale") return { kind: "raw", code: 200, value: scaleOf(object, call.resource) };
  return { kind: "object", code: 200, resource: call.resource, object };
}

function isInScope({ namespace }: Call, object: JsonObject): boolean {
  return namespace === undefined || namespaceOf(object) === namespace;
}

/** Both selectors of a request, and its namespace, as one test. */
export function selectionOf(call: Call): ObjectTest {
  const labels = parseLabelSelector(call.query.get("labelSelector") ?? "");
  const fields = parseFieldSelector(call.query.get("fieldSelector") ?? "", call.resource.id, call.resource.custom);
  return (object) => isInScope(call, object) && matchesLabels(object, labels) && fields(object);
}

interface Page {
  /** Revision that all pages of one list show. */
  readonly revision: number;
  /** Key of the last object that was sent. */
  readonly after: string;
}

function parseContinue(token: string): Page {
  try {
    const value = parseGoJson(Buffer.from(token, "base64url"));
    const revision = numberAt(value, "rv");
    const after = stringAt(value, "start");
    if (isObject(value) && revision !== undefined && after !== undefined) return { revision, after };
  } catch (error) {
    const why = error instanceof GoJsonError ? error.message : String(error);
    throw badRequest(`invalid continue token: continue key is not valid: ${why}`);
  }
  throw badRequest("invalid continue token: continue key is not valid: incorrect encoded start resourceVersion");
}

export function listObjects(call: Call, cluster: Cluster): Answer {
  checkListOptions(call);
  const token = call.query.get("continue") ?? "";
  const version = call.query.get("resourceVersion") ?? "";
  if (token !== "" && version !== "" && version !== "0")
    throw badRequest("specifying resource version is not allowed when using continue");
  const page = token === "" ? undefined : parseContinue(token);
  const revision = page?.revision ?? wantedRevision(call, cluster);
  const scope = snapshot(call, cluster, revision).filter((object) => isInScope(call, object));
  const left = page === undefined ? scope : scope.filter((object) => order(object) > page.after);
  const rest = left.filter(selectionOf(call));
  const limit = queryInteger(call.query, "limit");
  // A page ends where it is full: whether anything that is left would be selected nobody looks up.
  const end = rest[limit - 1];
  if (limit <= 0 || rest.length < limit || end === left.at(-1))
    return { kind: "list", resource: call.resource, objects: rest, metadata: { resourceVersion: String(revision) } };
  const objects = rest.slice(0, limit);
  const last = objects.at(-1);
  const next = Buffer.from(
    JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: last === undefined ? "" : order(last) }),
  ).toString("base64url");
  const counts =
    call.query.has("labelSelector") || call.query.has("fieldSelector")
      ? {}
      : { remainingItemCount: rest.length - limit };
  return {
    kind: "list",
    resource: call.resource,
    objects,
    metadata: { resourceVersion: String(revision), continue: next, ...counts },
  };
}

/** Sorts as the store does: by namespace, then by name. */
function order(object: JsonObject): string {
  return keyOf(object).replace("/", "\u0000");
}

function snapshot(call: Call, cluster: Cluster, revision: number): JsonObject[] {
  const { id } = call.resource;
  if (revision === cluster.store.revision) return cluster.store.list(id, call.namespace);
  const past = cluster.store.listAt(id, revision);
  if (past !== undefined) return past;
  throw expired(
    call.query.has("continue")
      ? "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter."
      : `The resourceVersion for the provided list is too old.`,
  );
}

/** Only `resourceVersionMatch=Exact` asks for an old state; everything else is answered with the newest. */
function wantedRevision(call: Call, cluster: Cluster): number {
  const text = call.query.get("resourceVersion") ?? "";
  const match = call.query.get("resourceVersionMatch") ?? "";
  if (text === "" || text === "0") return cluster.store.revision;
  const revision = parseRevision(text);
  refuseFuture(revision, cluster);
  return match === "Exact" ? revision : cluster.store.revision;
}

/** Throws 400 for a resourceVersion that no server of ours has written. */
export function parseRevision(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw badRequest(`invalid resource version: ${revisionProblem(text)}`);
  return Number(text);
}

export function revisionProblem(text: string): string {
  const shown = JSON.stringify(text);
  return `resourceVersion: Invalid value: ${shown}: strconv.ParseUint: parsing ${shown}: invalid syntax`;
}

/** A client from another life of the cluster knows revisions that are not there yet. */
export function refuseFuture(revision: number, cluster: Cluster): void {
  if (revision <= cluster.store.revision) return;
  throw new ApiError({
    code: 504,
    reason: "Timeout",
    message: `Timeout: Too large resource version: ${revision}, current: ${cluster.store.revision}`,
    details: {
      causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
      retryAfterSeconds: 1,
    },
  });
}
