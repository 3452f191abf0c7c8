import { z } from "zod";

/** The part of JSON Schema that Kubernetes takes as a structural schema. */
export interface StructuralSchema {
  type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  description?: string;
  nullable?: true;
  properties?: Record<string, StructuralSchema>;
  additionalProperties?: StructuralSchema;
  required?: readonly string[];
  items?: StructuralSchema;
  enum?: readonly unknown[];
  default?: unknown;
  oneOf?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  format?: string;
  "x-kubernetes-int-or-string"?: true;
  /** Rules in CEL: what no single field can say. */
  "x-kubernetes-validations"?: readonly { readonly rule: string; readonly message: string }[];
}

type Source = z.core.JSONSchema.BaseSchema;

/** Copied as they are. */
const KEPT = [
  ...(["description", "minLength", "maxLength", "minItems", "maxItems", "pattern", "format", "default"] as const),
  "x-kubernetes-validations",
] as const;
const FORMATS = new Set(["date-time", "url", "int32"]);

/**
 * Writes a zod schema as a Kubernetes structural schema. Where a property may be one of several shapes, the shapes are merged:
 * Kubernetes gives every field one type. Throws where that is impossible, with the field's path.
 */
export function toStructuralSchema(schema: z.ZodType): StructuralSchema {
  return convert(z.toJSONSchema(schema, { target: "openapi-3.0", io: "input", reused: "inline" }), "");
}

function convert(source: Source, path: string): StructuralSchema {
  if (source["x-kubernetes-int-or-string"] === true) {
    return { ...pick(source, ["description"]), "x-kubernetes-int-or-string": true };
  }
  const { alternatives, nullable } = splitUnion(source);
  if (alternatives.length > 0) {
    const merged = alternatives.map((one) => convert(one, path)).reduce((left, right) => merge(left, right, path));
    return { ...pick(source, ["description"]), ...merged, ...(nullable ? { nullable: true } : {}) };
  }
  const converted: StructuralSchema = { ...pick(source, KEPT), ...typed(source, path) };
  if (converted.format !== undefined && !FORMATS.has(converted.format)) delete converted.format;
  if (source.nullable === true) converted.nullable = true;
  // A nullable enum would refuse null, which no list of values can allow.
  if (source.enum !== undefined && converted.nullable !== true) converted.enum = source.enum;
  if (Array.isArray(source.oneOf)) converted.oneOf = source.oneOf;
  return converted;
}

/** Unions of types are `anyOf`, or `oneOf` with types in its branches; a `oneOf` of conditions is something else. */
function splitUnion(source: Source): { alternatives: readonly Source[]; nullable: boolean } {
  const listed = source.anyOf ?? (source.oneOf?.every((one) => one.type !== undefined) === true ? source.oneOf : []);
  const alternatives = listed.filter((one) => one.type !== "null");
  return { alternatives, nullable: alternatives.length < listed.length || source.nullable === true };
}

function typed(source: Source, path: string): StructuralSchema {
  switch (source.type) {
    case "object":
      return convertObject(source, path);
    case "array":
      if (source.items === undefined || typeof source.items === "boolean" || Array.isArray(source.items)) break;
      return { type: "array", items: convert(source.items, `${path}[]`) };
    case "string":
    case "boolean":
      return { type: source.type };
    case "integer":
    case "number":
      return { type: source.type, ...limits(source) };
    case "null":
    case undefined:
      break;
  }
  throw new Error(`while writing the schema of ${path}: ${JSON.stringify(source.type)} has no structural form`);
}

function convertObject(source: Source, path: string): StructuralSchema {
  const properties: Record<string, StructuralSchema> = {};
  for (const [name, property] of Object.entries(source.properties ?? {})) {
    if (typeof property !== "boolean") properties[name] = convert(property, `${path}.${name}`);
  }
  const values = source.additionalProperties;
  if (typeof values === "object") {
    return { type: "object", additionalProperties: convert(values, `${path}[*]`) };
  }
  const required = source.required ?? [];
  return { type: "object", properties, ...(required.length === 0 ? {} : { required }) };
}

/** Bounds that say something: the range of safe integers does not. */
function limits({ minimum, maximum }: Source): StructuralSchema {
  if (minimum === -(2 ** 31) && maximum === 2 ** 31 - 1) return { format: "int32" };
  const bounds: StructuralSchema = {};
  if (minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER) bounds.minimum = minimum;
  if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) bounds.maximum = maximum;
  return bounds;
}

/** What both alternatives allow: all properties, required where both require them. */
function merge(left: StructuralSchema, right: StructuralSchema, path: string): StructuralSchema {
  if (left.type !== right.type) {
    throw new Error(`while writing the schema of ${path}: it may be ${left.type} or ${right.type}; rename one of them`);
  }
  const nullable = left.nullable === true || right.nullable === true ? { nullable: true as const } : {};
  if (left.type === "object") return { ...mergeObjects(left, right, path), ...nullable };
  if (left.items !== undefined && right.items !== undefined) {
    return { type: "array", items: merge(left.items, right.items, `${path}[]`), ...nullable };
  }
  const bothListed = left.enum !== undefined && right.enum !== undefined;
  const values = bothListed ? { enum: [...new Set([...(left.enum ?? []), ...(right.enum ?? [])])] } : {};
  return {
    ...(left.type === undefined ? {} : { type: left.type }),
    ...("enum" in nullable ? {} : values),
    ...nullable,
  };
}

function mergeObjects(left: StructuralSchema, right: StructuralSchema, path: string): StructuralSchema {
  const properties: Record<string, StructuralSchema> = {};
  for (const [name, property] of Object.entries({ ...left.properties, ...right.properties })) {
    const [one, other] = [left.properties?.[name], right.properties?.[name]];
    const both = one !== undefined && other !== undefined;
    properties[name] = both ? merge(one, other, `${path}.${name}`) : withoutDefault(property);
  }
  const required = (left.required ?? []).filter((name) => right.required?.includes(name));
  return { type: "object", properties, ...(required.length === 0 ? {} : { required }) };
}

/** The API server would fill the default of one alternative into the others. */
function withoutDefault({ default: _, ...property }: StructuralSchema): StructuralSchema {
  return property;
}

function pick<K extends keyof StructuralSchema>(source: Source, keys: readonly K[]): StructuralSchema {
  // A default of null says nothing that leaving the field out does not, and kubectl would see a difference at every apply.
  const says = (key: K): boolean => source[key] !== undefined && source[key] !== null;
  return Object.fromEntries(keys.filter(says).map((key) => [key, source[key]]));
}
