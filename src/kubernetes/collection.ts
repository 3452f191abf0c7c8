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
export const DAEMON_SETS: Resource = { api: "/apis/apps/v1", plural: "daemonsets" };
export const CONTROLLER_REVISIONS: Resource = { api: "/apis/apps/v1", plural: "controllerrevisions" };
export const AUTOSCALERS: Resource = { api: "/apis/autoscaling/v2", plural: "horizontalpodautoscalers" };
export const SCALED_OBJECTS: Resource = { api: "/apis/keda.sh/v1alpha1", plural: "scaledobjects" };
export const CONFIG_MAPS: Resource = { api: "/api/v1", plural: "configmaps" };
export const SECRETS: Resource = { api: "/api/v1", plural: "secrets" };
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
  /** Resolves when every list has been tried once, with whatever outcome. */
  readonly attempted: Promise<void>;
  /** Why it is not synced; empty when it is, or before the first attempt. */
  problem(): string;
  /** Milliseconds since the oldest of its watches was proven current; infinite before the first list. */
  age(): number;
  stop(): Promise<void>;
}

export interface CollectionOptions<R> {
  readonly resource: Resource;
  /** Only objects with these labels, such as `app=shop`. */
  readonly labelSelector?: string;
  /** Whether only the objects' metadata is asked for. */
  readonly metadataOnly?: boolean;
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
  const { resource, onChange: tell, ...kept } = options;
  const onChange = (key: string, by: "server" | "us") => {
    const [namespace = "", name = ""] = key.split("/");
    tell(namespace, name, by);
  };
  const open = (namespace: string | null) =>
    new WatchCache<R>({ client, log, ...kept, onChange, timing, collection: collectionPath(resource, namespace) });

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
    attempted: Promise.all(caches.map((cache) => cache.attempted)).then(() => {}),
    problem: () => caches.map((cache) => cache.problem()).find((problem) => problem !== "") ?? "",
    age: () => Math.max(...caches.map((cache) => cache.age())),
    stop: async () => void (await Promise.all(caches.map((cache) => cache.stop()))),
  };
}

/** A kind that is followed only once somebody needs it. */
export interface LazyCollection<R> {
  /** Begins to follow it, if nobody has. */
  ask(): Collection<R>;
  /** `null`: nobody has needed it. */
  readonly opened: Collection<R> | null;
}

export function lazily<R>(open: () => Collection<R>): LazyCollection<R> {
  let opened: Collection<R> | null = null;
  return {
    ask: () => (opened ??= open()),
    get opened() {
      return opened;
    },
  };
}
