import type { Cause } from "../api-error.ts";
import { forbiddenField, invalidValue, required } from "../api-error.ts";
import type { JsonObject } from "../json.ts";
import { at, compact, objectAt, sameJson, stringAt } from "../json.ts";
import { annotationsOf, finalizersOf, isTerminating, labelsOf, ownersOf } from "../objects.ts";
import type { Resource } from "../registry.ts";

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const MAX_ANNOTATIONS_BYTES = 262_144;

const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const LABEL_VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const TWO_SLASHES_TEXT =
  "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
const NAME_PART_TEXT =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

/** A name, or the beginning of one that the server made up. */
function nameCauses(object: JsonObject, { id, nameRule, custom }: Resource): Cause[] {
  const [name, prefix] = ["name", "generateName"].map((member) => stringAt(object, "metadata", member) ?? "");
  if (name === undefined || name === "") return [required("metadata.name", "name or generateName is required")];
  const own = ruleCauses("metadata.name", name, { nameRule, custom });
  if (prefix === undefined || prefix === "" || id === "events") return own;
  return [...ruleCauses("metadata.generateName", prefix.replace(/-$/, "a"), { nameRule, custom }, prefix), ...own];
}

function ruleCauses(
  field: string,
  name: string,
  { nameRule: rule, custom }: Pick<Resource, "nameRule" | "custom">,
  shown = name,
): Cause[] {
  if (rule === "path")
    return ["/", "%"]
      .filter((sign) => name.includes(sign))
      .map((sign) => invalidValue(field, shown, `may not contain '${sign}'`));
  if (rule === "label") {
    const text = name.includes(".") ? "must not contain dots" : LABEL_TEXT;
    const causes = LABEL.test(name) ? [] : [invalidValue(field, shown, text)];
    return name.length > 63 ? [...causes, invalidValue(field, shown, "must be no more than 63 characters")] : causes;
  }
  const causes = SUBDOMAIN.test(name) ? [] : [invalidValue(field, shown, SUBDOMAIN_TEXT)];
  const long = `must be no more than 253 ${custom ? "bytes" : "characters"}`;
  return name.length > 253 ? [...causes, invalidValue(field, shown, long)] : causes;
}

/** Syntax of the key of a label, an annotation or a finalizer. */
export function keyCauses(key: string, field: string): Cause[] {
  if (key.split("/").length > 2) return [invalidValue(field, key, TWO_SLASHES_TEXT)];
  const slash = key.indexOf("/");
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  const part = slash < 0 ? key : key.slice(slash + 1);
  if (prefix === "") return [invalidValue(field, key, "prefix part must be non-empty")];
  if (prefix !== undefined && (prefix.length > 253 || !SUBDOMAIN.test(prefix))) {
    return [invalidValue(field, key, `prefix part ${SUBDOMAIN_TEXT}`)];
  }
  if (part.length > 63) return [invalidValue(field, key, "name part must be no more than 63 bytes")];
  return QUALIFIED.test(part) ? [] : [invalidValue(field, key, NAME_PART_TEXT)];
}

/** Syntax of label keys and values under `field`. */
export function labelCauses(labels: Record<string, string>, field: string): Cause[] {
  return Object.entries(labels)
    .toSorted(byKey)
    .flatMap(([key, value]) => {
      const causes = keyCauses(key, field);
      if (value.length > 63) causes.push(invalidValue(field, value, "must be no more than 63 bytes"));
      else if (value !== "" && !QUALIFIED.test(value)) causes.push(invalidValue(field, value, LABEL_VALUE_TEXT));
      return causes;
    });
}

function byKey([left]: [string, unknown], [right]: [string, unknown]): number {
  return left < right ? -1 : 1;
}

function annotationCauses(annotations: Record<string, string>): Cause[] {
  const field = "metadata.annotations";
  const causes = Object.keys(annotations).flatMap((key) => keyCauses(key.toLowerCase(), field));
  const size = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  return size <= MAX_ANNOTATIONS_BYTES
    ? causes
    : [
        ...causes,
        {
          reason: "FieldValueTooLong",
          field,
          message: `Too long: may not be more than ${MAX_ANNOTATIONS_BYTES} bytes`,
        },
      ];
}

function ownerCauses(object: JsonObject): Cause[] {
  const owners = ownersOf(object);
  const field = "metadata.ownerReferences";
  const causes = owners.flatMap((owner) => {
    const own: Cause[] = [];
    const apiVersion = stringAt(owner, "apiVersion") ?? "";
    if (apiVersion === "" || apiVersion.split("/").length > 2)
      own.push(invalidValue(`${field}.apiVersion`, apiVersion, "version must not be empty"));
    for (const member of ["kind", "name", "uid"])
      if ((stringAt(owner, member) ?? "") === "") own.push(invalidValue(`${field}.${member}`, "", "must not be empty"));
    if (apiVersion === "v1" && owner["kind"] === "Event")
      own.push(invalidValue(field, inOwnersOrder(owner), "/v1, Kind=Event is disallowed from being an owner"));
    return own;
  });
  if (owners.filter((owner) => owner["controller"] === true).length > 1) {
    const why = `Only one reference can have Controller set to true. Found "true" in references for`;
    const names = owners
      .filter((owner) => owner["controller"] === true)
      .map((owner) => `${stringAt(owner, "kind")}/${stringAt(owner, "name")}`);
    causes.push(invalidValue(field, owners.map(inOwnersOrder), `${why} ${names.join(" and ")}`));
  }
  return causes;
}

