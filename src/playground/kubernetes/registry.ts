import type { Cause, Subject } from "./api-error.ts";
import type { JsonObject } from "./json.ts";
import type { Schema } from "./schema/schema.ts";

/** What the pipeline asks of a kind beyond its schema. All of it works on objects the caller owns. */
export interface Behaviour {
  /** Fills the fields that the API server fills. */
  readonly defaults?: (object: JsonObject) => void;
  readonly validate?: (object: JsonObject) => Cause[];
  /** Says what is allowed and yet hardly meant: each becomes a Warning header. */
  readonly warnings?: (object: JsonObject) => string[];
  /** Takes what a new object needs from a shared pool, such as an address. Called last; a dry run gives it back. */
  readonly allocate?: (object: JsonObject, isDryRun: boolean) => Cause[];
  /** Compares with the stored object: immutable fields and the like. */
  readonly validateUpdate?: (object: JsonObject, stored: JsonObject) => Cause[];
}

/** A column of a custom resource's table, as its CRD declares it. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
  readonly jsonPath: string;
}

/** Where a custom resource keeps its scale. */
export interface ScalePaths {
  readonly specReplicas: string;
  readonly statusReplicas: string;
  readonly labelSelector: string | undefined;
}

/** One resource of one version, ready to be served. */
export interface Resource extends Subject {
  /** Storage id, equal for all versions: `deployments.apps`, `pods`. */
  readonly id: string;
  readonly version: string;
  /** Version that stored objects carry. */
  readonly storageVersion: string;
  readonly singular: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly custom: boolean;
  readonly hasStatus: boolean;
  readonly hasLog: boolean;
  readonly scale: ScalePaths | undefined;
  readonly countsGeneration: boolean;
  readonly unconditionalUpdate: boolean;
  readonly nameRule: "subdomain" | "label" | "path";
  readonly schema: Schema;
  readonly behaviour: Behaviour;
  readonly columns: readonly PrinterColumn[];
  /** Read-only views of another resource, such as events.k8s.io of core events. */
  readonly viewOf?: string;
  readonly deprecation?: string;
}

export const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"] as const;

/** All resources that are served now. CRDs add and remove theirs at run time. */
export class Registry {
  readonly #rows = new Map<string, Resource>();
  readonly #byId = new Map<string, Resource>();
  #edition = 1;

  /** Rises with every change, so that discovery can be cached. */
  get edition(): number {
    return this.#edition;
  }

  add(resource: Resource): void {
    this.#rows.set(rowKey(resource.group, resource.version, resource.plural), resource);
    if (resource.viewOf === undefined && (resource.version === resource.storageVersion || !this.#byId.has(resource.id)))
      this.#byId.set(resource.id, resource);
    this.#edition += 1;
  }

  /** Takes every version of a storage id away. */
  remove(id: string): void {
    for (const [key, row] of this.#rows) if (row.id === id) this.#rows.delete(key);
    this.#byId.delete(id);
    this.#edition += 1;
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    return this.#rows.get(rowKey(group, version, plural));
  }

  findKind(group: string, version: string, kind: string): Resource | undefined {
    return this.all().find((row) => row.group === group && row.version === version && row.kind === kind);
  }

  /** The row in storage version, or else any version of this storage id. */
  byId(id: string): Resource | undefined {
    return this.#byId.get(id);
  }

  all(): Resource[] {
    return [...this.#rows.values()];
  }
}

function rowKey(group: string, version: string, plural: string): string {
  return `${group}/${version}/${plural}`;
}

export function storageId(group: string, plural: string): string {
  return group === "" ? plural : `${plural}.${group}`;
}
