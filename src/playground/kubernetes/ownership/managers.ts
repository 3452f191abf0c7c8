import type { JsonObject, JsonValue } from "../json.ts";
import { compact, isObject, listAt, stringAt } from "../json.ts";
import { FieldSet, fromFieldsV1, toFieldsV1 } from "./field-set.ts";

/** Who writes: a name, and the subresource that it is written through. */
export interface Writer {
  readonly name: string;
  readonly subresource: string | undefined;
}

export type Operation = "Apply" | "Update";

/** One manager of an object and what it owns. */
export interface Owner {
  readonly writer: Writer;
  readonly operation: Operation;
  readonly apiVersion: string;
  /** Undefined for an owner that never changed anything. */
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

export type Owners = ReadonlyMap<string, Owner>;

/** Appliers are the same whatever version they apply; others are not. */
export function ownerKey({
  writer,
  operation,
  apiVersion,
}: Pick<Owner, "writer" | "operation" | "apiVersion">): string {
  return JSON.stringify([writer.name, operation, operation === "Apply" ? "" : apiVersion, writer.subresource ?? ""]);
}

/** The owners that an object's managedFields name; undefined when they make no sense. */
export function readOwners(entries: readonly JsonValue[]): Map<string, Owner> | undefined {
  const owners = new Map<string, Owner>();
  for (const entry of entries) {
    const owner = readOwner(entry);
    if (owner === undefined) return undefined;
    owners.set(ownerKey(owner), owner);
  }
  return owners;
}

function readOwner(entry: JsonValue): Owner | undefined {
  const operation = stringAt(entry, "operation");
  const fields = fromFieldsV1(isObject(entry) ? (entry["fieldsV1"] ?? {}) : undefined);
  if (fields === undefined || (operation !== "Apply" && operation !== "Update")) return undefined;
  return {
    writer: { name: stringAt(entry, "manager") ?? "", subresource: stringAt(entry, "subresource") },
    operation,
    apiVersion: stringAt(entry, "apiVersion") ?? "",
    time: stringAt(entry, "time"),
    fields,
  };
}

/** Appliers first, then by time. */
export function writeOwners(owners: Owners): JsonObject[] {
  const order = ({ operation, time = "", writer }: Owner): string => `${operation} ${time} ${writer.name}`;
  return [...owners.values()]
    .toSorted((left, right) => (order(left) < order(right) ? -1 : 1))
    .map(({ writer, operation, apiVersion, time, fields }) =>
      compact({
        manager: writer.name,
        operation,
        apiVersion,
        time,
        fieldsType: "FieldsV1",
        fieldsV1: toFieldsV1(fields),
        subresource: writer.subresource,
      }),
    );
}

/**
 * The owners that count when somebody writes: those in what is written, unless there are none or none that make sense; one empty
 * entry takes all of them away. Through a subresource nobody changes them.
 */
export function ownersInForce(
  stored: JsonObject | undefined,
  written: JsonObject,
  isSubresource: boolean,
): Map<string, Owner> {
  const live = (): Map<string, Owner> =>
    readOwners(listAt(stored, "metadata", "managedFields")) ?? new Map<string, Owner>();
  const entries = listAt(written, "metadata", "managedFields");
  if (isSubresource) return live();
  const [only] = entries;
  if (entries.length === 1 && isObject(only) && Object.keys(only).length === 0) return new Map<string, Owner>();
  const given = readOwners(entries);
  return given === undefined || given.size === 0 ? live() : given;
}

const UNOWNED = [
  "name",
  "namespace",
  "creationTimestamp",
  "selfLink",
  "uid",
  "clusterName",
  "generation",
  "managedFields",
  "resourceVersion",
];

/** Nobody owns what only the server says. */
export function withoutServersOwn(set: FieldSet): FieldSet {
  const below = new Map(set.below);
  for (const step of ["f:apiVersion", "f:kind", "f:metadata"]) below.delete(step);
  const metadata = new Map(set.below.get("f:metadata")?.below);
  for (const name of UNOWNED) metadata.delete(`f:${name}`);
  if (metadata.size > 0) below.set("f:metadata", new FieldSet(false, metadata));
  return new FieldSet(false, below);
}
