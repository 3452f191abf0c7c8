import { ConflictError } from "../../errors.ts";
import type { Canary } from "../../rollout/canary.ts";
import type { Revision } from "../../rollout/rollout.ts";
import { buildLastingConfig } from "../configs/config-copies.ts";
import { configKey, readConfigKey } from "../configs/config-references.ts";
import type { FollowedKinds } from "../followed-kinds.ts";
import { onlyVersion } from "../json-patch.ts";
import { copyName, primaryName } from "../names.ts";
import { identify, type KubernetesObject } from "../object.ts";
import { WORKLOAD_KINDS } from "../workloads/kinds.ts";
import { renoteRevision } from "../workloads/noted-revision.ts";
import { mapAt } from "../workloads/pod-copy.ts";
import type { WorkloadRecord } from "../workloads/workload-record.ts";
import type { Writes } from "../writes.ts";
import { buildKept, keptConfigName, keptName, type KeptConfig } from "./kept-record.ts";

export interface Keeping {
  readonly kinds: FollowedKinds;
  readonly writes: Writes;
}

export interface Primary {
  /** The whole object, of the version that was decided on. */
  readonly object: KubernetesObject;
  readonly record: WorkloadRecord;
  /** What it runs. */
  readonly revision: Revision;
}

/**
 * Keeps what primary runs before it is changed: as a ControllerRevision, with copies of its configs that nobody can change. Everything
 * is there before anything of primary is touched, and doing it again after a crash keeps the same once. Answers the version that
 * primary has then.
 */
export async function keepPrimary(parts: Keeping, canary: Canary, primary: Primary): Promise<string> {
  const { kinds, writes } = parts;
  const { revision, record } = primary;
  const { ref } = canary;
  const version = record.copied === null ? await noteFirst(parts, canary, primary) : record.state.resourceVersion;
  const name = keptName(primaryName(canary), revision.hash);
  const configs = copiesOf(primary).map((config) => ({ ...config, copy: keptConfigName(config.name, { kept: name }) }));
  const newest = kinds.kept.of(ref)[0];
  const present = kinds.kept.of(ref).find((kept) => kept.name === name);
  const number = (newest?.number ?? 0) + 1;
  const key = { namespace: ref.namespace, name };
  if (present === undefined) {
    const content = WORKLOAD_KINDS[canary.target.kind].keep(primary.object);
    const body = buildKept({ ref, name, number, content, revision, configs });
    const made = await writes.create(kinds.kept.collection, ref.namespace, body);
    await keepConfigs(parts, canary, { configs, owner: identify(made) });
    return version;
  }
  await keepConfigs(parts, canary, { configs, owner: present });
  if (present !== newest) {
    const edits = [onlyVersion(present.resourceVersion), { op: "replace", path: "/revision", value: number } as const];
    await writes.patch(kinds.kept.collection, key, edits);
  }
  return version;
}

/**
 * A primary that another controller made says nowhere what it runs. That is noted before its configs are replaced: half way through,
 * nobody could tell any more.
 */
async function noteFirst({ kinds, writes }: Keeping, canary: Canary, primary: Primary): Promise<string> {
  const { object, record, revision } = primary;
  const key = { namespace: canary.ref.namespace, name: primaryName(canary) };
  const edits = [onlyVersion(record.state.resourceVersion), ...renoteRevision(mapAt(object, "annotations"), revision)];
  return identify(await writes.patch(kinds.workloads[canary.target.kind], key, edits)).resourceVersion;
}

/** Primary's own copies among the configs of its revision. One that it shares with the target is not its own to put back. */
function copiesOf({ revision, record }: Primary): readonly Pick<KeptConfig, "kind" | "name">[] {
  const refersTo = new Set(record.configs.map(configKey));
  return Object.keys(revision.configs)
    .flatMap((key) => readConfigKey(key) ?? [])
    .map(({ kind, name }) => ({ kind, name: copyName(name) }))
    .filter((config) => refersTo.has(configKey(config)));
}

interface ToKeep {
  readonly configs: readonly KeptConfig[];
  readonly owner: { readonly name: string; readonly uid: string };
}

/** What was kept already is left alone: primary's config may hold something newer by now. */
async function keepConfigs({ kinds, writes }: Keeping, { ref }: Canary, { configs, owner }: ToKeep): Promise<void> {
  const { namespace } = ref;
  for (const { kind, name, copy } of configs) {
    const collection = kinds.configs.collection(kind);
    if (collection.get(namespace, copy) !== null) continue;
    const object = await writes.read(collection, { namespace, name });
    if (object === null) continue;
    const { name: ownerName, uid } = owner;
    const body = buildLastingConfig({ kind, object, ref, name: copy, owner: { name: ownerName, uid } });
    await writes.create(collection, namespace, body).catch(allowExisting);
  }
}

/** Made by the pass before a crash, and the watch has not told yet. */
function allowExisting(error: unknown): void {
  if (!(error instanceof ConflictError)) throw error;
}

/** Deletes what nobody can be offered any more; the copies of its configs go with it. */
export async function pruneKept(
  { kinds, writes }: Keeping,
  canary: Canary,
  { running, atMost }: { readonly running: Revision; readonly atMost: number },
): Promise<void> {
  const { ref } = canary;
  const others = kinds.kept.of(ref).filter(({ revision }) => revision.hash !== running.hash);
  for (const { name, resourceVersion } of others.slice(atMost)) {
    await writes.remove(kinds.kept.collection, { namespace: ref.namespace, name, resourceVersion });
  }
}
