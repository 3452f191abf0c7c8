import { definitionBehaviour } from "../crd/definition-rules.ts";
import type { Behaviour, Resource } from "../registry.ts";
import { storageId } from "../registry.ts";
import type { AddressPool } from "./addresses.ts";
import type { ModelSchemas } from "./model-schemas.ts";
import { BUILTIN_ROWS } from "./rows.ts";
import type { BuiltinRow } from "./rows.ts";
import { allocateService, updateService, serviceBehaviour } from "./service-rules.ts";
import { SIMPLE_BEHAVIOURS } from "./simple-rules.ts";
import { daemonSetBehaviour, deploymentBehaviour, replicaSetBehaviour } from "./workload-rules.ts";

function behaviours(pool: AddressPool): Record<string, Behaviour> {
  return {
    ...SIMPLE_BEHAVIOURS,
    services: {
      ...serviceBehaviour,
      allocate: (service, isDryRun) => allocateService(service, pool, isDryRun),
      validateUpdate: (service, stored) => updateService(service, stored, pool),
    },
    "deployments.apps": deploymentBehaviour,
    "replicasets.apps": replicaSetBehaviour,
    "daemonsets.apps": daemonSetBehaviour,
    "customresourcedefinitions.apiextensions.k8s.io": definitionBehaviour,
  };
}

function resourceOf(row: BuiltinRow, schemas: ModelSchemas, behaviour: Behaviour): Resource {
  const subresources = row.subresources ?? [];
  return {
    id: storageId(row.group, row.plural),
    group: row.group,
    version: row.version,
    storageVersion: row.version,
    plural: row.plural,
    singular: row.kind.toLowerCase(),
    kind: row.kind,
    listKind: `${row.kind}List`,
    shortNames: row.short ?? [],
    categories: row.categories ?? [],
    namespaced: row.namespaced ?? true,
    custom: false,
    hasStatus: subresources.includes("status"),
    hasLog: subresources.includes("log"),
    scale: subresources.includes("scale")
      ? { specReplicas: ".spec.replicas", statusReplicas: ".status.replicas", labelSelector: undefined }
      : undefined,
    countsGeneration: row.generation ?? false,
    unconditionalUpdate: row.unconditionalUpdate ?? true,
    nameRule: row.nameRule ?? "subdomain",
    schema: schemas.schemaOf(row.model),
    behaviour,
    columns: [],
  };
}

/** Everything that is served before any CRD is installed. */
export function builtinResources(schemas: ModelSchemas, pool: AddressPool): Resource[] {
  const rules = behaviours(pool);
  const rows = BUILTIN_ROWS.map((row) => resourceOf(row, schemas, rules[storageId(row.group, row.plural)] ?? {}));
  const events = rows.find((row) => row.id === "events");
  if (events === undefined) throw new Error("while listing built-in resources: events are missing from BUILTIN_ROWS");
  return [...rows, { ...events, group: "events.k8s.io", viewOf: "events" }];
}
