import { randomInt, randomUUID } from "node:crypto";
import { asDefined } from "../crd/as-defined.ts";
import type { Clock } from "../clock.ts";
import { timestamp } from "../clock.ts";
import type { Cause } from "../api-error.ts";
import { alreadyExists, ApiError, forbidden, invalid, notFound } from "../api-error.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import {
  cloneObject,
  cloneValue,
  ensureObject,
  isObject,
  listAt,
  numberAt,
  objectAt,
  sameJson,
  stringAt,
} from "../json.ts";
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
import type { Writer } from "../ownership/managers.ts";
import type { Write } from "../ownership/ownership.ts";
import { ownersAfterUpdate } from "../ownership/ownership.ts";
import type { Schema } from "../schema/schema.ts";
import { wholeSchema } from "../schema/whole-schema.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { decodeObject } from "./decode.ts";
import type { FieldValidation } from "./decode.ts";
import { scaleCauses } from "./scale-causes.ts";
import { checkIdentity, checkNamespace, checkUid, checkVersion } from "./identity.ts";
import { metadataCauses, metadataUpdateCauses, specChanged, tidyMetadata } from "./metadata-rules.ts";
import { removeObject } from "./remove.ts";
import type { Removal, RemoveOptions } from "./remove.ts";

const MAX_OBJECT_BYTES = 1.5 * 1024 * 1024;
/** A longer prefix is cut, so that a generated name has at most 63 characters. */
const MAX_PREFIX = 58;
const SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  readonly warn: (line: string) => void;
  readonly keepsNulls?: boolean;
  readonly doubled?: readonly string[];
  /** Who is to own what is written; left out where nobody keeps count. */
  readonly writer?: Writer;
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
    this.#checkNotTerminating(target, nameOf(object));
    for (const line of tidyMetadata(object)) options.warn(line);
    this.#own(undefined, object, { resource, options });
    const causes = [...metadataCauses(object, resource), ...this.#causes(object, resource)];
    if (causes.length > 0) throw invalid(resource, nameOf(object), causes);
    checkSize(object);
    const present = this.store.get(resource.id, target.namespace, nameOf(object));
    if (present !== undefined) throw alreadyExists(resource, nameOf(object), isTerminating(present));
    for (const line of resource.behaviour.warnings?.(object) ?? []) options.warn(line);
    const refused = resource.behaviour.allocate?.(object, options.dryRun) ?? [];
    if (refused.length > 0) throw invalid(resource, nameOf(object), refused);
    return options.dryRun ? object : this.#save(resource, object);
  }

  #stamp(object: JsonObject, target: Target): void {
    const metadata = metadataOf(object);
    checkNamespace(object, target);
    if (target.resource.namespaced) metadata["namespace"] = target.namespace;
    else delete metadata["namespace"];
    if ((stringAt(metadata, "resourceVersion") ?? "") !== "")
      throw new ApiError({
        code: 500,
        reason: "",
        message: "resourceVersion should not be set on objects to be created",
      });
    const generateName = stringAt(metadata, "generateName") ?? "";
    if ((stringAt(metadata, "name") ?? "") === "" && generateName !== "")
      metadata["name"] = generateName.slice(0, MAX_PREFIX) + randomSuffix(5);
    for (const key of ["deletionTimestamp", "deletionGracePeriodSeconds", "resourceVersion"]) delete metadata[key];
    metadata["uid"] = randomUUID();
    metadata["creationTimestamp"] = timestamp(this.clock.now());
    if (target.resource.countsGeneration) metadata["generation"] = 1;
  }

  #checkNotTerminating(target: Target, name: string): void {
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

  #causes(object: JsonObject, resource: Resource): Cause[] {
    const own = resource.behaviour.validate?.(object) ?? [];
    if (resource.custom)
      return [...validateValue(object, resource.schema, ""), ...scaleCauses(object, resource.scale), ...own];
    const named = new Set(own.map(({ field }) => field));
    return [...own, ...missingFields(object, resource.schema).filter(({ field }) => !named.has(field))];
  }

  /** Replaces an object, or only its status. Throws 404, 409, 422 as a PUT would. */
  update(
    target: Target,
    change: { name: string; body: JsonValue; subresource?: "status"; isPatch?: boolean },
    options: WriteOptions = TRUSTED,
  ): JsonObject {
    const { resource } = target;
    const stored = this.read(target, change.name);
    const object = decodeObject(change.body, resource, { ...options, metadataSchema: this.#metadataSchema });
    storeVersion(object, resource);
    checkIdentity(object, target, change.name);
    // Whoever sends a whole object is refused before anything else is looked at.
    if (change.isPatch !== true) checkUid(object, stored, resource);
    checkVersion(object, stored, resource);
    return this.#commit(
      resource,
      stored,
      change.subresource === "status" ? withStatus(stored, object, resource) : withSpec(stored, object, resource),
      options,
    );
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
    for (const line of tidyMetadata(object)) options.warn(line);
    for (const line of resource.behaviour.warnings?.(object) ?? []) options.warn(line);
    const causes = [
      ...twice(metadataUpdateCauses(object, stored), resource),
      ...metadataCauses(object, resource),
      ...this.#causes(object, resource),
      ...(resource.behaviour.validateUpdate?.(object, stored) ?? []),
    ];
    if (causes.length > 0) throw invalid(resource, nameOf(stored), causes);
    keepSystemFields(object, stored);
    checkSize(object);
    if (resource.countsGeneration && specChanged(object, stored, resource.hasStatus)) bumpGeneration(object);
    metadataOf(object)["resourceVersion"] = versionOf(stored);
    this.#own(stored, object, { resource, options });
    if (options.dryRun || sameJson(object, stored)) return object;
    return this.#save(resource, object);
  }

  /** Says who owns what from now on. */
  #own(stored: JsonObject | undefined, object: JsonObject, by: { resource: Resource; options: WriteOptions }): void {
    const metadata = metadataOf(object);
    const { writer } = by.options;
    const kept = listAt(metadata, "managedFields");
    const write = writer === undefined ? undefined : this.writeBy(by.resource, writer);
    const owners = write === undefined ? kept : ownersAfterUpdate(stored, object, write);
    if (owners.length > 0) metadata["managedFields"] = owners;
    else delete metadata["managedFields"];
  }

  /** What ownership has to know of a write. */
  writeBy(resource: Resource, writer: Writer): Write {
    return {
      writer,
      apiVersion: joinApiVersion(resource.group, resource.version),
      time: timestamp(this.clock.now()),
      schema: wholeSchema(resource.schema, this.#metadataSchema),
    };
  }

  /** Stores, except that an object whose last finalizer went away while it was being deleted is removed instead. */
  #save(resource: Resource, object: JsonObject): JsonObject {
    const held =
      finalizersOf(object).length > 0 || (numberAt(object, "metadata", "deletionGracePeriodSeconds") ?? 0) > 0;
    if (!isTerminating(object) || held || resource.id === "namespaces") return this.store.put(resource.id, object);
    this.store.remove(resource.id, object);
    // The answer shows the revision that the object had, not the one of its end.
    return object;
  }

  /** Deletes, or begins to. Throws 404, and 409 for a precondition that does not hold. */
  remove(target: Target, name: string, options: RemoveOptions = {}): Removal {
    return removeObject(this, { target, stored: this.read(target, name), options });
  }
}

/** Built-in kinds look at what may not change in their metadata two times, and say so two times. */
function twice(causes: readonly Cause[], { custom }: Resource): Cause[] {
  return custom ? [...causes] : [...causes, ...causes];
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
  const owners = listAt(object, "metadata", "managedFields");
  if (owners.length > 0) metadataOf(result)["managedFields"] = owners;
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
