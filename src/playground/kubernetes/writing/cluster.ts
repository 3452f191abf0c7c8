import { randomInt, randomUUID } from "node:crypto";
import { asDefined } from "../crd/as-defined.ts";
import type { Clock } from "../clock.ts";
import { timestamp } from "../clock.ts";
import { alreadyExists, ApiError, badRequest, conflict, forbidden, invalid, notFound } from "../api-error.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { cloneObject, cloneValue, ensureObject, isObject, numberAt, objectAt, sameJson, stringAt } from "../json.ts";
import {
  finalizersOf,
  isTerminating,
  joinApiVersion,
  metadataOf,
  nameOf,
  namespaceOf,
  uidOf,
  versionOf,
} from "../objects.ts";
import type { Registry, Resource } from "../registry.ts";
import { missingFields, validateValue } from "../schema/validate.ts";
import type { Schema } from "../schema/schema.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { decodeObject } from "./decode.ts";
import type { FieldValidation } from "./decode.ts";
import { metadataCauses, metadataUpdateCauses, specChanged, tidyMetadata } from "./metadata-rules.ts";
import { removeObject } from "./remove.ts";
import type { Removal, RemoveOptions } from "./remove.ts";

const MAX_OBJECT_BYTES = 1.5 * 1024 * 1024;
const SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  readonly warn: (line: string) => void;
}

/** Options of writes by the emulator's own controllers. */
export const TRUSTED: WriteOptions = { dryRun: false, fieldValidation: "Ignore", warn: () => undefined };

export interface Target {
  readonly resource: Resource;
  /** Empty for objects that belong to no namespace. */
  readonly namespace: string;
}

interface ClusterParts {
  readonly store: ObjectStore;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly metadataSchema: Schema;
}

/** The write side of the API: everything that stands between a request body and the store. */
export class Cluster {
  readonly store: ObjectStore;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly #metadataSchema: Schema;

  constructor(parts: ClusterParts) {
    this.store = parts.store;
    this.registry = parts.registry;
    this.clock = parts.clock;
    this.#metadataSchema = parts.metadataSchema;
  }

  /** Throws 404 when there is none. */
  read(target: Target, name: string): JsonObject {
    const found = this.store.get(target.resource.id, target.namespace, name);
    if (found === undefined) throw notFound(target.resource, name);
    return asDefined(found, target.resource);
  }

  create(target: Target, body: JsonValue, options: WriteOptions = TRUSTED): JsonObject {
    const { resource } = target;
    const object = decodeObject(withoutStatus(body, resource), resource, {
      ...options,
      metadataSchema: this.#metadataSchema,
    });
    storeVersion(object, resource);
    this.#stamp(object, target);
    this.#checkNamespace(target, nameOf(object));
    tidyMetadata(object);
    const causes = [...metadataCauses(object, resource), ...this.#causes(object, resource)];
    if (causes.length > 0) throw invalid(resource, nameOf(object), causes);
    checkSize(object);
    if (this.store.get(resource.id, target.namespace, nameOf(object)) !== undefined)
      throw alreadyExists(resource, nameOf(object));
    if (options.dryRun) return object;
    const refused = resource.behaviour.allocate?.(object) ?? [];
    if (refused.length > 0) throw invalid(resource, nameOf(object), refused);
    return this.#save(resource, object);
  }

  #stamp(object: JsonObject, target: Target): void {
    const metadata = metadataOf(object);
    const given = stringAt(metadata, "namespace") ?? "";
    if (given !== "" && given !== target.namespace && target.resource.namespaced) {
      throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
    }
    if (target.resource.namespaced) metadata["namespace"] = target.namespace;
    else delete metadata["namespace"];
    if ((stringAt(metadata, "resourceVersion") ?? "") !== "")
      throw badRequest("resourceVersion should not be set on objects to be created");
    const generateName = stringAt(metadata, "generateName") ?? "";
    if ((stringAt(metadata, "name") ?? "") === "" && generateName !== "")
      metadata["name"] = generateName + randomSuffix(5);
    for (const key of ["deletionTimestamp", "deletionGracePeriodSeconds", "resourceVersion", "generation"])
      delete metadata[key];
    metadata["uid"] = randomUUID();
    metadata["creationTimestamp"] = timestamp(this.clock.now());
    if (target.resource.countsGeneration) metadata["generation"] = 1;
  }

