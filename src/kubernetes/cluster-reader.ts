import type { Canary } from "../rollout/canary.ts";
import type { KeptRevision, ServicesObservation, WorkloadObservation } from "../rollout/observation.ts";
import type { Revision } from "../rollout/rollout.ts";
import type { ClusterReader } from "./cluster.ts";
import { configKey } from "./configs/config-references.ts";
import type { CopyRules } from "./copy-rules.ts";
import type { FollowedKinds } from "./followed-kinds.ts";
import { copyName, primaryName } from "./names.ts";
import { lookAtScaler } from "./scalers/scalers.ts";
import { lookAtServices } from "./services/look-at-services.ts";
import type { PodWatches } from "./workloads/pod-watches.ts";
import { revisionOfPrimary, revisionOfTarget, type ConfigLooks } from "./workloads/revision-of.ts";
import type { Trouble, WorkloadRecord } from "./workloads/workload-record.ts";

export interface ReaderParts {
  readonly kinds: FollowedKinds;
  readonly pods: Pick<PodWatches, "troubleOf">;
  readonly rules: CopyRules;
}

/** Copies of earlier revisions that people are offered. */
export const KEPT_AT_MOST = 3;

/** Looks at workloads, Services, scalers and copies in the caches. */
export function createClusterReader(parts: ReaderParts): ClusterReader {
  const { kinds } = parts;
  return {
    target(canary) {
      const record = targetOf(parts, canary);
      if (record === null) return null;
      const { revision, trouble } = revisionOfTarget(record, looksFor(parts, canary, { target: record }));
      return observe(parts, canary, { name: canary.target.name, record, revision, trouble });
    },
    primary(canary) {
      const record = primaryOf(parts, canary);
      if (record === null) return null;
      const revision = primaryRevision(parts, canary, record);
      return observe(parts, canary, { name: primaryName(canary), record, revision, trouble: null });
    },
    services: (canary): ServicesObservation => lookAtServices(kinds, canary),
    scaler: (canary) => lookAtScaler(kinds.scalers, canary),
    kept: (canary) => lookAtKept(parts, canary),
  };
}

const targetOf = ({ kinds }: ReaderParts, { target, ref }: Canary): WorkloadRecord | null =>
  kinds.workloads[target.kind].get(ref.namespace, target.name);

const primaryOf = ({ kinds }: ReaderParts, canary: Canary): WorkloadRecord | null =>
  kinds.workloads[canary.target.kind].get(canary.ref.namespace, primaryName(canary));

function primaryRevision(parts: ReaderParts, canary: Canary, record: WorkloadRecord): Revision | null {
  if (record.copied !== null) {
    parts.kinds.configs.use(canary.ref, "primary", []);
    return record.copied;
  }
  const target = targetOf(parts, canary);
  const looks = looksFor(parts, canary, { primary: record });
  const ran = target && { record: target, revision: revisionOfTarget(target, looks).revision };
  return revisionOfPrimary(record, ran, looks);
}

/** Looks at configs for a workload; the canary hears when one of its configs, or a copy of it, changes. */
function looksFor(
  { kinds, rules }: ReaderParts,
  { ref }: Canary,
  workloads: { readonly target: WorkloadRecord } | { readonly primary: WorkloadRecord },
): ConfigLooks | null {
  if (!rules.tracksConfigs) return null;
  const { configs } = kinds;
  const { namespace } = ref;
  for (const [purpose, { configs: references }] of Object.entries(workloads)) {
    const copies = references.map(({ kind, name }) => ({ kind, name: copyName(name) }));
    configs.use(ref, purpose, [...references, ...copies]);
  }
  return {
    state: ({ kind, name }) => configs.look({ kind, namespace, name }),
    record: ({ kind, name }) => configs.collection(kind).get(namespace, name),
  };
}

interface Seen {
  readonly name: string;
  readonly record: WorkloadRecord;
  readonly revision: Revision | null;
  readonly trouble: Trouble | null;
}

function observe(
  { pods }: ReaderParts,
  { ref }: Canary,
  { name, record, revision, trouble }: Seen,
): WorkloadObservation {
  // Asked for even when there is other trouble, since it also ends a watch that is no longer needed.
  const ofPods = pods.troubleOf(ref.namespace, name, record);
  return { ...record.state, revision, trouble: trouble ?? ofPods };
}

/** What primary ran before, without what it runs now. */
function lookAtKept(parts: ReaderParts, canary: Canary): readonly KeptRevision[] {
  const { kinds } = parts;
  const running = primaryOf(parts, canary)?.copied?.hash;
  const kept = kinds.kept.of(canary.ref).filter(({ revision }) => revision.hash !== running);
  const offered = kept.slice(0, KEPT_AT_MOST);
  const copies = offered.flatMap(({ configs }) => configs.map(({ kind, copy }) => ({ kind, name: copy })));
  kinds.configs.use(canary.ref, "kept", copies);
  return offered.map(({ name, revision, configs }) => {
    const missing = configs.map(({ kind, copy }) => missingCopy(parts, canary, { kind, name: copy }));
    return { name, revision, missing: missing.find((one) => one !== "") ?? "" };
  });
}

/** A copy that cannot be seen is as good as missing: going back must not stop half way. */
function missingCopy(
  { kinds }: ReaderParts,
  { ref }: Canary,
  config: { readonly kind: "configmap" | "secret"; readonly name: string },
): string {
  const collection = kinds.configs.collection(config.kind);
  if (!collection.isSynced()) return `${configKey(config)} (not known yet)`;
  return collection.get(ref.namespace, config.name) === null ? configKey(config) : "";
}
