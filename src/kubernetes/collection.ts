import type { KubernetesClient } from "./client.ts";
import type { Log } from "../telemetry/log.ts";
import { textAt, type Identity, type KubernetesObject } from "./object.ts";
import { WatchCache, type WatchTiming } from "./watch-cache.ts";

/** A kind as the API server's paths name it. */
export interface Resource {
  /** `/api/v1`, or `/apis/<group>/<version>`. */
  readonly api: string;
  readonly plural: string;
}

export const DEPLOYMENTS: Resource = { api: "/apis/apps/v1", plural: "deployments" };
export const SERVICES: Resource = { api: "/api/v1", plural: "services" };
export const PODS: Resource = { api: "/api/v1", plural: "pods" };
export const EVENTS: Resource = { api: "/api/v1", plural: "events" };

/** Path of a namespace's objects; without a namespace, of all. */
export function collectionPath({ api, plural }: Resource, namespace: string | null): string {
  return namespace === null ? `${api}/${plural}` : `${api}/namespaces/${namespace}/${plural}`;
}

/** Path of one object; without a name, of its namespace's objects. */
export function objectPath(
  resource: Resource,
  { namespace, name }: { readonly namespace: string; readonly name?: string | undefined },
): string {
  const path = collectionPath(resource, namespace);
  return name === undefined ? path : `${path}/${name}`;
}

/** The objects of one kind in the namespaces that are looked after, cached. */
export interface Collection<R> {
  get(namespace: string, name: string): R | null;
  values(): readonly R[];
  /** Path of one object for a request; without a name, of its namespace's objects. */
  path(namespace: string, name?: string): string;
  /** Takes over the server's answer to a write of ours. */
  noteWritten(object: KubernetesObject): void;
  noteGone(namespace: string, name: string): void;
  readonly synced: Promise<void>;
  isSynced(): boolean;
  /** Milliseconds since the oldest of its watches was proven current; infinite before the first list. */
  age(): number;
  stop(): Promise<void>;
}

export interface CollectionOptions<R> {
  readonly resource: Resource;
  readonly project: (object: KubernetesObject, identity: Identity) => R | null;
  readonly onChange: (namespace: string, name: string, by: "server" | "us") => void;
}

/** Begins to follow one kind. Handed to the folders that follow kinds of their own. */
export type OpenCollection = <R>(options: CollectionOptions<R>) => Collection<R>;

export interface Surroundings {
  readonly client: KubernetesClient;
  readonly log: Log;
  /** Namespaces to look after; empty: all, by one watch for each kind. */
  readonly namespaces: readonly string[];
  readonly timing?: Partial<WatchTiming>;
}

/** Begins to follow one kind: one watch for the whole cluster, or one for each namespace. */
export function openCollection<R>(surroundings: Surroundings, options: CollectionOptions<R>): Collection<R> {
  const { client, log, namespaces, timing = {} } = surroundings;
  const { resource, project } = options;
  const onChange = (key: string, by: "server" | "us") => {
    const [namespace = "", name = ""] = key.split("/");
    options.onChange(namespace, name, by);
  };
  const open = (namespace: string | null) =>
    new WatchCache<R>({ client, log, project, onChange, timing, collection: collectionPath(resource, namespace) });

  const everywhere = namespaces.length === 0 ? open(null) : null;
  const byNamespace = new Map(namespaces.map((namespace) => [namespace, open(namespace)]));
  const caches = everywhere === null ? [...byNamespace.values()] : [everywhere];
  const of = (namespace: string) => everywhere ?? byNamespace.get(namespace);
  for (const cache of caches) cache.start();

  return {
    get: (namespace, name) => of(namespace)?.get(`${namespace}/${name}`) ?? null,
    values: () => caches.flatMap((cache) => cache.values()),
    path: (namespace, name) => objectPath(resource, { namespace, name }),
    noteWritten: (object) => of(textAt(object, "metadata", "namespace"))?.noteWritten(object),
    noteGone: (namespace, name) => of(namespace)?.noteGone(`${namespace}/${name}`),
    synced: Promise.all(caches.map((cache) => cache.synced)).then(() => {}),
    isSynced: () => caches.every((cache) => cache.isSynced()),
    age: () => Math.max(...caches.map((cache) => cache.age())),
    stop: async () => void (await Promise.all(caches.map((cache) => cache.stop()))),
  };
}
