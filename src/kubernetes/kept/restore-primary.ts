import { ConflictError, TerminalError } from "../../errors.ts";
import type { Canary } from "../../rollout/canary.ts";
import type { RestorePrimary } from "../cluster.ts";
import { configKey } from "../configs/config-references.ts";
import { writeCopies, type WantedCopy } from "../configs/write-copies.ts";
import type { CopyRules } from "../copy-rules.ts";
import type { FollowedKinds } from "../followed-kinds.ts";
import { onlyVersion } from "../json-patch.ts";
import { primaryName } from "../names.ts";
import { isObject } from "../object.ts";
import { WORKLOAD_KINDS } from "../workloads/kinds.ts";
import { renoteRevision } from "../workloads/noted-revision.ts";
import { mapAt } from "../workloads/pod-copy.ts";
import type { Writes } from "../writes.ts";
import { contentOfKept, readKept, type KeptConfig } from "./kept-record.ts";
import { readPrimary } from "./read-primary.ts";

interface Restoring {
  readonly kinds: FollowedKinds;
  readonly writes: Writes;
  readonly rules: CopyRules;
}

/**
 * Brings primary's configs and then primary itself back to a kept copy. Kept copies cannot change, so that doing it again after a
 * crash does the same.
 */
export async function restorePrimary(
  { kinds, writes, rules }: Restoring,
  canary: Canary,
  { kept: name, revision: wanted, primaryVersion }: RestorePrimary,
): Promise<void> {
  const { ref } = canary;
  const { namespace } = ref;
  const primary = await readPrimary({ kinds, writes }, canary, primaryVersion);
  const kept = await writes.read(kinds.kept.collection, { namespace, name });
  if (kept === null) throw new ConflictError(`while putting primary back to ${name}: that copy was deleted`);
  const described = readKept(kept);
  const content = contentOfKept(kept);
  if (described === null || described.revision.hash !== wanted || !isObject(content)) {
    throw new ConflictError(`while putting primary back to ${name}: it is another revision's copy`);
  }
  const copies = await Promise.all(
    described.configs.map((config) => readLasting({ kinds, writes }, namespace, config)),
  );
  await writeCopies({ configs: kinds.configs, writes, rules }, ref, copies);
  await writes.patch(kinds.workloads[canary.target.kind], { namespace, name: primaryName(canary) }, [
    onlyVersion(primaryVersion),
    ...renoteRevision(mapAt(primary, "annotations"), described.revision),
    ...WORKLOAD_KINDS[canary.target.kind].restore(content, primary),
  ]);
}

async function readLasting(
  { kinds, writes }: Pick<Restoring, "kinds" | "writes">,
  namespace: string,
  { kind, name, copy }: KeptConfig,
): Promise<WantedCopy> {
  const object = await writes.read(kinds.configs.collection(kind), { namespace, name: copy });
  if (object !== null) return { kind, name, object };
  throw new TerminalError(`primary cannot be put back: ${configKey({ kind, name: copy })} is gone`);
}