function inOwnersOrder(owner: JsonObject): JsonObject {
  const { apiVersion, kind, name, uid, controller, blockOwnerDeletion } = owner;
  return compact({ apiVersion, kind, name, uid, controller, blockOwnerDeletion });
}

const STANDARD_FINALIZERS = ["kubernetes", "orphan", "foregroundDeletion"];
const UNQUALIFIED = "name is neither a standard finalizer name nor is it fully qualified";

function finalizerCauses(object: JsonObject, { custom }: Resource): Cause[] {
  const finalizers = finalizersOf(object);
  const syntax = finalizers.flatMap((finalizer) => keyCauses(finalizer, "metadata.finalizers"));
  const both = finalizers.includes("orphan") && finalizers.includes("foregroundDeletion");
  const unqualified = finalizers.flatMap((finalizer, i) =>
    custom || finalizer.includes("/") || STANDARD_FINALIZERS.includes(finalizer)
      ? []
      : [invalidValue(`metadata.finalizers[${i}]`, finalizer, UNQUALIFIED)],
  );
  const exclusive = "finalizers cannot contain both orphan and foregroundDeletion";
  return [...syntax, ...(both ? [invalidValue("metadata.finalizers", finalizers, exclusive)] : []), ...unqualified];
}

/** What is wrong with an object's metadata, whatever its kind. */
export function metadataCauses(object: JsonObject, resource: Resource): Cause[] {
  return [
    ...nameCauses(object, resource),
    ...labelCauses(labelsOf(object), "metadata.labels"),
    ...annotationCauses(annotationsOf(object)),
    ...ownerCauses(object),
    ...finalizerCauses(object, resource),
  ];
}

/** What an update may not change in metadata. */
export function metadataUpdateCauses(object: JsonObject, stored: JsonObject): Cause[] {
  const causes: Cause[] = [];
  for (const member of ["uid", "deletionTimestamp", "deletionGracePeriodSeconds"]) {
    const [given, known] = [at(object, "metadata", member), at(stored, "metadata", member)];
    if (given !== undefined && given !== "" && given !== (known ?? null))
      causes.push(invalidValue(`metadata.${member}`, given, "field is immutable"));
  }
  if (isTerminating(stored)) {
    const known = new Set(finalizersOf(stored));
    const added = finalizersOf(object).filter((finalizer) => !known.has(finalizer));
    if (added.length > 0) {
      const list = added.map((item) => JSON.stringify(item)).join(", ");
      causes.push(
        forbiddenField(
          "metadata.finalizers",
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
        ),
      );
    }
  }
  return causes;
}

/** Whether anything but metadata and status differs: what counts as a new generation. */
export function specChanged(object: JsonObject, stored: JsonObject, ignoreStatus: boolean): boolean {
  const keys = new Set([...Object.keys(object), ...Object.keys(stored)]);
  keys.delete("metadata");
  if (ignoreStatus) keys.delete("status");
  return [...keys].some((key) => !sameJson(object[key], stored[key]));
}

/** Removes empty metadata members that the API server never shows, and owners that are there twice; warns of those. */
export function tidyMetadata(object: JsonObject): string[] {
  const metadata = objectAt(object, "metadata");
  if (metadata === undefined) return [];
  delete metadata["selfLink"];
  for (const key of ["labels", "annotations", "finalizers", "ownerReferences", "managedFields"]) {
    const value = metadata[key];
    const empty = value === null || (typeof value === "object" && Object.keys(value).length === 0);
    if (empty) delete metadata[key];
  }
  return withoutDoubledOwners(object, metadata);
}

function withoutDoubledOwners(object: JsonObject, metadata: JsonObject): string[] {
  const owners = ownersOf(object);
  const kept = owners.filter((owner, i) => !owners.slice(0, i).some((other) => sameJson(other, owner)));
  if (kept.length < owners.length) metadata["ownerReferences"] = kept;
  const dropped = owners.filter((owner) => !kept.includes(owner));
  const doubled = [...new Set(dropped.map((owner) => stringAt(owner, "uid") ?? ""))];
  if (doubled.length === 0) return [];
  const advice =
    "API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests";
  return [
    `.metadata.ownerReferences contains duplicate entries; ${advice}; duplicate UID(s) observed: ${doubled.join(", ")}`,
  ];
}
