import { SchemaError } from "../errors.ts";
import { JSON_PATCH, type KubernetesClient } from "../kubernetes/client.ts";
import { CANARIES, objectPath, openCollection } from "../kubernetes/collection.ts";
import type { Log } from "../kubernetes/log.ts";
import { at, sameJson } from "../kubernetes/object.ts";
import type { WatchTiming } from "../kubernetes/watch-cache.ts";
import type { ReadContext } from "../rollout/manifest/read-canary.ts";
import type { CanaryStatus, Rollout } from "../rollout/rollout.ts";
import { readStored, writeStatus, type StoredCanary } from "./canary-object.ts";
import type { CanaryKey, CanaryStore } from "./canary-store.ts";
import { fitRecord } from "./fit-record.ts";

export interface KubernetesCanaryStoreOptions {
  readonly client: KubernetesClient;
  readonly log: Log;
  /** Namespaces to look after; empty: all. */
  readonly namespaces: readonly string[];
  readonly context: ReadContext;
  /** Called when a Canary appeared, was changed by somebody else, or went away. Not for our own saves. */
  readonly onChange: (key: CanaryKey) => void;
  readonly timing?: Partial<WatchTiming>;
}

/** A store that follows the cluster until it is stopped. */
export interface KubernetesCanaryStore extends CanaryStore {
  readonly synced: Promise<void>;
  isSynced(): boolean;
  age(): number;
  stop(): Promise<void>;
}

/** Keeps records in the status of Canary objects; begins to follow them at once. */
export function openKubernetesCanaryStore(options: KubernetesCanaryStoreOptions): KubernetesCanaryStore {
  const { client, log, namespaces, context, timing = {} } = options;
  const remember = rememberRecords();
  const canaries = openCollection<StoredCanary>({
    client,
    log,
    namespaces,
    timing,
    resource: CANARIES,
    project: (object) => remember(readStored(object, context)),
    onChange: (namespace, name, by) => {
      if (by === "server") options.onChange({ namespace, name });
    },
  });

  return {
    get: ({ namespace, name }) => canaries.get(namespace, name)?.subject ?? null,
    list: () => canaries.values().map(({ subject }) => subject),
    async save(subject, wanted) {
      const { ref, resourceVersion } = subject;
      const status = fitRecord(wanted);
      const carried = canaries.get(ref.namespace, ref.name)?.carried ?? {};
      const answer = await client.request({
        method: "PATCH",
        path: `${objectPath(CANARIES, ref)}/status`,
        contentType: JSON_PATCH,
        // As part of the object the version is a precondition (409); as a "test" its failure would be a 422.
        body: [
          { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
          { op: "add", path: "/status", value: writeStatus(status, carried) },
        ],
      });
      checkRecordKept(at(answer, "status", "rollout"), status.rollout);
      canaries.noteWritten(answer);
      return readStored(answer, context).subject;
    },
    synced: canaries.synced,
    isSynced: canaries.isSynced,
    age: canaries.age,
    stop: canaries.stop,
  };
}

/**
 * Where somebody applied another CRD, the watch delivers canaries whose record was pruned. The engine goes on from the record
 * that was seen before, as long as it is the same canary and this process lives.
 */
function rememberRecords(): (stored: StoredCanary) => StoredCanary {
  const records = new Map<string, { readonly uid: string; readonly rollout: Rollout }>();
  return (stored) => {
    const { ref, rollout } = stored.subject;
    const key = `${ref.namespace}/${ref.name}`;
    if (rollout !== null) {
      records.set(key, { uid: ref.uid, rollout });
      return stored;
    }
    const remembered = records.get(key);
    if (remembered === undefined || remembered.uid !== ref.uid) return stored;
    return { ...stored, subject: { ...stored.subject, rollout: remembered.rollout } };
  };
}

function checkRecordKept(kept: unknown, sent: CanaryStatus["rollout"]): void {
  if (sameJson(kept, sent)) return;
  const lost = kept === undefined ? "status.rollout" : `status.rollout.${firstDifference(kept, sent)}`;
  throw new SchemaError(
    `while saving the record: the cluster did not keep ${lost}, because the CRD of canaries.flagger.app is not Coalmine's. ` +
      "Apply deploy/base/crds.yaml of this version",
  );
}

function firstDifference(kept: unknown, sent: object): string {
  return Object.entries(sent).find(([key, value]) => !sameJson(at(kept, key), value))?.[0] ?? "";
}

