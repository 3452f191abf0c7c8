import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isObject, stringAt } from "../json.ts";
import { parseJson } from "../json-boundary.ts";
import { BUILTIN_ROWS } from "./rows.ts";

// Run with `node src/playground/kubernetes/builtin/generate-schemas.ts` after @kubernetes/client-node was updated.
// Field names and types come from the client's generated models, so that nobody copies them by hand.

/** Field name → type text; `!` at the end marks a required field. See `parseFieldType` for the grammar. */
type Model = Record<string, string>;

const modelsFolder = join(dirname(createRequire(import.meta.url).resolve("@kubernetes/client-node")), "gen", "models");

/** These describe schemas themselves, or hold anything: they are taken as they come. */
const OPAQUE = new Set(["V1JSONSchemaProps", "RuntimeRawExtension", "V1FieldsV1"]);

function shortType(type: string, format: string): string {
  const array = /^(?:Array|Set)<(.*)>$/.exec(type);
  if (array !== null) return `[]${shortType(array[1] ?? "any", format)}`;
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
  if (map !== null) return `{}${shortType(map[1] ?? "any", format)}`;
  if (type === "number") return format === "double" ? "double" : format === "int64" ? "int64" : "int32";
  if (type === "string" && format === "byte") return "byte";
  if (type === "Date" || type === "V1MicroTime") return "time";
  return OPAQUE.has(type) ? "any" : type;
}

function readModel(name: string): Model {
  const source = readFileSync(join(modelsFolder, `${name}.js`), "utf8");
  const declaration = readFileSync(join(modelsFolder, `${name}.d.ts`), "utf8");
  const listing = /attributeTypeMap = (\[[\s\S]*?\n\]|\[\]);/.exec(source)?.[1] ?? "[]";
  const attributes = parseJson(listing);
  const model: Model = {};
  for (const attribute of Array.isArray(attributes) ? attributes.filter(isObject) : []) {
    const field = stringAt(attribute, "baseName") ?? "";
    const needed = declaration.includes(`    '${stringAt(attribute, "name")}':`);
    model[field] =
      shortType(stringAt(attribute, "type") ?? "any", stringAt(attribute, "format") ?? "") + (needed ? "!" : "");
  }
  return model;
}

/** All models that the given kinds are made of, by name. */
export function extractModels(roots: readonly string[]): Record<string, Model> {
  const found: Record<string, Model> = {};
  const waiting = [...roots];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found[name] !== undefined) continue;
    const model = readModel(name);
    found[name] = model;
    for (const type of Object.values(model)) {
      const inner = type.replace(/^(\[\]|\{\})+/, "").replace(/!$/, "");
      if (/^[A-Z]/.test(inner) && inner !== "IntOrString") waiting.push(inner);
    }
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The text that `schemas.json` should have. */
export function schemasText(): string {
  return `${JSON.stringify(extractModels(BUILTIN_ROWS.map((row) => row.model)), null, 1)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(fileURLToPath(new URL("schemas.json", import.meta.url)), schemasText());
}
