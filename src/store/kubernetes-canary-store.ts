import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { ConflictError, NotFoundError, RefusedError, SchemaError } from "../errors.ts";
import { JSON_PATCH, type KubernetesClient } from "../kubernetes/client.ts";
import type { OpenCollection, Resource } from "../kubernetes/collection.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import type { ReadContext } from "../rollout/manifest/read-canary.ts";
import type { Rollout } from "../rollout/rollout.ts";
import { finalizerEdits, readStored, writeStatus, type StoredCanary } from "./canary-object.ts";
import type { CanaryKey, CanaryStore } from "./canary-store.ts";
import { Claims } from "./claims.ts";
import { fitRecord } from "./fit-record.ts";

type Client = Pick<KubernetesClient, "request">;

export interface KubernetesCanaryStoreOptions {
  readonly client: Client;
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
      const stored = canaries.get(ref.namespace, ref.name);
      const written = { path: `${canaries.path(ref.namespace, ref.name)}/status`, rollout: status.rollout };
      // As part of the object the version is a precondition (409); as a "test" its failure would be a 422.
      const version = { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion };
      const body = [version, { op: "add", path: "/status", value: writeStatus(status, stored?.carried ?? {}) }];
      const takeUp = (object: KubernetesObject): boolean => {
        if (!readStored(object, context).holdsRecord) return false;
        // Of one version there is only one object in the cache.
        canaries.noteGone(ref.namespace, ref.name);
        canaries.noteWritten(object);
        return true;
      };
      const holdsRecord = stored?.holdsRecord ?? false;
      const answer = await saveWhereKept(client, { ...written, body, holdsRecord, takeUp });
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

interface RecordWrite {
  readonly path: string;
  readonly rollout: Rollout;
  /** JSON Patch of the status. */
  readonly body: readonly object[];
  /** Whether the object held a record when it was last seen. */
  readonly holdsRecord: boolean;
  /** Takes the object in as the server has it if that holds a record after all, and answers whether it does. */
  readonly takeUp: (object: KubernetesObject) => boolean;
}

/**
 * A write under a definition that does not know the record would also take from the stored object whatever else that one does not
 * know, such as what the manifest says about approvals. So it is only made where the record is kept: an object that held one must
 * still show it, and for another one a dry run is asked first.
 */
async function saveWhereKept(client: Client, write: RecordWrite): Promise<KubernetesObject> {
  const request = { method: "PATCH", path: write.path, contentType: JSON_PATCH } as const;
  const shown = { op: "test", path: "/status/rollout/recordVersion", value: write.rollout.recordVersion };
  if (write.holdsRecord) {
    const answer = await client.request({ ...request, body: [shown, ...write.body] }).catch(unlessInvalid);
    if (answer !== null) return kept(answer, write);
  }
  kept(await client.request({ ...request, body: write.body, path: `${write.path}?dryRun=All` }), write);
  await mustHoldNone(client, write);
  return kept(await client.request({ ...request, body: write.body }), write);
}

/**
 * A definition that is put back shows the stored record again, at the version that was seen without it: such a canary is looked at
 * anew, since its record is worth more than a first one.
 */
async function mustHoldNone(client: Client, { path, holdsRecord, takeUp }: RecordWrite): Promise<void> {
  if (holdsRecord || !takeUp(await client.request({ method: "GET", path: path.replace(/\/status$/, "") }))) return;
  throw new ConflictError(`while saving the first record of ${path}: it has one already`);
}

function unlessInvalid(error: unknown): null {
  if (error instanceof RefusedError && error.status === 422) return null;
  throw error;
}

const Answer = z.object({ status: z.object({ rollout: z.record(z.string(), z.unknown()) }) });

/** The answer to a write. Throws SchemaError when the record is not in it as it was sent. */
function kept(answer: KubernetesObject, { rollout }: RecordWrite): KubernetesObject {
  const found = Answer.safeParse(answer).data?.status.rollout;
  const lost = found === undefined ? "status.rollout" : firstLost(found, rollout);
  if (lost === null) return answer;
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
