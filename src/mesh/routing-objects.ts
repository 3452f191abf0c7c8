import type { Operation } from "../kubernetes/json-patch.ts";
import { ConflictError, NotFoundError } from "../errors.ts";
import { JSON_PATCH, type KubernetesClient } from "../kubernetes/client.ts";
import type { Collection } from "../kubernetes/collection.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";

/** What writes objects of one kind: every answer is returned and goes into the watch cache, so that the next look sees it. */
export interface ObjectWriter {
  create(namespace: string, body: object): Promise<KubernetesObject>;
  /** Throws ConflictError when the object is gone: it is another world than was looked at. */
  patch(
    at: { readonly namespace: string; readonly name: string },
    body: readonly Operation[],
  ): Promise<KubernetesObject>;
}

interface WriterParts {
  readonly client: Pick<KubernetesClient, "request">;
  readonly collection: Collection<unknown>;
  /** `/apis/<group>/<version>`. */
  readonly api: string;
  readonly kind: string;
}

export function objectWriter({ client, collection, api, kind }: WriterParts): ObjectWriter {
  const apiVersion = api.slice("/apis/".length);
  const noted = (object: KubernetesObject): KubernetesObject => {
    collection.noteWritten(object);
    return object;
  };
  return {
    async create(namespace, body) {
      const path = collection.path(namespace);
      return noted(await client.request({ method: "POST", path, body: { apiVersion, kind, ...body } }));
    },
    async patch({ namespace, name }, body) {
      const path = collection.path(namespace, name);
      try {
        return noted(await client.request({ method: "PATCH", path, contentType: JSON_PATCH, body }));
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
        collection.noteGone(namespace, name);
        throw new ConflictError(`while writing ${kind} ${name}: it was deleted`, { cause: error });
      }
    },
  };
}

/** Throws ConflictError unless the cache holds the version that was looked at. */
export function mustBeCurrent(
  what: string,
  record: { readonly resourceVersion: string } | null,
  { resourceVersion }: { readonly resourceVersion: string | null },
): void {
  if ((record?.resourceVersion ?? null) === resourceVersion) return;
  throw new ConflictError(`while routing by ${what}: it has changed`);
}

/** What several caches of one router are together. */
export function together(caches: readonly Collection<unknown>[]) {
  return {
    synced: Promise.all(caches.map(({ synced }) => synced)).then(() => {}),
    isSynced: () => caches.every((cache) => cache.isSynced()),
    age: () => Math.max(...caches.map((cache) => cache.age())),
    stop: async () => void (await Promise.all(caches.map((cache) => cache.stop()))),
  };
}
