import type { Cause, Subject } from "../api-error.ts";
import { forbiddenField, invalid, required, unsupportedValue } from "../api-error.ts";
import { mediaType } from "../http/body.ts";
import type { Call } from "../http/call.ts";
import type { Writer } from "../ownership/managers.ts";
import type { WriteOptions } from "../writing/cluster.ts";

/** `dryRun` and `fieldValidation` of a write. Throws 400 or 422 for values that do not exist. */
export function writeOptions(call: Call): WriteOptions {
  const causes = optionCauses(call);
  if (causes.length > 0) throw invalid(optionsOf(call), "", causes);
  return {
    dryRun: call.query.getAll("dryRun").length > 0,
    fieldValidation: VALIDATIONS.find((known) => known === call.query.get("fieldValidation")) ?? "Warn",
    warn: call.warn,
    writer: writerOf(call),
  };
}

const MAX_NAME = 128;

/** Who writes: as the request says, else the program that sent it. */
export function writerOf(call: Call): Writer {
  const program = call.userAgent.split("/")[0] ?? "";
  const name = call.query.get("fieldManager") || program.slice(0, MAX_NAME) || "unknown";
  return { name, subresource: call.subresource };
}

const VALIDATIONS = ["Ignore", "Strict", "Warn"] as const;

const optionsNamed = (kind: string): Subject => ({ group: "meta.k8s.io", plural: "", kind });

const PATCH_OPTIONS = optionsNamed("PatchOptions");
export const DELETE_OPTIONS = optionsNamed("DeleteOptions");

function optionsOf(call: Call): Subject {
  if (call.verb === "patch") return PATCH_OPTIONS;
  return optionsNamed(call.verb === "create" ? "CreateOptions" : "UpdateOptions");
}

function optionCauses(call: Call): Cause[] {
  const { query } = call;
  const causes: Cause[] = [];
  const isApply = call.verb === "patch" && mediaType(call.contentType).startsWith("application/apply-patch");
  if (call.verb === "patch" && !isApply && query.has("force"))
    causes.push(forbiddenField("force", "may not be specified for non-apply patch"));
  if (isApply && (query.get("fieldManager") ?? "") === "")
    causes.push(required("fieldManager", "is required for apply patch"));
  if ((query.get("fieldManager") ?? "").length > MAX_NAME)
    causes.push({
      reason: "FieldValueTooLong",
      field: "fieldManager",
      message: "Too long: may not be more than 128 bytes",
    });
  causes.push(...dryRunCauses(query.getAll("dryRun")));
  const validation = query.get("fieldValidation") ?? "";
  if (!["", ...VALIDATIONS].includes(validation))
    causes.push(unsupportedValue("fieldValidation", validation, ["", ...VALIDATIONS]));
  return causes;
}

function dryRunCauses(values: readonly string[]): Cause[] {
  return values.every((value) => value === "All") ? [] : [unsupportedValue("dryRun", values, ["All"])];
}

/** Whether a deletion is only tried. Throws 422 for what is no way to try. */
export function dryRunOf(values: readonly string[]): boolean {
  const causes = dryRunCauses(values);
  if (causes.length > 0) throw invalid(DELETE_OPTIONS, "", causes);
  return values.length > 0;
}
