import { ApiError, badRequest, invalid, invalidValue, unsupportedMediaType, unsupportedPatch } from "../api-error.ts";
import { mediaType, parsePatch } from "../http/body.ts";
import type { Answer, Call } from "../http/call.ts";
import { present } from "../http/present.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { isObject } from "../json.ts";
import { applyJsonPatch, MalformedPatch, PatchRefused } from "../patch/json-patch.ts";
import { applyMergePatch } from "../patch/merge-patch.ts";
import { applyStrategicMerge, InvalidDirective } from "../patch/strategic-merge.ts";
import type { Cluster } from "../writing/cluster.ts";
import { DecodeFailure } from "../writing/decode.ts";
import { APPLY, applyObject } from "./apply.ts";
import { scaleOf } from "./scale.ts";
import { writeOptions } from "./write-options.ts";
import { save } from "./write.ts";

const JSON_PATCH = "application/json-patch+json";
const MERGE_PATCH = "application/merge-patch+json";
const STRATEGIC = "application/strategic-merge-patch+json";

export function patchObject(call: Call, cluster: Cluster): Answer {
  const type = mediaType(call.contentType);
  if (APPLY.includes(type)) return applyObject(call, cluster);
  const accepted = call.resource.custom ? [JSON_PATCH, MERGE_PATCH] : [JSON_PATCH, MERGE_PATCH, STRATEGIC];
  if (!accepted.includes(type))
    throw call.resource.custom
      ? unsupportedMediaType([...accepted, "application/apply-patch+yaml"])
      : unsupportedPatch();
  writeOptions(call);
  const target = { resource: call.resource, namespace: call.namespace ?? "" };
  const stored = present(cluster.read(target, call.name ?? ""), call.resource);
  const patch = parsePatch(call.body, type === STRATEGIC ? "" : "error decoding patch: ");
  const current = call.subresource === "scale" ? scaleOf(stored, call.resource) : stored;
  const wanted = patched(current, { patch, type, call });
  try {
    return save(call, cluster, { body: wanted, isPatch: true });
  } catch (error) {
    if (error instanceof DecodeFailure) throw unreadable(wanted, type === STRATEGIC ? restoring(error.why) : error.why);
    throw error;
  }
}

function patched(
  current: JsonObject,
  { patch, type, call }: { patch: JsonValue; type: string; call: Call },
): JsonValue {
  try {
    if (type === JSON_PATCH) return applyJsonPatch(current, patch);
    if (!isObject(patch)) throw new MalformedPatch(NO_OBJECT);
    if (type === MERGE_PATCH) return applyMergePatch(current, patch);
    return applyStrategicMerge(current, patch, call.resource.schema);
  } catch (error) {
    if (error instanceof MalformedPatch)
      throw badRequest(`${type === STRATEGIC ? "" : "error decoding patch: "}${error.message}`);
    if (error instanceof InvalidDirective) throw new ApiError({ code: 500, reason: "", message: error.message });
    if (error instanceof PatchRefused) {
      const message = "the server rejected our request due to an error in our request";
      throw new ApiError({ code: 422, reason: "Invalid", message, details: {} });
    }
    throw error;
  }
}

const NO_OBJECT = "json: cannot unmarshal array into Go value of type map[string]interface {}";

/** What a patch leads to that is no object of its kind. */
function unreadable(wanted: JsonValue, why: string): ApiError {
  return invalid({ group: "", plural: "", kind: "" }, "", [invalidValue("patch", JSON.stringify(wanted), why)]);
}

/** A strategic merge patch is not decoded but restored, and that has words of its own. */
function restoring(why: string): string {
  const [, found = "", type = ""] = /^json: cannot unmarshal (\S+).* of type (.*)$/.exec(why) ?? [];
  if (type.startsWith("[]")) return `cannot restore slice from ${found}`;
  if (type.startsWith("map[")) return `cannot restore map from ${found}`;
  return /^u?int\d+$/.test(type) ? `unrecognized type: ${type}` : why;
}
