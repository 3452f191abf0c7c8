import type { RequestStep } from "./script.ts";

/** Builders for what many chapters send: only what matters is spelled out. */
export const MAPS = "/api/v1/namespaces/<ns>/configmaps";
export const DEPLOYMENTS = "/apis/apps/v1/namespaces/<ns>/deployments";
export const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

export const JSON_PATCH = "application/json-patch+json";
export const MERGE_PATCH = "application/merge-patch+json";
export const STRATEGIC_PATCH = "application/strategic-merge-patch+json";
export const APPLY_PATCH = "application/apply-patch+yaml";
export const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
export const PARTIAL = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
export const PARTIAL_LIST = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

type Fields = Readonly<Record<string, unknown>>;

export function configMap(name: string, data: Fields = { key: "value" }, metadata: Fields = {}) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...metadata }, data };
}

export function deployment(name: string, spec: Fields = {}, metadata: Fields = {}) {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, ...metadata },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: podTemplate(name),
      ...spec,
    },
  };
}

export function podTemplate(name: string, spec: Fields = {}) {
  return {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: "app", image: "example.com/app:1.0" }], ...spec },
  };
}

/** A step that creates an object and expects nothing in particular. */
export function create(say: string, path: string, body: unknown): RequestStep {
  return { say, ask: `POST ${path}`, body };
}

export function merge(say: string, path: string, body: unknown): RequestStep {
  return { say, ask: `PATCH ${path}`, type: MERGE_PATCH, body };
}

/** A Deployment whose controller has caught up: nobody else writes to it any more. */
export function settled(say: string, path: string): RequestStep {
  return {
    say,
    ask: `GET ${path}`,
    until: ({ body }) => {
      const { metadata, status } = body as {
        metadata?: { generation?: number };
        status?: { observedGeneration?: number };
      };
      return metadata?.generation !== undefined && status?.observedGeneration === metadata.generation;
    },
  };
}
