import { ConflictError } from "../../errors.ts";
import type { Canary } from "../../rollout/canary.ts";
import type { Revision } from "../../rollout/rollout.ts";
import type { ClusterReader, EnsurePrimary } from "../cluster.ts";
import { checksumsByKey, readConfigs } from "../configs/read-configs.ts";
import { writeCopies } from "../configs/write-copies.ts";
import type { CopyRules } from "../copy-rules.ts";
import type { FollowedKinds } from "../followed-kinds.ts";
import { onlyVersion } from "../json-patch.ts";
import { keepPrimary, pruneKept } from "../kept/keep-primary.ts";
import { readPrimary } from "../kept/read-primary.ts";
import { copyName, primaryName } from "../names.ts";
import type { Writes } from "../writes.ts";
import { WORKLOAD_KINDS } from "./kinds.ts";
import { hashWithConfigs } from "./template-hash.ts";
import type { CopyOrder } from "./workload-kind.ts";

export interface PrimaryWriting {
  readonly kinds: FollowedKinds;
  readonly writes: Writes;
  readonly rules: CopyRules;
  /** Says what a primary runs that another controller made. */
  readonly reader: Pick<ClusterReader, "primary">;
  /** How many copies of earlier revisions stay. */
  readonly keepAtMost: number;
}

/**
 * Creates primary from the target, or brings it there, in this order: what it runs is kept, its configs are written, then it itself.
 * Each step may be repeated after a crash. ConflictError when target or primary are no longer what was decided on.
 */
export async function ensurePrimary(parts: PrimaryWriting, canary: Canary, wanted: EnsurePrimary): Promise<void> {
  const { kinds, writes, rules } = parts;
  const { namespace } = canary.ref;
  const { kind } = canary.target;
  const workloads = kinds.workloads[kind];
  const name = primaryName(canary);
  const present = workloads.get(namespace, name);
  if ((present?.state.resourceVersion ?? null) !== wanted.primaryVersion) {
    throw new ConflictError(`while copying to ${kind} ${name}: it has changed`);
  }
  const { order, copies } = await readTarget(parts, canary, wanted);
  // Said in the very write that brings it there, so that it is whole.
  if (present?.copied?.hash === wanted.revision) return;
  const write = () => writeCopies({ configs: kinds.configs, writes, rules }, canary.ref, copies);
  if (present === null || wanted.primaryVersion === null) {
    await write();
    await writes.create(workloads, namespace, WORKLOAD_KINDS[kind].build(order));
    return;
  }
  const primary = await readPrimary(parts, canary, wanted.primaryVersion);
  const runs = parts.reader.primary(canary)?.revision ?? null;
  if (runs === null) throw new ConflictError(`while copying to ${kind} ${name}: what it runs is not known yet`);
  const version = await keepPrimary(parts, canary, { object: primary, record: present, revision: runs });
  await write();
  const edits = WORKLOAD_KINDS[kind].edit(order, primary);
  await writes.patch(workloads, { namespace, name }, [onlyVersion(version), ...edits]);
  await pruneKept(parts, canary, { running: order.revision, atMost: parts.keepAtMost });
}

/**
 * Target and configs as they are now, whole: caches keep no content. That content decides, since a status update alone changes the
 * version. ConflictError when it is not what was decided on.
 */
async function readTarget({ kinds, writes, rules }: PrimaryWriting, canary: Canary, { revision }: EnsurePrimary) {
  const { kind, name } = canary.target;
  const { namespace } = canary.ref;
  const target = await writes.read(kinds.workloads[kind], { namespace, name });
  if (target === null) throw new ConflictError(`while copying ${kind} ${name}: it was deleted`);
  const { template, configs: references } = WORKLOAD_KINDS[kind].read(target, rules);
  const parts = { configs: kinds.configs, writes };
  const configs = rules.tracksConfigs ? await readConfigs(parts, canary.ref, references) : [];
  const checksums = checksumsByKey(configs);
  const runs: Revision = { ...template, hash: hashWithConfigs(template.hash, checksums), configs: checksums };
  if (runs.hash !== revision) throw new ConflictError(`while copying ${kind} ${name}: it has another revision now`);
  const order: CopyOrder = { canary, target, revision: runs, rules };
  const copies = configs.map(({ kind: of, name: original, object }) => ({
    kind: of,
    name: copyName(original),
    object,
  }));
  return { order, copies };
}
