import type { Answer, Call, Verb } from "../http/call.ts";
import type { Cluster } from "../writing/cluster.ts";
import { patchObject } from "./patch.ts";
import { getObject, listObjects } from "./read.ts";
import type { LogReader } from "./read.ts";
import { deleteCollection, deleteObject } from "./remove.ts";
import { watchObjects } from "./watch.ts";
import type { WatchSettings } from "./watch.ts";
import { createObject, updateObject } from "./write.ts";

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
