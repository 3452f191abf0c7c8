import { mediaType, parseBody } from "../http/body.ts";
import type { Answer, Call } from "../http/call.ts";
import { doubledFields } from "../http/doubled-fields.ts";
import { present } from "../http/present.ts";
import type { JsonValue } from "../json.ts";
import type { Cluster, Target } from "../writing/cluster.ts";
import { scaleOf, withScale } from "./scale.ts";
import { writeOptions } from "./write-options.ts";

function targetOf(call: Call): Target {
  return { resource: call.resource, namespace: call.namespace ?? "" };
}

export function createObject(call: Call, cluster: Cluster): Answer {
  const body = parseBody(call, call.resource.kind);
  return {
    kind: "object",
    code: 201,
    resource: call.resource,
    object: cluster.create(targetOf(call), body, { ...writeOptions(call), doubled: doubledIn(call) }),
  };
}

function doubledIn({ body, contentType }: Call): string[] {
  return ["", "application/json"].includes(mediaType(contentType)) ? doubledFields(body.toString("utf8")) : [];
}

/** Kinds whose objects a PUT may make. */
const MADE_BY_UPDATE = new Set(["leases.coordination.k8s.io", "events"]);

export function updateObject(call: Call, cluster: Cluster): Answer {
  const { id } = call.resource;
  const isMissing = cluster.store.get(id, call.namespace ?? "", call.name ?? "") === undefined;
  if (MADE_BY_UPDATE.has(id) && isMissing) return createObject(call, cluster);
  const kind = call.subresource === "scale" ? "Scale" : call.resource.kind;
  return save(call, cluster, { body: parseBody(call, kind), isPatch: false });
}

/** Writes a whole object, or what a patch made of it. */
export function save(call: Call, cluster: Cluster, wanted: { body: JsonValue; isPatch: boolean }): Answer {
  const name = call.name ?? "";
  const target = targetOf(call);
  const options = { ...writeOptions(call), doubled: wanted.isPatch ? [] : doubledIn(call) };
  if (call.subresource === "scale") {
    const scaled = withScale(cluster.read(target, name), wanted.body, call.resource);
    const object = cluster.update(target, { name, body: present(scaled, call.resource), isPatch: true }, options);
    return { kind: "raw", code: 200, value: scaleOf(object, call.resource) };
  }
  const change = { name, ...wanted, ...(call.subresource === "status" ? { subresource: "status" as const } : {}) };
  return { kind: "object", code: 200, resource: call.resource, object: cluster.update(target, change, options) };
}