  #checkNamespace(target: Target, name: string): void {
    if (!target.resource.namespaced) return;
    const namespaces = this.registry.byId("namespaces");
    if (namespaces === undefined) return;
    const namespace = this.store.get("namespaces", "", target.namespace);
    if (namespace === undefined) throw notFound(namespaces, target.namespace);
    if (!isTerminating(namespace)) return;
    const why = `unable to create new content in namespace ${target.namespace} because it is being terminated`;
    const message = `namespace ${target.namespace} is being terminated`;
    throw forbidden(target.resource, name, why, {
      reason: "NamespaceTerminating",
      message,
      field: "metadata.namespace",
    });
  }

  #causes(object: JsonObject, resource: Resource) {
    const structural = resource.custom
      ? validateValue(object, resource.schema, "")
      : missingFields(object, resource.schema);
    return [...structural, ...(resource.behaviour.validate?.(object) ?? [])];
  }

  /** Replaces an object, or only its status. Throws 404, 409, 422 as a PUT would. */
  update(
    target: Target,
    change: { name: string; body: JsonValue; subresource?: "status" },
    options: WriteOptions = TRUSTED,
  ): JsonObject {
    const { resource } = target;
    const stored = this.read(target, change.name);
    const object = decodeObject(change.body, resource, { ...options, metadataSchema: this.#metadataSchema });
    storeVersion(object, resource);
    this.#checkIdentity(object, target, change.name);
    this.#checkVersion(object, stored, resource);
    return this.#commit(
      resource,
      stored,
      change.subresource === "status" ? withStatus(stored, object, resource) : withSpec(stored, object, resource),
      options,
    );
  }

  #checkIdentity(object: JsonObject, target: Target, name: string): void {
    const metadata = metadataOf(object);
    const given = stringAt(metadata, "name") ?? "";
    if (given === "" && target.resource.custom)
      throw badRequest('name of the object ("") must match the name on the URL');
    if (given !== "" && given !== name)
      throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
    const namespace = stringAt(metadata, "namespace") ?? "";
    if (namespace !== "" && target.resource.namespaced && namespace !== target.namespace) {
      throw badRequest(
        `the namespace of the object (${namespace}) does not match the namespace on the URL (${target.namespace})`,
      );
    }
  }

  #checkVersion(object: JsonObject, stored: JsonObject, resource: Resource): void {
    const wanted = versionOf(object);
    const uid = uidOf(object);
    if (uid !== "" && uid !== uidOf(stored)) {
      throw conflict(
        resource,
        nameOf(stored),
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${uidOf(stored)}`,
      );
    }
    if (wanted === "" || wanted === "0") {
      if (resource.unconditionalUpdate) return;
      const cause = {
        reason: "FieldValueInvalid" as const,
        field: "metadata.resourceVersion",
        message: "Invalid value: 0: must be specified for an update",
      };
      throw invalid(resource, nameOf(stored), [cause]);
    }
    if (!/^\d+$/.test(wanted)) throw badRequest(`strconv.ParseUint: parsing ${JSON.stringify(wanted)}: invalid syntax`);
    if (wanted !== versionOf(stored)) throw conflict(resource, nameOf(stored));
  }

  /** Changes a copy of a stored object in place and saves it; for the emulator's own controllers. */
  modify(located: { id: string; object: JsonObject }, change: (draft: JsonObject) => void): JsonObject | undefined {
    const resource = this.registry.byId(located.id);
    const stored = this.store.get(located.id, namespaceOf(located.object), nameOf(located.object));
    if (resource === undefined || stored === undefined || uidOf(stored) !== uidOf(located.object)) return undefined;
    const draft = cloneObject(stored);
    change(draft);
    tidyMetadata(draft);
    if (sameJson(draft, stored)) return stored;
    if (resource.countsGeneration && specChanged(draft, stored, true)) bumpGeneration(draft);
    return this.#save(resource, draft);
  }

  #commit(resource: Resource, stored: JsonObject, object: JsonObject, options: WriteOptions): JsonObject {
    tidyMetadata(object);
    const causes = [
      ...metadataUpdateCauses(object, stored),
      ...metadataCauses(object, resource),
      ...this.#causes(object, resource),
      ...(resource.behaviour.validateUpdate?.(object, stored) ?? []),
    ];
    if (causes.length > 0) throw invalid(resource, nameOf(stored), causes);
    keepSystemFields(object, stored);
    checkSize(object);
    if (resource.countsGeneration && specChanged(object, stored, resource.hasStatus)) bumpGeneration(object);
    metadataOf(object)["resourceVersion"] = versionOf(stored);
    if (options.dryRun || sameJson(object, stored)) return object;
    return this.#save(resource, object);
  }

  /** Stores, except that an object whose last finalizer went away while it was being deleted is removed instead. */
  #save(resource: Resource, object: JsonObject): JsonObject {
    const held =
      finalizersOf(object).length > 0 || (numberAt(object, "metadata", "deletionGracePeriodSeconds") ?? 0) > 0;
    if (!isTerminating(object) || held || resource.id === "namespaces") return this.store.put(resource.id, object);
    return this.store.remove(resource.id, object);
  }

  /** Deletes, or begins to. Throws 404, and 409 for a precondition that does not hold. */
  remove(target: Target, name: string, options: RemoveOptions = {}): Removal {
    return removeObject(this, { target, stored: this.read(target, name), options });
  }
}

/** All versions of a kind share one stored form: only `apiVersion` differs between them here. */
function storeVersion(object: JsonObject, resource: Resource): void {
  object["apiVersion"] = joinApiVersion(resource.group, resource.storageVersion);
}

function bumpGeneration(object: JsonObject): void {
  const metadata = metadataOf(object);
  metadata["generation"] = (numberAt(metadata, "generation") ?? 0) + 1;
}

/** A new object has no status yet, whatever its manifest says; only nodes bring theirs along. */
function withoutStatus(body: JsonValue, resource: Resource): JsonValue {
  if (!isObject(body) || !resource.hasStatus || resource.id === "nodes") return body;
  const { status: _status, ...rest } = body;
  return rest;
}

/** A write to the main resource leaves the status as it is. */
function withSpec(stored: JsonObject, object: JsonObject, resource: Resource): JsonObject {
  if (!resource.hasStatus) return object;
  const status = stored["status"];
  if (status === undefined) delete object["status"];
  else object["status"] = cloneValue(status);
  return object;
}

/** A write to the status leaves all else as it is; built-in kinds let annotations through. */
function withStatus(stored: JsonObject, object: JsonObject, resource: Resource): JsonObject {
  const result = cloneObject(stored);
  const status = object["status"];
  if (status === undefined) delete result["status"];
  else result["status"] = status;
  const annotations = objectAt(object, "metadata", "annotations");
  if (!resource.custom && annotations !== undefined) metadataOf(result)["annotations"] = annotations;
  return result;
}

function keepSystemFields(object: JsonObject, stored: JsonObject): void {
  const metadata = metadataOf(object);
  const before = ensureObject(cloneObject(stored), "metadata");
  for (const key of [
    "uid",
    "name",
    "namespace",
    "creationTimestamp",
    "generation",
    "generateName",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
  ]) {
    const value = before[key];
    if (value === undefined) delete metadata[key];
    else metadata[key] = value;
  }
}

function checkSize(object: JsonObject): void {
  if (Buffer.byteLength(JSON.stringify(object)) <= MAX_OBJECT_BYTES) return;
  throw new ApiError({ code: 500, reason: "", message: "etcdserver: request is too large" });
}

/** Letters as in generated names: no vowels, so that no words come out. */
export function randomSuffix(length: number): string {
  return Array.from({ length }, () => SUFFIX_LETTERS[randomInt(SUFFIX_LETTERS.length)]).join("");
}
