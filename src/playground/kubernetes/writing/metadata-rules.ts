import type { Cause } from "../api-error.ts";
import { forbiddenField, invalidValue, required } from "../api-error.ts";
import type { JsonObject } from "../json.ts";
import { objectAt, sameJson, stringAt } from "../json.ts";
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
const NAME_PART_TEXT =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

function nameCauses(name: string, rule: Resource["nameRule"]): Cause[] {
  const field = "metadata.name";
  if (name === "") return [required(field, "name or generateName is required")];
  if (rule === "path")
    return /^\.\.?$|[/%]/.test(name) ? [invalidValue(field, name, "may not contain '/' or '%'")] : [];
  if (rule === "label") {
    const causes = LABEL.test(name) ? [] : [invalidValue(field, name, LABEL_TEXT)];
    return name.length > 63 ? [...causes, invalidValue(field, name, "must be no more than 63 characters")] : causes;
  }
  const causes = SUBDOMAIN.test(name) ? [] : [invalidValue(field, name, SUBDOMAIN_TEXT)];
  return name.length > 253 ? [...causes, invalidValue(field, name, "must be no more than 253 characters")] : causes;
}

function keyCauses(key: string, field: string): Cause[] {
  const slash = key.indexOf("/");
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  const part = slash < 0 ? key : key.slice(slash + 1);
  if (prefix !== undefined && (prefix === "" || prefix.length > 253 || !SUBDOMAIN.test(prefix))) {
    return [invalidValue(field, key, `prefix part ${SUBDOMAIN_TEXT}`)];
  }
  if (part.length > 63) return [invalidValue(field, key, "name part must be no more than 63 characters")];
  return QUALIFIED.test(part) ? [] : [invalidValue(field, key, NAME_PART_TEXT)];
}

/** Syntax of label keys and values under `field`. */
export function labelCauses(labels: Record<string, string>, field: string): Cause[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const causes = keyCauses(key, field);
    if (value.length > 63) causes.push(invalidValue(field, value, "must be no more than 63 characters"));
    else if (value !== "" && !QUALIFIED.test(value)) causes.push(invalidValue(field, value, LABEL_VALUE_TEXT));
    return causes;
  });
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
  const causes = owners.flatMap((owner, i) =>
    ["apiVersion", "kind", "name", "uid"].flatMap((member) => {
      const field = `metadata.ownerReferences[${i}].${member}`;
      return (stringAt(owner, member) ?? "") === "" ? [invalidValue(field, "", "must not be empty")] : [];
    }),
  );
  if (owners.filter((owner) => owner["controller"] === true).length > 1) {
    causes.push(invalidValue("metadata.ownerReferences", "", "Only one reference can have Controller set to true"));
  }
  return causes;
}

/** What is wrong with an object's metadata, whatever its kind. */
export function metadataCauses(object: JsonObject, resource: Resource): Cause[] {
  return [
    ...nameCauses(stringAt(object, "metadata", "name") ?? "", resource.nameRule),
    ...labelCauses(labelsOf(object), "metadata.labels"),
    ...annotationCauses(annotationsOf(object)),
    ...ownerCauses(object),
    ...finalizersOf(object).flatMap((finalizer) => keyCauses(finalizer, "metadata.finalizers")),
  ];
}

/** What an update may not change in metadata. */
export function metadataUpdateCauses(object: JsonObject, stored: JsonObject): Cause[] {
  const causes: Cause[] = [];
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

/** Removes empty metadata members that the API server never shows. */
export function tidyMetadata(object: JsonObject): void {
  const metadata = objectAt(object, "metadata");
  if (metadata === undefined) return;
  delete metadata["selfLink"];
  for (const key of ["labels", "annotations", "finalizers", "ownerReferences", "managedFields"]) {
    const value = metadata[key];
    const empty = value === null || (typeof value === "object" && Object.keys(value).length === 0);
    if (empty) delete metadata[key];
  }
}
