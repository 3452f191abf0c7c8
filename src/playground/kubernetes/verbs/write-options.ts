import { badRequest, invalid, unsupportedValue } from "../api-error.ts";
import type { Call } from "../http/call.ts";
import type { WriteOptions } from "../writing/cluster.ts";

/** `dryRun` and `fieldValidation` of a write. Throws 400 or 422 for values that do not exist. */
export function writeOptions(call: Call): WriteOptions {
  return {
    dryRun: dryRunOf(call, call.query.getAll("dryRun")),
    fieldValidation: fieldValidationOf(call),
    warn: call.warn,
  };
}

export function dryRunOf(call: Call, values: readonly string[]): boolean {
  for (const value of values) {
    if (value !== "All")
      throw invalid({ ...call.resource, kind: "Options", group: "meta.k8s.io" }, "", [
        unsupportedValue("dryRun", values, ["All"]),
      ]);
  }
  return values.length > 0;
}

function fieldValidationOf(call: Call): WriteOptions["fieldValidation"] {
  const given = call.query.get("fieldValidation");
  if (given === null || given === "") return "Warn";
  if (given === "Strict" || given === "Warn" || given === "Ignore") return given;
  throw badRequest(
    `fieldValidation: Unsupported value: ${JSON.stringify(given)}: supported values: "Ignore", "Strict", "Warn"`,
  );
}
