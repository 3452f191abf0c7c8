import type { JsonObject, JsonValue } from "../json.ts";
import { at, isObject, listAt, numberAt, objectAt, objectsAt, stringAt } from "../json.ts";

export type SchemaType = "object" | "array" | "string" | "integer" | "number" | "boolean";

/** How lists are merged by a strategic merge patch; undefined means that the list is replaced. */
export interface MergeRule {
  /** Member that identifies an item; undefined for lists of plain values. */
  readonly key?: string;
  /** Whether lists are merged item by item. */
  readonly merges: boolean;
  /** Whether `$retainKeys` is understood here. */
  readonly retainsKeys?: boolean;
}

/** A structural schema, of a CRD or of a built-in model. */
export interface Schema {
  /** Name of the model, for built-in ones. */
  readonly model?: string;
  readonly type: SchemaType | undefined;
  readonly description?: string;
  readonly properties: ReadonlyMap<string, Schema>;
  /** Schema of members that `properties` does not name; `true` lets anything in. */
  readonly additional: Schema | true | undefined;
  readonly items: Schema | undefined;
  readonly required: readonly string[];
  readonly enumeration: readonly JsonValue[] | undefined;
  readonly nullable: boolean;
  readonly preserveUnknown: boolean;
  readonly intOrString: boolean;
  /** An object of any kind with apiVersion, kind and metadata. */
  readonly embedded: boolean;
  readonly fallback: JsonValue | undefined;
  readonly format: string | undefined;
  readonly pattern: RegExp | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly exclusiveMinimum: boolean;
  readonly exclusiveMaximum: boolean;
  readonly multipleOf: number | undefined;
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
  readonly minItems: number | undefined;
  readonly maxItems: number | undefined;
  readonly uniqueItems: boolean;
  readonly minProperties: number | undefined;
  readonly maxProperties: number | undefined;
  readonly allOf: readonly Schema[];
  readonly anyOf: readonly Schema[];
  readonly oneOf: readonly Schema[];
  readonly not: Schema | undefined;
  /** Members that identify an item of a list that may hold each only once. */
  readonly listMapKeys: readonly string[];
  readonly listSet: boolean;
  /** Owned as a whole, not member by member. */
  readonly atomic: boolean;
  readonly mergeRule?: MergeRule;
}

export const ANYTHING: Schema = schemaWith({ preserveUnknown: true });

/** A schema that says nothing but what is given. */
export function schemaWith(parts: Partial<Schema>): Schema {
  return {
    type: undefined,
    properties: new Map(),
    additional: undefined,
    items: undefined,
    required: [],
    enumeration: undefined,
    nullable: false,
    preserveUnknown: false,
    intOrString: false,
    embedded: false,
    fallback: undefined,
    format: undefined,
    pattern: undefined,
    minimum: undefined,
    maximum: undefined,
    exclusiveMinimum: false,
    exclusiveMaximum: false,
    multipleOf: undefined,
    minLength: undefined,
    maxLength: undefined,
    minItems: undefined,
    maxItems: undefined,
    uniqueItems: false,
    minProperties: undefined,
    maxProperties: undefined,
    allOf: [],
    anyOf: [],
    oneOf: [],
    not: undefined,
    listMapKeys: [],
    listSet: false,
    atomic: false,
    ...parts,
  };
}

const TYPES: Readonly<Record<string, SchemaType>> = {
  object: "object",
  array: "array",
  string: "string",
  integer: "integer",
  number: "number",
  boolean: "boolean",
};

function parseAdditional(value: JsonValue | undefined): Schema | true | undefined {
  if (value === true) return true;
  return isObject(value) ? parseSchema(value) : undefined;
}

/** Reads an `openAPIV3Schema`. Throws a SyntaxError for a pattern that is no regular expression. */
export function parseSchema(source: JsonObject): Schema {
  const properties = new Map<string, Schema>();
  for (const [name, member] of Object.entries(objectAt(source, "properties") ?? {})) {
    if (isObject(member)) properties.set(name, parseSchema(member));
  }
  const items = objectAt(source, "items");
  const not = objectAt(source, "not");
  const pattern = stringAt(source, "pattern");
  const description = stringAt(source, "description");
  return schemaWith({
    type: TYPES[stringAt(source, "type") ?? ""],
    ...(description === undefined ? {} : { description }),
    properties,
    additional: parseAdditional(source["additionalProperties"]),
    items: items === undefined ? undefined : parseSchema(items),
    required: listAt(source, "required").filter((item) => typeof item === "string"),
    enumeration: Array.isArray(source["enum"]) ? source["enum"] : undefined,
    nullable: source["nullable"] === true,
    preserveUnknown: source["x-kubernetes-preserve-unknown-fields"] === true,
    intOrString: source["x-kubernetes-int-or-string"] === true,
    embedded: source["x-kubernetes-embedded-resource"] === true,
    fallback: at(source, "default"),
    format: stringAt(source, "format"),
    pattern: pattern === undefined ? undefined : goPattern(pattern),
    ...parseLimits(source),
    allOf: objectsAt(source, "allOf").map(parseSchema),
    anyOf: objectsAt(source, "anyOf").map(parseSchema),
    oneOf: objectsAt(source, "oneOf").map(parseSchema),
    not: not === undefined ? undefined : parseSchema(not),
    listMapKeys: listAt(source, "x-kubernetes-list-map-keys").filter((item) => typeof item === "string"),
    listSet: source["x-kubernetes-list-type"] === "set",
    atomic: source["x-kubernetes-map-type"] === "atomic",
  });
}

function parseLimits(source: JsonObject): Partial<Schema> {
  return {
    minimum: numberAt(source, "minimum"),
    maximum: numberAt(source, "maximum"),
    exclusiveMinimum: source["exclusiveMinimum"] === true,
    exclusiveMaximum: source["exclusiveMaximum"] === true,
    multipleOf: numberAt(source, "multipleOf"),
    minLength: numberAt(source, "minLength"),
    maxLength: numberAt(source, "maxLength"),
    minItems: numberAt(source, "minItems"),
    maxItems: numberAt(source, "maxItems"),
    uniqueItems: source["uniqueItems"] === true,
    minProperties: numberAt(source, "minProperties"),
    maxProperties: numberAt(source, "maxProperties"),
  };
}

/** The API server uses Go's syntax; the only difference that CRDs meet in practice is inline flags at the start. */
function goPattern(pattern: string): RegExp {
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  return flags === null ? new RegExp(pattern, "u") : new RegExp(pattern.slice(flags[0].length), `${flags[1]}u`);
}
