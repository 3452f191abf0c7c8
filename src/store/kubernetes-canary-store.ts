import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { NotFoundError, SchemaError } from "../errors.ts";
import { JSON_PATCH, type KubernetesClient } from "../kubernetes/client.ts";
import type { OpenCollection, Resource } from "../kubernetes/collection.ts";
import type { ReadContext } from "../rollout/manifest/read-canary.ts";
import type { Rollout } from "../rollout/rollout.ts";
import { finalizerEdits, readStored, writeStatus, type StoredCanary } from "./canary-object.ts";
import type { CanaryKey, CanaryStore } from "./canary-store.ts";
import { Claims } from "./claims.ts";
import { fitRecord } from "./fit-record.ts";

export interface KubernetesCanaryStoreOptions {
  readonly client: Pick<KubernetesClient, "request">;
  readonly open: OpenCollection;
  readonly context: ReadContext;
  /** Called when a Canary appeared, was changed by somebody else, or went away. Not for our own saves. */
  readonly onChange: (key: CanaryKey) => void;
}

const CANARIES: Resource = { api: "/apis/flagger.app/v1beta1", plural: "canaries" };

/** A store that follows the cluster until it is stopped. */
export interface KubernetesCanaryStore extends CanaryStore {
  readonly synced: Promise<void>;
  isSynced(): boolean;
  age(): number;
  stop(): Promise<void>;
}

/** Keeps records in the status of Canary objects; begins to follow them at once. */
export function openKubernetesCanaryStore(options: KubernetesCanaryStoreOptions): KubernetesCanaryStore {
  const { client, open, context } = options;
  const remember = rememberRecords();
  const claims = new Claims();
  const canaries = open<StoredCanary>({
    resource: CANARIES,
    project: (object) => remember(readStored(object, context)),
    onChange: (namespace, name, by) => {
      const others = claims.put({ namespace, name }, canaries.get(namespace, name));
      if (by === "server") options.onChange({ namespace, name });
      others.forEach(options.onChange);
    },
  });

  return {
    get({ namespace, name }) {
      const stored = canaries.get(namespace, name);
      return stored === null ? null : claims.judge(stored.subject);
    },
    list: () => canaries.values().map(({ subject }) => claims.judge(subject)),
    async save(subject, wanted) {
      const { ref, resourceVersion } = subject;
      const status = fitRecord(wanted);
      const carried = canaries.get(ref.namespace, ref.name)?.carried ?? {};
      const answer = await client.request({
        method: "PATCH",
        path: `${canaries.path(ref.namespace, ref.name)}/status`,
        contentType: JSON_PATCH,
        // As part of the object the version is a precondition (409); as a "test" its failure would be a 422.
        body: [
          { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
          { op: "add", path: "/status", value: writeStatus(status, carried) },
        ],
      });
      checkRecordKept(answer, status.rollout);
      canaries.noteWritten(answer);
      return claims.judge(readStored(answer, context).subject);
    },
    async setFinalizer({ ref, resourceVersion, finalizer }, present) {
      if (finalizer === present) return;
      const path = canaries.path(ref.namespace, ref.name);
      try {
        const found = await client.request({ method: "GET", path });
        const body = finalizerEdits(found, { resourceVersion, present });
        canaries.noteWritten(await client.request({ method: "PATCH", path, contentType: JSON_PATCH, body }));
      } catch (error) {
        // Without a finalizer the object goes at once: that is what was asked for.
        if (!(error instanceof NotFoundError)) throw error;
        canaries.noteGone(ref.namespace, ref.name);
      }
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

const Answer = z.object({ status: z.object({ rollout: z.record(z.string(), z.unknown()) }) });

function checkRecordKept(answer: unknown, rollout: Rollout): void {
  const kept = Answer.safeParse(answer).data?.status.rollout;
  const lost = kept === undefined ? "status.rollout" : firstLost(kept, rollout);
  if (lost === null) return;
  throw new SchemaError(
    `while saving the record: the cluster did not keep ${lost}, because the CRD of canaries.flagger.app is not Coalmine's. ` +
      "Apply deploy/base/crds.yaml of this version",
  );
}

/** The first field that came back otherwise than it was sent; `null` when all of it was kept. */
function firstLost(kept: Readonly<Record<string, unknown>>, rollout: Rollout): string | null {
  const sent: Record<string, unknown> = JSON.parse(JSON.stringify(rollout));
  const lost = Object.keys(sent).find((key) => !isDeepStrictEqual(kept[key], sent[key]));
  return lost === undefined ? null : `status.rollout.${lost}`;
}
