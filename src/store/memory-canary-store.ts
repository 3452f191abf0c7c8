import { z } from "zod";
import { ConflictError, NotFoundError, SchemaError } from "../errors.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import type { ReadContext } from "../rollout/manifest/read-canary.ts";
import { FINALIZER, readStored, writeStatus } from "./canary-object.ts";
import type { CanaryKey, CanaryStore } from "./canary-store.ts";
import { Claims } from "./claims.ts";
import { fitRecord } from "./fit-record.ts";

/** A store without a cluster, for tests: the same contract, the same versions and conflicts. */
export interface MemoryCanaryStore extends CanaryStore {
  /** Creates or replaces a Canary object as `kubectl apply` would: its status stays, its generation rises when `spec` changed. */
  apply(object: KubernetesObject): void;
  remove(key: CanaryKey): void;
  /** Replaces the status as another controller would. */
  writeStatus(key: CanaryKey, status: KubernetesObject): void;
  /** From now on saves lose `status.rollout`, as under another CRD. */
  pruneRecords(): void;
}

const keyOf = ({ namespace, name }: CanaryKey): string => `${namespace}/${name}`;

const Applied = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string(),
    uid: z.string().optional(),
    finalizers: z.array(z.string()).optional(),
    creationTimestamp: z.string().optional(),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.unknown().optional(),
});
type Applied = z.infer<typeof Applied>;

/** An object with what the server adds to it. */
interface Held {
  readonly object: Applied;
  readonly status: Readonly<Record<string, unknown>> | undefined;
  readonly uid: string;
  readonly generation: number;
  readonly version: number;
}

/** The object as a client would read it. Through text, as over the wire: what JSON cannot carry must not survive here either. */
function present({ object, status, uid, generation, version }: Held): unknown {
  const metadata = { ...object.metadata, uid, generation, resourceVersion: String(version) };
  return JSON.parse(JSON.stringify({ ...object, metadata, status }));
}

/** Makes an empty store. */
export function createMemoryCanaryStore(context: ReadContext): MemoryCanaryStore {
  const held = new Map<string, Held>();
  const claims = new Claims();
  let version = 0;
  let pruning = false;

  const put = (next: Omit<Held, "version">): Held => {
    version += 1;
    const written = { ...next, version };
    held.set(keyOf(next.object.metadata), written);
    claims.put(next.object.metadata, readStored(present({ ...written, status: undefined }), context));
    return written;
  };
  const drop = (key: CanaryKey): void => {
    held.delete(keyOf(key));
    claims.put(key, null);
  };
  const read = (one: Held) => readStored(present(one), context);
  const judged = (one: Held) => claims.judge(read(one).subject);

  return {
    get(key) {
      const one = held.get(keyOf(key));
      return one === undefined ? null : judged(one);
    },
    list: () => [...held.values()].map(judged),
    async save(subject, wanted) {
      const one = held.get(keyOf(subject.ref));
      const name = keyOf(subject.ref);
      if (one === undefined) throw new NotFoundError(`while saving ${name}: it does not exist`);
      if (String(one.version) !== subject.resourceVersion)
        throw new ConflictError(`while saving ${name}: it has changed`);
      const { rollout, ...rest } = writeStatus(fitRecord(wanted), read(one).carried);
      const written = put({ ...one, status: pruning ? rest : { ...rest, rollout } });
      if (pruning) throw new SchemaError(`while saving ${name}: the record was pruned`);
      return judged(written);
    },
    async setFinalizer({ ref, resourceVersion }, present) {
      const one = held.get(keyOf(ref));
      if (one === undefined) return;
      if (String(one.version) !== resourceVersion)
        throw new ConflictError(`while changing ${keyOf(ref)}: it has changed`);
      const others = (one.object.metadata.finalizers ?? []).filter((name) => name !== FINALIZER);
      const finalizers = present ? [...others, FINALIZER] : others;
      const object = { ...one.object, metadata: { ...one.object.metadata, finalizers } };
      if (one.object.metadata.deletionTimestamp !== undefined && finalizers.length === 0) drop(ref);
      else put({ ...one, object });
    },
    apply(given) {
      const object = Applied.parse(given);
      const before = held.get(keyOf(object.metadata));
      const changed = JSON.stringify(before?.object.spec) !== JSON.stringify(object.spec);
      put({
        object,
        status: before?.status,
        uid: before?.uid ?? object.metadata.uid ?? `00000000-0000-4000-8000-${String(version).padStart(12, "0")}`,
        generation: (before?.generation ?? 0) + (changed ? 1 : 0),
      });
    },
    remove: drop,
    writeStatus(key, status) {
      const one = held.get(keyOf(key));
      if (one !== undefined) put({ ...one, status });
    },
    pruneRecords() {
      pruning = true;
    },
  };
}
