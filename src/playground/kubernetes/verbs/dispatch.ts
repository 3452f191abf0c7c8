import type { Answer, Call, Verb } from "../http/call.ts";
import type { Cluster } from "../writing/cluster.ts";
import { getObject, listObjects } from "./read.ts";
import type { LogReader } from "./read.ts";
import { watchObjects } from "./watch.ts";
import type { WatchSettings } from "./watch.ts";
import { createObject, deleteCollection, deleteObject, patchObject, updateObject } from "./write.ts";

/** What handlers need beside the call. */
export interface Services {
  readonly cluster: Cluster;
  readonly watching: WatchSettings;
  readonly readLog: LogReader;
}

const HANDLERS: Readonly<Record<Verb, (call: Call, services: Services) => Answer>> = {
  get: (call, { cluster, readLog }) => getObject(call, cluster, readLog),
  list: (call, { cluster }) => listObjects(call, cluster),
  watch: (call, { cluster, watching }) => watchObjects(call, cluster, watching),
  create: (call, { cluster }) => createObject(call, cluster),
  update: (call, { cluster }) => updateObject(call, cluster),
  patch: (call, { cluster }) => patchObject(call, cluster),
  delete: (call, { cluster }) => deleteObject(call, cluster),
  deletecollection: (call, { cluster }) => deleteCollection(call, cluster),
};

export function dispatch(call: Call, services: Services): Answer {
  return HANDLERS[call.verb](call, services);
}
