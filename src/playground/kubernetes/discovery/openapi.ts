import type { JsonObject } from "../json.ts";
import { compact, isObject } from "../json.ts";
import { joinApiVersion } from "../objects.ts";
import type { Registry, Resource } from "../registry.ts";
import type { Schema } from "../schema/schema.ts";

const META_MODEL = "V1ObjectMeta";

/** `/openapi/v3`: where the document of each group and version is. */
export function openapiIndex(registry: Registry): JsonObject {
  const paths: JsonObject = {};
  for (const row of registry.all()) {
    const path = pathOf(row.group, row.version);
    paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${registry.edition}` };
  }
  return { paths };
}

function pathOf(group: string, version: string): string {
  return group === "" ? `api/${version}` : `apis/${group}/${version}`;
}

/** The document of one group and version; undefined when nothing is served there. */
export function openapiDocument(
  registry: Registry,
  group: string,
  version: string,
  metadata: Schema,
): JsonObject | undefined {
  const rows = registry.all().filter((row) => row.group === group && row.version === version);
  if (rows.length === 0) return undefined;
  const components = new Components(metadata);
  const paths: JsonObject = {};
  for (const row of rows) Object.assign(paths, pathsOf(row, components.addKind(row)));
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "v1.32.4" },
    paths,
    components: { schemas: components.schemas },
  };
}

const WRITE_PARAMETERS = ["dryRun", "fieldManager", "fieldValidation"].map((name) => ({
  name,
  in: "query",
  schema: { type: "string", uniqueItems: true },
}));

/** kubectl looks here whether the server validates fields, and for the kinds behind the operations. */
function pathsOf(row: Resource, component: string): JsonObject {
  const scope = row.namespaced ? "/namespaces/{namespace}" : "";
  const base = `/${pathOf(row.group, row.version)}${scope}/${row.plural}`;
  const gvk = { group: row.group, version: row.version, kind: row.kind };
  const response = {
    "200": {
      description: "OK",
      content: { "application/json": { schema: { $ref: `#/components/schemas/${component}` } } },
    },
  };
  const operation = (action: string, parameters: JsonObject[]): JsonObject => ({
    operationId: `${action}${row.group}${row.version}${row.kind}`,
    parameters,
    responses: response,
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": gvk,
  });
  return {
    [base]: { get: operation("list", []), post: operation("post", WRITE_PARAMETERS) },
    [`${base}/{name}`]: {
      get: operation("get", []),
      put: operation("put", WRITE_PARAMETERS),
      patch: {
        ...operation("patch", [
          ...WRITE_PARAMETERS,
          { name: "force", in: "query", schema: { type: "boolean", uniqueItems: true } },
        ]),
        requestBody: patchBody(row),
      },
      delete: operation("delete", []),
    },
  };
}

/** Which patches a kind takes; without the strategic one here, kubectl would fall back to rules of its own. */
function patchBody(row: Resource): JsonObject {
  const types = [
    "application/json-patch+json",
    "application/merge-patch+json",
    ...(row.custom ? [] : ["application/strategic-merge-patch+json"]),
  ];
  return { content: Object.fromEntries(types.map((type) => [type, { schema: { type: "object" } }])) };
}

/** Schemas of one document; models are written once and referred to. */
class Components {
  readonly schemas: JsonObject = {};
  readonly #metadata: Schema;

  constructor(metadata: Schema) {
    this.#metadata = metadata;
  }

  addKind(row: Resource): string {
    const name = row.custom
      ? `${row.group.split(".").reverse().join(".")}.${row.version}.${row.kind}`
      : componentName(row.schema.model ?? row.kind);
    const body = row.custom ? this.#customBody(row) : this.#body(row.schema);
    body["x-kubernetes-group-version-kind"] = [{ group: row.group, version: row.version, kind: row.kind }];
    this.schemas[name] = body;
    return name;
  }

  #customBody(row: Resource): JsonObject {
    const body = this.#body(row.schema);
    const properties = isObject(body["properties"]) ? body["properties"] : {};
    body["properties"] = {
      ...properties,
      apiVersion: { type: "string", description: `Always ${joinApiVersion(row.group, row.version)}.` },
      kind: { type: "string", description: `Always ${row.kind}.` },
      metadata: this.#reference(this.#metadata),
    };
    return body;
  }

  #reference(schema: Schema): JsonObject {
    const model = schema.model ?? META_MODEL;
    const name = componentName(model);
    if (this.schemas[name] === undefined) {
      // The place is taken first, because a model may contain itself.
      this.schemas[name] = {};
      this.schemas[name] = this.#body(schema);
    }
    // kubectl's explain wants references inside allOf when a description or default stands beside them.
    return { allOf: [{ $ref: `#/components/schemas/${name}` }], default: {} };
  }

  #any(schema: Schema): JsonObject {
    const shown = schema.model === undefined ? this.#body(schema) : this.#reference(schema);
    const rule = schema.mergeRule;
    if (rule === undefined) return shown;
    const strategies = [...(rule.merges ? ["merge"] : []), ...(rule.retainsKeys === true ? ["retainKeys"] : [])];
    shown["x-kubernetes-patch-strategy"] = strategies.join(",");
    if (rule.key !== undefined) shown["x-kubernetes-patch-merge-key"] = rule.key;
    return shown;
  }

  #body(schema: Schema): JsonObject {
    const properties: JsonObject = {};
    for (const [key, member] of schema.properties) properties[key] = this.#any(member);
    const additional =
      schema.additional === true ? true : schema.additional === undefined ? undefined : this.#any(schema.additional);
    return compact({
      description: schema.description,
      type: schema.type,
      format: schema.format,
      ...(schema.intOrString ? { "x-kubernetes-int-or-string": true } : {}),
      ...(schema.preserveUnknown ? { "x-kubernetes-preserve-unknown-fields": true } : {}),
      enum: schema.enumeration === undefined ? undefined : [...schema.enumeration],
      required: schema.required.length === 0 ? undefined : [...schema.required],
      properties: schema.properties.size === 0 ? undefined : properties,
      items: schema.items === undefined ? undefined : this.#any(schema.items),
      additionalProperties: additional,
    });
  }
}

/** `V1PodSpec` → `io.k8s.v1.PodSpec`: explain shows the last part only. */
function componentName(model: string): string {
  const parts = /^(?:Core)?(V\d+(?:alpha\d+|beta\d+)?)(.*)$/.exec(model);
  return parts === null ? `io.k8s.${model}` : `io.k8s.${(parts[1] ?? "").toLowerCase()}.${parts[2]}`;
}
