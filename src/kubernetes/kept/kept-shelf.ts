import type { CanaryRef } from "../../rollout/canary.ts";
import { CONTROLLER_REVISIONS, type Collection, type OpenCollection } from "../collection.ts";
import { KEPT_FOR } from "../names.ts";
import { readKept, type KeptRecord } from "./kept-record.ts";

/** The kept copies of all canaries, by canary. */
export interface KeptShelf {
  readonly collection: Collection<KeptRecord>;
  /** Newest first. */
  of(ref: Pick<CanaryRef, "uid">): readonly KeptRecord[];
}

/** Begins to follow them. Those of other controllers are not asked for. */
export function openKeptShelf(
  open: OpenCollection,
  onChange: (canary: { readonly namespace: string; readonly name: string }) => void,
): KeptShelf {
  const byName = new Map<string, KeptRecord>();
  const byCanary = new Map<string, Set<string>>();
  const place = (key: string, record: KeptRecord | null): void => {
    const before = byName.get(key);
    if (before !== undefined && before.owner.uid !== record?.owner.uid) {
      const names = byCanary.get(before.owner.uid);
      names?.delete(key);
      if (names?.size === 0) byCanary.delete(before.owner.uid);
    }
    if (record === null) return void byName.delete(key);
    byName.set(key, record);
    byCanary.set(record.owner.uid, (byCanary.get(record.owner.uid) ?? new Set()).add(key));
  };
  const collection = open<KeptRecord>({
    resource: CONTROLLER_REVISIONS,
    labelSelector: KEPT_FOR,
    project: readKept,
    onChange(namespace, name) {
      const key = `${namespace}/${name}`;
      const record = collection.get(namespace, name);
      const owner = (record ?? byName.get(key))?.owner;
      place(key, record);
      if (owner !== undefined) onChange({ namespace, name: owner.name });
    },
  });
  return {
    collection,
    of: ({ uid }) =>
      [...(byCanary.get(uid) ?? [])]
        .flatMap((key) => byName.get(key) ?? [])
        .sort((left, right) => right.number - left.number),
  };
}
