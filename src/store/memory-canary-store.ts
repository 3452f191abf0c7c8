import { ConflictError, NotFoundError, SchemaError } from "../errors.ts";
import { at, identify, isObject, objectAt, type KubernetesObject } from "../kubernetes/object.ts";
import type { ReadContext } from "../rollout/manifest/read-canary.ts";
import { readStored, writeStatus } from "./canary-object.ts";
import type { CanaryKey, CanaryStore } from "./canary-store.ts";
import { fitRecord } from "./fit-record.ts";

/** A store without a cluster, for tests: the same contract, the same versions and conflicts. */
export interface MemoryCanaryStore extends CanaryStore {
  /** Creates or replaces a Canary object as `kubectl apply` would: its status stays, its generation rises when `spec` changed. */
  apply(object: KubernetesObject): void;
  remove(key: CanaryKey): void;
  /** From now on saves lose `status.rollout`, as under another CRD. */
  pruneRecords(): void;
}

const keyOf = ({ namespace, name }: CanaryKey): string => `${namespace}/${name}`;

/** Makes an empty store. */
export function createMemoryCanaryStore(context: ReadContext): MemoryCanaryStore {
  const objects = new Map<string, KubernetesObject>();
  let version = 0;
  let uids = 0;
  let pruning = false;

  const put = (object: KubernetesObject, metadata: object): KubernetesObject => {
    version += 1;
    const written = { ...object, metadata: { ...metadata, resourceVersion: String(version) } };
    objects.set(keyOf(identify(written)), written);
    return written;
  };

  return {
    get(key) {
      const object = objects.get(keyOf(key));
      return object === undefined ? null : readStored(object, context).subject;
    },
    list: () => [...objects.values()].map((object) => readStored(object, context).subject),
    async save(subject, wanted) {
      const object = objects.get(keyOf(subject.ref));
      const name = `${subject.ref.namespace}/${subject.ref.name}`;
      if (object === undefined) throw new NotFoundError(`while saving ${name}: it does not exist`);
      if (identify(object).resourceVersion !== subject.resourceVersion) {
        throw new ConflictError(`while saving ${name}: it has changed`);
      }
      const { carried } = readStored(object, context);
      const status = { ...writeStatus(fitRecord(wanted), carried) };
      if (pruning) delete status["rollout"];
      // Through text, as over the wire: what JSON cannot carry must not survive here either.
      const written = put({ ...object, status: JSON.parse(JSON.stringify(status)) }, objectAt(object, "metadata"));
      if (pruning) throw new SchemaError(`while saving ${name}: the record was pruned`);
      return readStored(written, context).subject;
    },
    apply(object) {
      const metadata = objectAt(object, "metadata");
      const { namespace, name } = identify({ metadata: { ...metadata, resourceVersion: "" } });
      const before = objects.get(keyOf({ namespace, name }));
      if (before === undefined) uids += 1;
      const changed = before === undefined || JSON.stringify(before["spec"]) !== JSON.stringify(object["spec"]);
      const generation = Number(at(before, "metadata", "generation") ?? 0) + (changed ? 1 : 0);
      const uid = at(before, "metadata", "uid") ?? at(metadata, "uid") ?? `00000000-0000-4000-8000-${String(uids).padStart(12, "0")}`;
      const status = isObject(before?.["status"]) ? { status: before["status"] } : {};
      put({ ...object, ...status }, { ...metadata, uid, generation });
    },
    remove(key) {
      objects.delete(keyOf(key));
    },
    pruneRecords() {
      pruning = true;
    },
  };
}
