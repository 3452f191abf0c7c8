import type { JsonObject, JsonValue } from "../json.ts";
import { cloneObject, isObject, sameJson } from "../json.ts";
import type { Schema } from "../schema/schema.ts";
import { FieldSet, pathText } from "./field-set.ts";
import type { Owner, Writer } from "./managers.ts";
import { ownerKey, ownersInForce, withoutServersOwn, writeOwners } from "./managers.ts";
import { mergeApplied, withoutFields } from "./merge.ts";
import { Changes, fieldsOf, withNamedFields } from "./parts.ts";

export interface Write {
  readonly writer: Writer;
  /** Version that the writer speaks. */
  readonly apiVersion: string;
  readonly time: string;
  /** Of the whole object, with metadata. */
  readonly schema: Schema;
  /** Says something, too, that this writer has no say in: it counts as a change nevertheless. */
  readonly saysMore?: boolean;
}

/** One place that somebody else wants otherwise. */
export interface OwnerConflict {
  /** `"me" with subresource "status" using v1` */
  readonly owner: string;
  /** `.spec.replicas` */
  readonly field: string;
}

/** Others own what is applied, and it was not to be forced. */
export class ApplyConflict extends Error {
  readonly conflicts: readonly OwnerConflict[];

  constructor(conflicts: readonly OwnerConflict[]) {
    super("others own some of the applied fields");
    this.conflicts = conflicts;
  }
}

/**
 * The managedFields after an update: the writer owns what it changed, and nobody owns what is gone. Objects that nobody owns
 * are not watched over until something is applied to them.
 */
export function ownersAfterUpdate(stored: JsonObject | undefined, written: JsonObject, write: Write): JsonObject[] {
  const owners = ownersInForce(stored, written, write.writer.subresource !== undefined);
  if (stored !== undefined && owners.size === 0) return [];
  const changes = Changes.between(stored ?? emptyOf(written), written, write.schema);
  return writeOwners(takenOver(owners, changes, write));
}

/** What a new object is compared with, and applied to. */
export function emptyOf({ apiVersion = "", kind = "" }: JsonObject): JsonObject {
  return { apiVersion, kind, metadata: {} };
}

function takenOver(owners: ReadonlyMap<string, Owner>, changes: Changes, write: Write): Map<string, Owner> {
  const changed = withoutServersOwn(changes.modified.union(changes.added));
  const after = new Map<string, Owner>();
  for (const [key, owner] of owners) {
    const fields = owner.fields.without(changed).without(changes.removed);
    if (!fields.isEmpty) after.set(key, { ...owner, fields });
  }
  if (changed.isEmpty) return after;
  // Whoever scales is written down without a time.
  const own = {
    ...ownerOf(write, "Update", changed),
    ...(write.writer.subresource === "scale" ? { time: undefined } : {}),
  };
  const key = ownerKey(own);
  after.set(key, { ...own, fields: changed.union(after.get(key)?.fields ?? new FieldSet()) });
  return after;
}

function ownerOf(write: Write, operation: Owner["operation"], fields: FieldSet): Owner {
  const { writer, apiVersion, time } = write;
  return { writer, operation, apiVersion, time, fields };
}

/**
 * Server-side apply: what is applied is merged into the object and owned by the writer; what the writer applied before, applies no
 * more and shares with nobody is removed. Throws ApplyConflict.
 */
export function applyTo(live: JsonObject, applied: JsonObject, write: Write, force: boolean): JsonObject {
  const { schema } = write;
  const owners = ownersBeforeApply(live, write);
  const fields = withoutServersOwn(fieldsOf(applied, schema));
  const own = ownerOf(write, "Apply", fields);
  const key = ownerKey(own);
  const last = owners.get(key);
  const others = new Map([...owners].filter(([other]) => other !== key));
  const merged = mergeApplied(live, applied, schema);
  const managed = [...others.values()].reduce((all, owner) => all.union(owner.fields), fields);
  const object = pruned(merged, { last: last?.fields, managed, schema });
  const changes = Changes.between(live, object, schema);
  const changed = changes.modified.union(changes.added);
  if (!force) refuseConflicts(others, changed);
  const after = new Map<string, Owner>();
  for (const [other, owner] of others) {
    const left = owner.fields.without(changed).without(changes.removed);
    if (!left.isEmpty) after.set(other, { ...owner, fields: left });
  }
  const time = sameJson(live, object) && write.saysMore !== true ? last?.time : write.time;
  if (!fields.isEmpty) after.set(key, { ...own, time });
  const result = cloneObject(object);
  const metadata = isObject(result["metadata"]) ? result["metadata"] : {};
  result["metadata"] = { ...metadata, managedFields: writeOwners(after) };
  return result;
}

/** Whatever stood there before anything was ever applied has an owner, too. */
function ownersBeforeApply(live: JsonObject, write: Write): Map<string, Owner> {
  const owners = ownersInForce(live, {}, false);
  if (owners.size > 0) return owners;
  const fields = withoutServersOwn(Changes.between(emptyOf(live), live, write.schema).added);
  if (fields.isEmpty) return owners;
  const owner = ownerOf({ ...write, writer: { name: "before-first-apply", subresource: undefined } }, "Update", fields);
  return new Map([[ownerKey(owner), owner]]);
}

interface Pruning {
  readonly last: FieldSet | undefined;
  /** What anybody owns, the writer's new fields included. */
  readonly managed: FieldSet;
  readonly schema: Schema;
}

function pruned(merged: JsonValue, { last, managed, schema }: Pruning): JsonObject {
  const whole = isObject(merged) ? merged : {};
  if (last === undefined || last.isEmpty) return whole;
  const named = (set: FieldSet): FieldSet => withNamedFields(set, schema);
  const without = (gone: FieldSet): JsonObject => {
    const left = withoutFields(whole, gone, schema);
    return isObject(left) ? left : {};
  };
  const all = named(fieldsOf(whole, schema));
  const first = without(named(last));
  const kept = named(fieldsOf(first, schema)).union(named(managed));
  const second = without(all.without(kept));
  return without(all.without(named(fieldsOf(second, schema))).intersection(named(last)));
}

function refuseConflicts(others: ReadonlyMap<string, Owner>, changed: FieldSet): void {
  const conflicts = [...others.values()].flatMap((owner) =>
    owner.fields
      .intersection(changed)
      .paths()
      .map((path) => ({ owner: ownerText(owner), field: pathText(path) })),
  );
  if (conflicts.length > 0) throw new ApplyConflict(conflicts);
}

function ownerText({ writer, operation, apiVersion }: Owner): string {
  const through = writer.subresource === undefined ? "" : ` with subresource ${JSON.stringify(writer.subresource)}`;
  return `${JSON.stringify(writer.name)}${through}${operation === "Update" ? ` using ${apiVersion}` : ""}`;
}
