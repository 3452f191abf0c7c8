import { badRequest, conflict, invalid, invalidValue } from "../api-error.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { at, cloneObject, compact, ensureObject, isObject, numberAt, objectAt, stringAt } from "../json.ts";
import { nameOf, namespaceOf, uidOf, versionOf } from "../objects.ts";
import type { Resource } from "../registry.ts";
import { selectorText } from "../storage/selectors.ts";

/** `.spec.replicas` → `["spec", "replicas"]`. */
function steps(path: string): string[] {
  return path.split(".").filter((step) => step !== "");
}

function selectorOf(object: JsonObject, resource: Resource): string {
  const path = resource.scale?.labelSelector;
  if (path !== undefined) return stringAt(object, ...steps(path)) ?? "";
  return resource.custom ? "" : selectorText(objectAt(object, "spec", "selector"));
}

/** The Scale that a scalable object shows. */
export function scaleOf(object: JsonObject, resource: Resource): JsonObject {
  const selector = selectorOf(object, resource);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: compact({
      name: nameOf(object),
      namespace: namespaceOf(object),
      uid: uidOf(object),
      resourceVersion: versionOf(object),
      creationTimestamp: stringAt(object, "metadata", "creationTimestamp"),
    }),
    spec: compact({ replicas: numberAt(object, ...steps(resource.scale?.specReplicas ?? "")) || undefined }),
    status: compact({
      replicas: numberAt(object, ...steps(resource.scale?.statusReplicas ?? "")) ?? 0,
      selector: selector === "" ? undefined : selector,
    }),
  };
}

/** The object with the replicas that a written Scale asks for. Throws 400, 409 or 422. */
export function withScale(object: JsonObject, scale: JsonValue, resource: Resource): JsonObject {
  const [apiVersion = "", kind = ""] = [stringAt(scale, "apiVersion"), stringAt(scale, "kind")];
  if (!isObject(scale) || (kind !== "Scale" && kind !== "")) {
    const why = `converting (${apiVersion}.${kind}) to (autoscaling.Scale): unknown conversion`;
    throw badRequest(`${kind} in version ${JSON.stringify(apiVersion)} cannot be handled as a Scale: ${why}`);
  }
  const replicas = at(scale, "spec", "replicas") ?? 0;
  if (typeof replicas !== "number" || !Number.isInteger(replicas))
    throw badRequest("json: cannot unmarshal into Go struct field ScaleSpec.spec.replicas of type int32");
  if (replicas < 0) {
    throw invalid({ group: "autoscaling", plural: "scales", kind: "Scale" }, nameOf(object), [
      invalidValue("spec.replicas", replicas, "must be greater than or equal to 0"),
    ]);
  }
  const version = versionOf(scale);
  if (version !== "" && version !== versionOf(object)) throw conflict(resource, nameOf(object));
  const changed = cloneObject(object);
  const path = steps(resource.scale?.specReplicas ?? "");
  let parent = changed;
  for (const step of path.slice(0, -1)) parent = ensureObject(parent, step);
  parent[path.at(-1) ?? "replicas"] = replicas;
  return changed;
}
