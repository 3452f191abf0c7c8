/** Names in Redis. `clusters` is one hash for all clusters, the others belong to one each. */
export const CLUSTERS_KEY = "coalmine:clusters";
export const viewsKey = (cluster: string): string => `coalmine:views:${cluster}`;
export const workersKey = (cluster: string): string => `coalmine:workers:${cluster}`;
/** Exists exactly while the views are complete; whatever empties Redis takes it away too. */
export const epochKey = (cluster: string): string => `coalmine:epoch:${cluster}`;
export const fieldOf = (key: { readonly namespace: string; readonly name: string }): string =>
  `${key.namespace}/${key.name}`;

/** A worker that has not been heard of for this long is gone, in milliseconds. */
export const WORKER_TTL_MS = 6_000;
