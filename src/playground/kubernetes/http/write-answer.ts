import { badRequest, wrongForm } from "../api-error.ts";
import { internalPackage, versionOf } from "../objects.ts";
import type { Resource } from "../registry.ts";
import type { IncomingMessage, ServerResponse } from "node:http";
import { stringify } from "yaml";
import type { JsonObject } from "../json.ts";
import { tableOf } from "../tables/table.ts";
import type { Answer } from "./call.ts";
import type { Wanted } from "./negotiate.ts";
import { listItem, listObject, objectText, partialObject, present } from "./present.ts";

interface Reply {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly wanted: Wanted;
  readonly query: URLSearchParams;
  readonly now: number;
}

/** Sends an answer in the form that was negotiated. */
export function writeAnswer(answer: Answer, reply: Reply): void {
  switch (answer.kind) {
    case "text":
      reply.response.writeHead(answer.code, { "content-type": "text/plain; charset=utf-8" }).end(answer.text);
      return;
    case "stream":
      answer.open(reply.request, reply.response);
      return;
    case "raw":
      sendJson(reply, answer.code, answer.value);
      return;
    case "object":
      sendJson(reply, answer.code, objectForm(answer, reply));
      return;
    case "list":
      sendJson(reply, 200, listForm(answer, reply));
  }
}

function objectForm(answer: Answer & { kind: "object" }, reply: Reply): JsonObject {
  const object = present(answer.object, answer.resource);
  if (reply.wanted.form === "partial") return partialObject(object);
  if (reply.wanted.form === "partialList")
    throw wrongForm(
      `you requested PartialObjectMetadataList, but the requested object is not a list (${goName(answer)})`,
    );
  if (reply.wanted.form === "table") {
    return tableOf({
      resource: answer.resource,
      objects: [object],
      metadata: { resourceVersion: versionOf(object) },
      include: includeObject(reply.query),
      now: reply.now,
    });
  }
  return object;
}

function listForm(answer: Answer & { kind: "list" }, reply: Reply): JsonObject {
  const { resource, metadata } = answer;
  if (reply.wanted.form === "table") {
    const objects = answer.objects.map((object) => present(object, resource));
    return tableOf({ resource, objects, metadata, include: includeObject(reply.query), now: reply.now });
  }
  if (reply.wanted.form === "partial")
    throw wrongForm(`you requested PartialObjectMetadata, but the requested object is a list (${goName(answer)}List)`);
  if (reply.wanted.form === "partialList") {
    return {
      kind: "PartialObjectMetadataList",
      apiVersion: "meta.k8s.io/v1",
      metadata,
      items: answer.objects.map(partialObject),
    };
  }
  return listObject(
    resource,
    answer.objects.map((object) => listItem(object, resource)),
    // Lists of custom resources always say how they go on, even when they do not.
    resource.custom ? { continue: "", ...metadata } : metadata,
  );
}

/** The type that holds such an object in a real server. */
function goName({ resource }: { readonly resource: Resource }): string {
  return resource.custom ? "*unstructured.Unstructured" : `*${internalPackage(resource.group)}.${resource.kind}`;
}

/** Value of `includeObject`: what a table row carries of its object. */
export function includeObject(query: URLSearchParams): "None" | "Metadata" | "Object" {
  const given = query.get("includeObject") ?? "";
  if (given === "None" || given === "Object") return given;
  if (given === "" || given === "Metadata") return "Metadata";
  const why = `Invalid value: ${JSON.stringify(given)}: must be 'Metadata', 'Object', 'None', or empty`;
  throw badRequest(`Unable to convert to Table as requested: includeObject: ${why}`);
}

/** Sends a JSON value, or the same as YAML. */
export function sendJson(reply: Pick<Reply, "response" | "wanted">, code: number, value: JsonObject): void {
  const text = reply.wanted.encoding === "yaml" ? stringify(value) : `${objectText(value)}\n`;
  reply.response
    .writeHead(code, { "content-type": reply.wanted.encoding === "yaml" ? "application/yaml" : "application/json" })
    .end(text);
}
