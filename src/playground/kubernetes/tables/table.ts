import type { JsonObject, JsonValue } from "../json.ts";
import { stringAt } from "../json.ts";
import { nameOf } from "../objects.ts";
import { partialObject } from "../http/present.ts";
import type { PrinterColumn, Resource } from "../registry.ts";
import { BUILTIN_COLUMNS } from "./builtin-columns.ts";
import { age } from "./cells.ts";
import { jsonPathValues } from "./json-path.ts";

/** One column: its heading and how a cell is made. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  /** Columns above 0 are shown by `-o wide` only. */
  readonly priority?: number;
  readonly cell: (object: JsonObject, now: number) => JsonValue;
}

interface TableRequest {
  readonly resource: Resource;
  readonly objects: readonly JsonObject[];
  readonly metadata: JsonObject;
  readonly include: "None" | "Metadata" | "Object";
  readonly now: number;
}

const NAME: Column = { name: "Name", type: "string", format: "name", cell: nameOf };
const AGE: Column = {
  name: "Age",
  type: "string",
  cell: (object, now) => age(stringAt(object, "metadata", "creationTimestamp"), now),
};
const CREATED: Column = {
  name: "Created At",
  type: "date",
  cell: (object) => stringAt(object, "metadata", "creationTimestamp") ?? "",
};

/** The columns of a resource, as the API server chooses them. */
export function columnsOf(resource: Resource): readonly Column[] {
  if (resource.custom) return [NAME, ...resource.columns.map(printerColumn)];
  return BUILTIN_COLUMNS[resource.id] ?? [NAME, resource.namespaced ? AGE : CREATED];
}

function printerColumn(column: PrinterColumn): Column {
  return { ...column, cell: (object, now) => printerCell(column, jsonPathValues(object, column.jsonPath), now) };
}

/** An empty cell for a missing value, unlike built-in kinds; dates are shown as ages. */
function printerCell(column: PrinterColumn, values: readonly JsonValue[], now: number): JsonValue {
  const [value] = values;
  if (value === undefined || value === null) return null;
  switch (column.type) {
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : null;
    case "number":
      return typeof value === "number" ? value : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "date":
      return typeof value === "string" ? age(value, now) : null;
    default:
      return typeof value === "string" ? value : JSON.stringify(values.length > 1 ? values : value);
  }
}

/** Objects as a meta.k8s.io/v1 Table. */
export function tableOf({ resource, objects, metadata, include, now }: TableRequest): JsonObject {
  const columns = columnsOf(resource);
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: columns.map((column) => ({
      name: column.name,
      type: column.type,
      format: column.format ?? "",
      description: column.description ?? column.name,
      priority: column.priority ?? 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, now)),
      object: include === "None" ? null : include === "Object" ? object : partialObject(object),
    })),
  };
}
