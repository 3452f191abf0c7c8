import { readFileSync } from "node:fs";
import type { JsonObject } from "../json.ts";
import { isObject, objectAt, stringAt } from "../json.ts";
import { parseJson } from "../json-boundary.ts";
import { ANYTHING, schemaWith } from "../schema/schema.ts";
import type { Schema } from "../schema/schema.ts";
import { isAtomicModel, withListType } from "./list-types.ts";
import { MERGE_RULES } from "./merge-rules.ts";

/** Maps whose values may be written as numbers as well, such as `cpu: 1`. */
const QUANTITY_MAPS = new Set([
  "limits",
  "requests",
  "capacity",
  "allocatable",
  "hard",
  "used",
  "default",
  "defaultRequest",
  "max",
  "min",
]);
const QUANTITY = schemaWith({ intOrString: true, format: "quantity" });
const QUANTITY_FIELDS: Readonly<Record<string, readonly string[]>> = {
  V2MetricTarget: ["averageValue", "value"],
  V2MetricValueStatus: ["averageValue", "value"],
};

/** Schemas of built-in kinds, built from the generated field lists when first asked for. */
export class ModelSchemas {
  readonly #models: JsonObject;
  readonly #built = new Map<string, Schema>();

  constructor() {
    const models = parseJson(readFileSync(new URL("schemas.json", import.meta.url), "utf8"));
    if (!isObject(models))
      throw new Error("while reading the built-in schemas: schemas.json holds no object; generate it again");
    this.#models = models;
  }

  /** Throws for a model that `schemas.json` does not hold. */
  schemaOf(model: string): Schema {
    const known = this.#built.get(model);
    if (known !== undefined) return known;
    const fields = objectAt(this.#models, model);
    if (fields === undefined)
      throw new Error(`while reading the built-in schemas: no model ${model}; run generate-schemas.ts`);
    const properties = new Map<string, Schema>();
    const required: string[] = [];
    for (const name of Object.keys(fields)) {
      const text = stringAt(fields, name) ?? "any";
      if (text.endsWith("!")) required.push(name);
      const rule = MERGE_RULES[model]?.[name];
      const field =
        QUANTITY_FIELDS[model]?.includes(name) === true ? QUANTITY : this.#field(text.replace(/!$/, ""), name);
      const schema = withListType(model, name, field);
      properties.set(name, rule === undefined ? schema : { ...schema, mergeRule: rule });
    }
    const built = schemaWith({ model, type: "object", properties, required, atomic: isAtomicModel(model) });
    this.#built.set(model, built);
    return built;
  }

  /** Type grammar: `[]T` is a list, `{}T` a map, then a plain type or the name of a model. */
  #field(type: string, name: string): Schema {
    if (type.startsWith("[]")) return schemaWith({ type: "array", items: this.#field(type.slice(2), name) });
    if (type.startsWith("{}")) {
      const additional = QUANTITY_MAPS.has(name) ? QUANTITY : this.#field(type.slice(2), name);
      return schemaWith({ type: "object", additional });
    }
    switch (type) {
      case "any":
      case "object":
        return ANYTHING;
      case "string":
        return schemaWith({ type: "string" });
      case "byte":
        return schemaWith({ type: "string", format: "byte" });
      case "time":
        return schemaWith({ type: "string", format: "date-time" });
      case "boolean":
        return schemaWith({ type: "boolean" });
      case "int32":
      case "int64":
        return schemaWith({ type: "integer", format: type });
      case "double":
        return schemaWith({ type: "number", format: "double" });
      case "IntOrString":
        return schemaWith({ intOrString: true });
      default:
        return this.schemaOf(type);
    }
  }
}
