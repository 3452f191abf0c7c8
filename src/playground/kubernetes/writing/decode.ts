import { ApiError, badRequest, invalid, invalidValue } from "../api-error.ts";
import { bodySummary } from "../http/go-json.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { cloneObject, isObject, objectAt, stringAt } from "../json.ts";
import { internalPackage, joinApiVersion } from "../objects.ts";
import type { Resource } from "../registry.ts";
import type { Place } from "../schema/decode-types.ts";
import { decodeProblem } from "../schema/decode-types.ts";
import { dropEmpty } from "../schema/drop-empty.ts";
import { dropNulls } from "../schema/drop-nulls.ts";
import { fillDefaults } from "../schema/fill-defaults.ts";
import { pruneUnknown } from "../schema/prune.ts";
import type { Schema } from "../schema/schema.ts";

/** A body that cannot be read as an object of its kind. */
export class DecodeFailure extends ApiError {
  readonly why: string;

  constructor(why: string, found: Pick<Resource, "kind" | "version">, wanted: Pick<Resource, "kind"> = found) {
    const message = `${found.kind} in version "${found.version}" cannot be handled as a ${wanted.kind}: ${why}`;
    super({ code: 400, reason: "BadRequest", message });
    this.why = why;
  }
}

export type FieldValidation = "Strict" | "Warn" | "Ignore";

export interface DecodeOptions {
  readonly fieldValidation: FieldValidation;
  /** Receives one line for each unknown field when validation is `Warn`. */
  readonly warn: (line: string) => void;
  readonly metadataSchema: Schema;
  /** Leaves a null that may not stand there to validation, as server-side apply does. */
  readonly keepsNulls?: boolean;
  /** Fields that the text of the body had more than once. */
  readonly doubled?: readonly string[];
}

/**
 * Turns a request body into an object of this resource: right kind, known fields, right types, defaults filled.
 * Throws 400 where the API server's decoder would.
 */
export function decodeObject(body: JsonValue, resource: Resource, options: DecodeOptions): JsonObject {
  if (!isObject(body)) throw new DecodeFailure("the body is no object", resource);
  const object = cloneObject(body);
  checkTypeMeta(object, resource);
  const metadata = objectAt(object, "metadata") ?? {};
  object["metadata"] = metadata;
  if (!resource.custom) throwProblem(decodeProblem(object, resource.schema, root(resource.kind)), resource);
  throwProblem(decodeProblem(metadata, options.metadataSchema, { struct: "ObjectMeta", path: ["metadata"] }), resource);
  const unknown = [
    ...pruneUnknown(metadata, options.metadataSchema, "metadata"),
    ...pruneUnknown(object, resource.schema),
  ];
  reportUnknown(unknown, options, resource);
  if (resource.custom && options.keepsNulls !== true) dropNulls(object, resource.schema);
  fillDefaults(object, resource.schema);
  if (!resource.custom) dropEmpty(object, resource.schema);
  resource.behaviour.defaults?.(object);
  return object;
}

function root(struct: string): Place {
  return { struct, path: [] };
}

function throwProblem(problem: string | undefined, resource: Resource): void {
  if (problem === undefined) return;
  throw new DecodeFailure(problem, resource);
}

function checkTypeMeta(object: JsonObject, resource: Resource): void {
  const wanted = joinApiVersion(resource.group, resource.version);
  const apiVersion = stringAt(object, "apiVersion") ?? "";
  const kind = stringAt(object, "kind") ?? "";
  // Built-in objects may leave both out, because the path names them; custom ones may not.
  if (kind === "" && resource.custom) {
    const text = JSON.stringify(object);
    const why = `Object 'Kind' is missing in '${text}' (${bodySummary(Buffer.from(text))})`;
    throw badRequest(`the object provided is unrecognized (must be of type ${resource.kind}): ${why}`);
  }
  if (apiVersion !== wanted && (apiVersion !== "" || resource.custom)) {
    if (resource.custom)
      throw badRequest(
        `the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`,
      );
    const why = `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`;
    const version = apiVersion.split("/").at(-1) ?? "";
    throw new DecodeFailure(`${why} in scheme "pkg/runtime/scheme.go:111"`, { kind, version }, resource);
  }
  if (kind !== "" && kind !== resource.kind) {
    if (resource.custom) {
      const cause = invalidValue("kind", kind, `must be ${resource.kind}`);
      throw invalid({ ...resource, kind }, stringAt(object, "metadata", "name") ?? "", [cause]);
    }
    const why = `converting (${resource.version}.${kind}) to (${internalPackage(resource.group)}.${resource.kind}): unknown conversion`;
    throw new DecodeFailure(why, { kind, version: resource.version }, resource);
  }
  object["apiVersion"] = wanted;
  object["kind"] = resource.kind;
}

function reportUnknown(unknown: readonly string[], options: DecodeOptions, resource: Resource): void {
  const { doubled = [] } = options;
  if (unknown.length + doubled.length === 0 || options.fieldValidation === "Ignore") return;
  const named = resource.custom ? unknown.toSorted() : unknown;
  const lines = [
    ...doubled.map((field) => `duplicate field ${JSON.stringify(field)}`),
    ...named.map((field) => `unknown field ${JSON.stringify(field)}`),
  ];
  if (options.fieldValidation === "Strict")
    throw new DecodeFailure(`strict decoding error: ${lines.join(", ")}`, resource);
  for (const line of lines) options.warn(line);
}
