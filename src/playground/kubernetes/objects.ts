import { ensureObject, objectAt, objectsAt, stringAt } from "./json.ts";
import type { JsonObject } from "./json.ts";

export function nameOf(object: JsonObject): string {
  return stringAt(object, "metadata", "name") ?? "";
}

/** Empty for objects that belong to no namespace. */
export function namespaceOf(object: JsonObject): string {
  return stringAt(object, "metadata", "namespace") ?? "";
}

export function uidOf(object: JsonObject): string {
  return stringAt(object, "metadata", "uid") ?? "";
}

export function versionOf(object: JsonObject): string {
  return stringAt(object, "metadata", "resourceVersion") ?? "";
}

/** `namespace/name`, or the bare name: the key of controllers' queues. */
export function keyOf(object: JsonObject): string {
  const namespace = namespaceOf(object);
  return namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf("/");
  return slash < 0 ? { namespace: "", name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** Members of a string map such as labels or annotations; members of other types are left out. */
export function stringMap(value: JsonObject | undefined): Record<string, string> {
  const map: Record<string, string> = {};
  for (const [key, member] of Object.entries(value ?? {})) if (typeof member === "string") map[key] = member;
  return map;
}

export function labelsOf(object: JsonObject): Record<string, string> {
  return stringMap(objectAt(object, "metadata", "labels"));
}

export function annotationsOf(object: JsonObject): Record<string, string> {
  return stringMap(objectAt(object, "metadata", "annotations"));
}

export function metadataOf(object: JsonObject): JsonObject {
  return ensureObject(object, "metadata");
}

export function isTerminating(object: JsonObject): boolean {
  return stringAt(object, "metadata", "deletionTimestamp") !== undefined;
}

export function finalizersOf(object: JsonObject): string[] {
  const list = objectAt(object, "metadata")?.["finalizers"];
  return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
}

export function ownersOf(object: JsonObject): JsonObject[] {
  return objectsAt(object, "metadata", "ownerReferences");
}

/** The owner that manages this object, or undefined. */
export function controllerOwner(object: JsonObject): JsonObject | undefined {
  return ownersOf(object).find((owner) => owner["controller"] === true);
}

/** An owner reference as controllers write it. */
export function controllerReference(owner: JsonObject): JsonObject {
  return {
    apiVersion: stringAt(owner, "apiVersion") ?? "",
    kind: stringAt(owner, "kind") ?? "",
    name: nameOf(owner),
    uid: uidOf(owner),
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** `apps/v1` → group `apps`, version `v1`; `v1` → the core group, which is empty. */
export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf("/");
  return slash < 0
    ? { group: "", version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

export function joinApiVersion(group: string, version: string): string {
  return group === "" ? version : `${group}/${version}`;
}

/** Where a real server keeps the version that it works with: `core`, `apps`, `rbac`. */
export function internalPackage(group: string): string {
  return group === "" ? "core" : (group.split(".")[0] ?? group);
}
