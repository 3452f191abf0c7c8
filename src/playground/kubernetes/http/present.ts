import { asDefined } from "../crd/as-defined.ts";
import type { JsonObject } from "../json.ts";
import { compact, objectAt } from "../json.ts";
import { joinApiVersion } from "../objects.ts";
import type { Resource } from "../registry.ts";

const lines = new WeakMap<JsonObject, string>();

/** A stored object as this resource's version shows it. */
export function present(object: JsonObject, resource: Resource): JsonObject {
  if (resource.viewOf === "events") return asNewEvent(object);
  const read = asDefined(object, resource);
  if (resource.version === resource.storageVersion) return read;
  return { ...read, apiVersion: joinApiVersion(resource.group, resource.version) };
}

/** JSON text of an object; stored objects never change, so that it is made once for all watchers. */
export function objectText(object: JsonObject): string {
  const known = lines.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  lines.set(object, text);
  return text;
}

/** Items of built-in lists carry neither kind nor apiVersion; those of custom resources do. */
export function listItem(object: JsonObject, resource: Resource): JsonObject {
  const shown = present(object, resource);
  if (resource.custom) return shown;
  const { kind: _kind, apiVersion: _apiVersion, ...item } = shown;
  return item;
}

export function listObject(resource: Resource, items: readonly JsonObject[], metadata: JsonObject): JsonObject {
  return {
    kind: resource.listKind,
    apiVersion: joinApiVersion(resource.group, resource.version),
    metadata,
    items: [...items],
  };
}

/** Metadata only, for clients that need no more. */
export function partialObject(object: JsonObject): JsonObject {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: objectAt(object, "metadata") ?? {} };
}

/** A core event in the fields of events.k8s.io/v1. */
function asNewEvent(event: JsonObject): JsonObject {
  return compact({
    kind: "Event",
    apiVersion: "events.k8s.io/v1",
    metadata: objectAt(event, "metadata"),
    eventTime: event["eventTime"] ?? null,
    series: event["series"],
    reportingController: event["reportingComponent"] === "" ? undefined : event["reportingComponent"],
    reportingInstance: event["reportingInstance"] === "" ? undefined : event["reportingInstance"],
    action: event["action"],
    reason: event["reason"],
    regarding: event["involvedObject"],
    related: event["related"],
    note: event["message"],
    type: event["type"],
    deprecatedSource: event["source"],
    deprecatedFirstTimestamp: event["firstTimestamp"],
    deprecatedLastTimestamp: event["lastTimestamp"],
    deprecatedCount: event["count"],
  });
}
