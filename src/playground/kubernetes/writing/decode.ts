import { badRequest } from "../api-error.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { cloneObject, isObject, objectAt, stringAt } from "../json.ts";
import { joinApiVersion } from "../objects.ts";
import type { Resource } from "../registry.ts";
import { decodeProblem } from "../schema/decode-types.ts";
import { fillDefaults } from "../schema/fill-defaults.ts";
import { pruneUnknown } from "../schema/prune.ts";
import type { Schema } from "../schema/schema.ts";

export type FieldValidation = "Strict" | "Warn" | "Ignore";

export interface DecodeOptions {
  readonly fieldValidation: FieldValidation;
  /** Receives one line for each unknown field when validation is `Warn`. */
  readonly warn: (line: string) => void;
  readonly metadataSchema: Schema;
}

/**
 * Turns a request body into an object of this resource: right kind, known fields, right types, defaults filled.
 * Throws 400 where the API server's decoder would.
 */
export function decodeObject(body: JsonValue, resource: Resource, options: DecodeOptions): JsonObject {
  if (!isObject(body))
    throw badRequest(
      `couldn't get version/kind; json parse error: json: cannot unmarshal into Go value of type struct`,
    );
  const object = cloneObject(body);
  checkTypeMeta(object, resource);
  const metadata = objectAt(object, "metadata") ?? {};
  object["metadata"] = metadata;
  if (!resource.custom) throwProblem(decodeProblem(object, resource.schema), resource);
  throwProblem(decodeProblem(metadata, options.metadataSchema, "metadata"), resource);
  const unknown = [
    ...pruneUnknown(metadata, options.metadataSchema, "metadata"),
    ...pruneUnknown(object, resource.schema),
  ];
  reportUnknown(unknown, options);
  fillDefaults(object, resource.schema);
  resource.behaviour.defaults?.(object);
  return object;
}

function throwProblem(problem: string | undefined, resource: Resource): void {
  if (problem === undefined) return;
  throw badRequest(
    `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${problem}`,
  );
}

function checkTypeMeta(object: JsonObject, resource: Resource): void {
  const wanted = joinApiVersion(resource.group, resource.version);
  const apiVersion = stringAt(object, "apiVersion") ?? "";
  const kind = stringAt(object, "kind") ?? "";
  // Built-in objects may leave both out, because the path names them; custom ones may not.
  if (kind === "" && (resource.custom || apiVersion !== ""))
    throw badRequest(`Object 'Kind' is missing in '${JSON.stringify(object).slice(0, 200)}'`);
  if (apiVersion === "" && resource.custom)
    throw badRequest(`Object 'apiVersion' is missing in '${JSON.stringify(object).slice(0, 200)}'`);
  if (apiVersion !== "" && apiVersion !== wanted) {
    throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`);
  }
  if (kind !== "" && kind !== resource.kind) {
    throw badRequest(
      `${kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: the kind in the data (${kind}) does not match the expected kind (${resource.kind})`,
    );
  }
  object["apiVersion"] = wanted;
  object["kind"] = resource.kind;
}

function reportUnknown(unknown: readonly string[], options: DecodeOptions): void {
  if (unknown.length === 0 || options.fieldValidation === "Ignore") return;
  const lines = unknown.map((field) => `unknown field ${JSON.stringify(field)}`);
  if (options.fieldValidation === "Strict") throw badRequest(`strict decoding error: ${lines.join(", ")}`);
  for (const line of lines) options.warn(line);
}
