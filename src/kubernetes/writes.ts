import { ConflictError, NotFoundError } from "../errors.ts";
import { JSON_PATCH, MERGE_PATCH, type KubernetesClient } from "./client.ts";
import type { Collection } from "./collection.ts";
import type { Operation } from "./json-patch.ts";
import { objectAt, type KubernetesObject } from "./object.ts";

interface Key {
  readonly namespace: string;
  readonly name: string;
}

/** What a write needs of a collection: paths, and to be told what the server answered. */
type Written = Pick<Collection<unknown>, "path" | "noteWritten" | "noteGone">;

/** Requests to objects of followed kinds. Each changes one version of one object: another one is a ConflictError, as is a deleted one. */
export interface Writes {
  /** `null` when the object does not exist. Not a write, but what one may have to begin with: caches hold no content. */
  read(collection: Written, key: Key): Promise<KubernetesObject | null>;
  /** ConflictError when it exists already. Answers the object as it is stored. */
  create(collection: Written, namespace: string, body: KubernetesObject): Promise<KubernetesObject>;
  /** A JSON patch whose first operation binds it to a version. */
  patch(collection: Written, key: Key, body: readonly Operation[]): Promise<KubernetesObject>;
  /** A merge patch for this version. */
  merge(collection: Written, key: Key & { readonly resourceVersion: string }, change: KubernetesObject): Promise<void>;
  /** Replaces the whole object; `metadata.resourceVersion` in the body binds it to a version. */
  replace(collection: Written, key: Key, body: KubernetesObject): Promise<void>;
  /** Deletes this version; one that is gone is fine. */
  remove(collection: Written, key: Key & { readonly resourceVersion: string }): Promise<void>;
}

export function createWrites(client: Pick<KubernetesClient, "request">): Writes {
  const change = async (
    collection: Written,
    { namespace, name }: Key,
    request: Pick<Parameters<typeof client.request>[0], "method" | "body" | "contentType">,
  ): Promise<KubernetesObject> => {
    const path = collection.path(namespace, name);
    try {
      const answer = await client.request({ path, ...request });
      collection.noteWritten(answer);
      return answer;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      collection.noteGone(namespace, name);
      throw new ConflictError(`while changing ${path}: it was deleted`, { cause: error });
    }
  };
  return {
    async read(collection, { namespace, name }) {
      try {
        return await client.request({ method: "GET", path: collection.path(namespace, name) });
      } catch (error) {
        if (error instanceof NotFoundError) return null;
        throw error;
      }
    },
    async create(collection, namespace, body) {
      const answer = await client.request({ method: "POST", path: collection.path(namespace), body });
      collection.noteWritten(answer);
      return answer;
    },
    patch: (collection, key, body) => change(collection, key, { method: "PATCH", contentType: JSON_PATCH, body }),
    async merge(collection, { resourceVersion, ...key }, body) {
      const bound = { ...body, metadata: { ...objectAt(body, "metadata"), resourceVersion } };
      await change(collection, key, { method: "PATCH", contentType: MERGE_PATCH, body: bound });
    },
    async replace(collection, key, body) {
      await change(collection, key, { method: "PUT", body });
    },
    async remove(collection, { namespace, name, resourceVersion }) {
      const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { resourceVersion } };
      try {
        await client.request({ method: "DELETE", path: collection.path(namespace, name), body });
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
      }
      collection.noteGone(namespace, name);
    },
  };
}
