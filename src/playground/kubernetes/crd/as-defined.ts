import type { JsonObject } from "../json.ts";
import { cloneObject, sortedObject } from "../json.ts";
import type { Resource } from "../registry.ts";
import { fillDefaults } from "../schema/fill-defaults.ts";
import { pruneUnknown } from "../schema/prune.ts";
import type { Schema } from "../schema/schema.ts";

interface Reading {
  readonly schema: Schema;
  readonly object: JsonObject;
}

const readings = new WeakMap<JsonObject, Reading>();

/**
 * A stored custom object as its present definition reads it: without what that does not know, with what it fills in, and with the
 * fields of every map in the order of their names, since the real server keeps no other. The stored one stays as it is until
 * somebody writes it, so that a definition that is put back finds everything again.
 */
export function asDefined(stored: JsonObject, { custom, schema }: Resource): JsonObject {
  if (!custom) return stored;
  const known = readings.get(stored);
  if (known?.schema === schema) return known.object;
  const read = cloneObject(stored);
  pruneUnknown(read, schema);
  fillDefaults(read, schema);
  const object = sortedObject(read);
  readings.set(stored, { schema, object });
  readings.set(object, { schema, object });
  return object;
}
