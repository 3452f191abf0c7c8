import { ConflictError, TerminalError } from "../errors.ts";
import type { Canary } from "../rollout/canary.ts";
import type { KubernetesClient } from "./client.ts";
import type { ClusterReader, ClusterWriter } from "./cluster.ts";
import { KEPT_AT_MOST } from "./cluster-reader.ts";
import type { CopyRules } from "./copy-rules.ts";
import type { FollowedKinds } from "./followed-kinds.ts";
import { onlyVersion } from "./json-patch.ts";
import { primaryName, SCALED_FOR } from "./names.ts";
import { restorePrimary } from "./kept/restore-primary.ts";
import { ensureScaler, restScaler } from "./scalers/scalers.ts";
import { ensureServices, handBack } from "./services/write-services.ts";
import { WORKLOAD_KINDS } from "./workloads/kinds.ts";
import type { WorkloadRecord } from "./workloads/workload-record.ts";
import { ensurePrimary } from "./workloads/write-primary.ts";
import { createWrites } from "./writes.ts";

export interface WriterParts {
  readonly client: Pick<KubernetesClient, "request">;
  readonly kinds: FollowedKinds;
  readonly rules: CopyRules;
  readonly reader: Pick<ClusterReader, "primary">;
}

/** Changes workloads, Services, scalers and configs, each write on condition of the version that was looked at. */
export function createClusterWriter({ client, kinds, rules, reader }: WriterParts): ClusterWriter {
  const writes = createWrites(client);
  const parts = { kinds, rules, writes, reader, keepAtMost: KEPT_AT_MOST };
  const scaling = { collections: kinds.scalers, rules, writes };
  return {
    ensureServices: (canary, apexSelects) => ensureServices(parts, canary, apexSelects),
    ensurePrimary: (canary, wanted) => ensurePrimary(parts, canary, wanted),
    restorePrimary: (canary, wanted) => restorePrimary(parts, canary, wanted),
    ensureScaler: (canary, wanted) => ensureScaler(scaling, canary, wanted),
    restScaler: (canary, wanted) => restScaler(scaling, canary, wanted),
    handBack: (canary) => handBack(parts, canary),
    async scaleTarget(canary, { replicas, stamp, resourceVersion }) {
      const { kind, name } = canary.target;
      const record = lookAgain(kinds, canary, resourceVersion);
      // A Service has no size, and belongs to somebody else in every other way as well.
      if (kind === "Service") return;
      const spec = WORKLOAD_KINDS[kind].scale(record, replicas);
      const metadata = { annotations: { [SCALED_FOR]: stamp } };
      const key = { namespace: canary.ref.namespace, name, resourceVersion };
      await writes.merge(kinds.workloads[kind], key, { metadata, ...(spec !== null && { spec }) });
    },
    async fencePrimary(canary, { stamp, primaryVersion }) {
      const { namespace } = canary.ref;
      const key = { namespace, name: primaryName(canary), resourceVersion: primaryVersion };
      const metadata = { annotations: { [SCALED_FOR]: stamp } };
      await writes.merge(kinds.workloads[canary.target.kind], key, { metadata });
    },
    async setTargetImage(canary, { container, image, resourceVersion }) {
      const { kind, name } = canary.target;
      const { template } = lookAgain(kinds, canary, resourceVersion);
      const index = template.images.findIndex((entry) => entry.container === container);
      if (index === -1) throw new TerminalError(`${kind} ${name} has no container ${container}`);
      await writes.patch(kinds.workloads[kind], { namespace: canary.ref.namespace, name }, [
        onlyVersion(resourceVersion),
        { op: "add", path: `/spec/template/spec/containers/${index}/image`, value: image },
      ]);
    },
  };
}

/** The cached target, if it still is the one that was decided on. */
function lookAgain(kinds: FollowedKinds, { target, ref }: Canary, resourceVersion: string): WorkloadRecord {
  const record = kinds.workloads[target.kind].get(ref.namespace, target.name);
  if (record?.state.resourceVersion === resourceVersion) return record;
  throw new ConflictError(`while changing ${target.kind} ${target.name}: it has changed`);
}
