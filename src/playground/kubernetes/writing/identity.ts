import { ApiError, badRequest, conflict, invalid } from "../api-error.ts";
import type { JsonObject } from "../json.ts";
import { stringAt } from "../json.ts";
import { metadataOf, nameOf, namespaceOf, uidOf, versionOf } from "../objects.ts";
import type { Resource } from "../registry.ts";
import type { Target } from "./cluster.ts";

/** Throws 400 when a written object is another than the one that the path names. */
export function checkIdentity(object: JsonObject, target: Target, name: string): void {
  const metadata = metadataOf(object);
  const given = stringAt(metadata, "name") ?? "";
  if (given === "")
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (given !== name)
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  checkNamespace(object, target);
}

/** Throws 400 when an object says that it is in another namespace than the path. */
export function checkNamespace(object: JsonObject, target: Target): void {
  const namespace = stringAt(object, "metadata", "namespace") ?? "";
  if (namespace !== "" && target.resource.namespaced && namespace !== target.namespace)
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
}

/** Throws 409 for another version than the newest, 422 where a version must be named. */
export function checkVersion(object: JsonObject, stored: JsonObject, resource: Resource): void {
  const wanted = versionOf(object);
  if (wanted === "" || wanted === "0") {
    if (resource.unconditionalUpdate) return;
    const cause = {
      reason: "FieldValueInvalid" as const,
      field: "metadata.resourceVersion",
      message: "Invalid value: 0: must be specified for an update",
    };
    throw invalid({ ...resource, kind: resource.plural }, nameOf(stored), [cause]);
  }
  if (!/^\d+$/.test(wanted)) {
    const why = `strconv.ParseUint: parsing ${JSON.stringify(wanted)}: invalid syntax`;
    throw new ApiError({ code: 500, reason: "", message: why });
  }
  if (wanted !== versionOf(stored)) throw conflict(resource, nameOf(stored));
}

/** Throws 409 when another object of this name was meant. */
export function checkUid(object: JsonObject, stored: JsonObject, { group, plural, ...resource }: Resource): void {
  const uid = uidOf(object);
  if (uid === "" || uid === uidOf(stored)) return;
  const place = [group, plural, namespaceOf(stored), nameOf(stored)].filter((part) => part !== "").join("/");
  const problem = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${uidOf(stored)}`;
  const why = `StorageError: invalid object, Code: 4, Key: /registry/${place}, ResourceVersion: 0, AdditionalErrorMsg: ${problem}`;
  throw conflict({ group, plural, ...resource }, nameOf(stored), why);
}
