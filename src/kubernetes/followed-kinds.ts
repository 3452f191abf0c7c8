import type { TargetKind } from "../rollout/canary.ts";
import type { Log } from "../telemetry/log.ts";
import type { KubernetesClient } from "./client.ts";
import {
  DAEMON_SETS,
  DEPLOYMENTS,
  SERVICES,
  type Collection,
  type OpenCollection,
  type Resource,
} from "./collection.ts";
import { ConfigTracker, type CanaryName } from "./configs/config-tracker.ts";
import type { CopyRules } from "./copy-rules.ts";
import { openKeptShelf, type KeptShelf } from "./kept/kept-shelf.ts";
import { scalerCollections, type ScalerCollections } from "./scalers/scalers.ts";
import { readService, type ServiceRecord } from "./services/service-record.ts";
import { WORKLOAD_KINDS } from "./workloads/kinds.ts";
import type { WorkloadRecord } from "./workloads/workload-record.ts";

/** Workloads of one kind, as reader and writer need them. */
export type Workloads = Pick<Collection<WorkloadRecord>, "get" | "path" | "noteWritten" | "noteGone">;

/** What reader and writer look at. */
export interface FollowedKinds {
  readonly workloads: Readonly<Record<TargetKind, Workloads>>;
  readonly services: Collection<ServiceRecord>;
  readonly scalers: ScalerCollections;
  readonly configs: ConfigTracker;
  readonly kept: KeptShelf;
  /** Resolves when everything that is followed for every canary has been listed. */
  readonly synced: Promise<void>;
  isSynced(): boolean;
  /** Milliseconds since each was proven current. What no canary has needed yet, or what was never listed, is not among them. */
  ages(): Readonly<Record<string, number>>;
  /** Resolves when every list has been tried once, of what is followed now. */
  attempted(): Promise<void>;
  stop(): Promise<void>;
}

export interface FollowOptions {
  readonly client: Pick<KubernetesClient, "request">;
  readonly open: OpenCollection;
  readonly log: Log;
  readonly rules: CopyRules;
  /** Something of this name changed: a workload, a Service or a scaler. */
  readonly onObject: (namespace: string, name: string) => void;
  /** Something changed that only this canary refers to. */
  readonly onCanary: (canary: CanaryName) => void;
}

/** Begins to follow workloads, Services and kept copies; scalers and configs as soon as a canary needs them. */
export function followKinds({ client, open, log, rules, onObject, onCanary }: FollowOptions): FollowedKinds {
  const followPods = (kind: TargetKind, resource: Resource) =>
    open<WorkloadRecord>({
      resource,
      project: (object) => WORKLOAD_KINDS[kind].read(object, rules),
      onChange: onObject,
    });
  const deployments = followPods("Deployment", DEPLOYMENTS);
  const daemonSets = followPods("DaemonSet", DAEMON_SETS);
  const services = open<ServiceRecord>({
    resource: SERVICES,
    project: (object) => readService(object, rules),
    onChange: onObject,
  });
  const scalers = scalerCollections(open, onObject);
  const configs = new ConfigTracker({ client, open, log, onChange: onCanary });
  const kept = openKeptShelf(open, onCanary);
  const always = { deployments, daemonSets, services, controllerRevisions: kept.collection };
  const lazy = (): Readonly<Record<string, Collection<unknown>>> => ({
    ...named("horizontalPodAutoscalers", scalers.HorizontalPodAutoscaler.opened),
    ...named("scaledObjects", scalers.ScaledObject.opened),
    ...Object.fromEntries(configs.opened().map(({ kind, collection }) => [`${kind}s`, collection])),
  });
  const all = () => Object.entries({ ...always, ...lazy() });

  return {
    workloads: { Deployment: deployments, DaemonSet: daemonSets, Service: asWorkloads(services) },
    services,
    scalers,
    configs,
    kept,
    synced: Promise.all(Object.values(always).map((one) => one.synced)).then(() => {}),
    isSynced: () => Object.values(always).every((one) => one.isSynced()),
    ages: () =>
      Object.fromEntries(
        all()
          .filter(([name, one]) => name in always || one.isSynced())
          .map(([name, one]) => [name, one.age()]),
      ),
    attempted: async () => void (await Promise.all(all().map(([, one]) => one.attempted))),
    async stop() {
      await Promise.all([...all().map(([, one]) => one.stop()), configs.stop()]);
    },
  };
}

const named = (name: string, collection: Collection<unknown> | null) =>
  collection === null ? {} : { [name]: collection };

const asWorkloads = (services: Collection<ServiceRecord>): Workloads => ({
  get: (namespace, name) => services.get(namespace, name)?.workload ?? null,
  path: services.path,
  noteWritten: services.noteWritten,
  noteGone: services.noteGone,
});
