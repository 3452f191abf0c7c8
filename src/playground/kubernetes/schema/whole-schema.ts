import type { Schema } from "./schema.ts";
import { schemaWith } from "./schema.ts";

const known = new WeakMap<Schema, Schema>();
const TEXT = schemaWith({ type: "string" });

/** The schema of whole objects of a kind: with the metadata that no schema of a kind describes. */
export function wholeSchema(schema: Schema, metadata: Schema): Schema {
  const made = known.get(schema);
  if (made !== undefined) return made;
  const properties = new Map([
    ...schema.properties,
    ["apiVersion", TEXT],
    ["kind", TEXT],
    ["metadata", metadata],
  ] as const);
  const whole = { ...schema, properties };
  known.set(schema, whole);
  return whole;
}
