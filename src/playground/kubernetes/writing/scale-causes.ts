import type { Cause } from "../api-error.ts";
import { invalidValue } from "../api-error.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { isObject } from "../json.ts";
import type { ScalePaths } from "../registry.ts";

/** What keeps a custom resource's numbers of replicas from being read as such. */
export function scaleCauses(object: JsonObject, scale: ScalePaths | undefined): Cause[] {
  if (scale === undefined) return [];
  return [scale.specReplicas, scale.statusReplicas].flatMap((path) => {
    const problem = accessProblem(
      object,
      path.split(".").filter((step) => step !== ""),
    );
    return problem === undefined ? [] : [invalidValue(path, 0, `${path} accessor error: ${problem}`)];
  });
}

function accessProblem(object: JsonObject, steps: readonly string[]): string | undefined {
  let here: JsonValue | undefined = object;
  for (const step of steps) {
    if (here === undefined) return undefined;
    if (!isObject(here))
      return `${JSON.stringify(here)} is of the type ${goType(here)}, expected map[string]interface{}`;
    here = here[step];
  }
  if (here === undefined || (typeof here === "number" && Number.isInteger(here))) return undefined;
  return `${String(here)} is of the type ${goType(here)}, expected int64`;
}

function goType(value: JsonValue): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return "[]interface {}";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  if (typeof value === "object") return "map[string]interface {}";
  return typeof value === "boolean" ? "bool" : typeof value;
}
