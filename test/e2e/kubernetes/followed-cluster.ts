import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import type { CopyRules } from "../../../src/kubernetes/copy-rules.ts";
import type { Canary } from "../../../src/rollout/canary.ts";
import type { WorkloadObservation } from "../../../src/rollout/observation.ts";
import type { Revision } from "../../../src/rollout/rollout.ts";
import { eventually } from "../../support/eventually.ts";
import { DEFINITIONS } from "../../contract/router/hands.ts";
import { startCluster } from "../../contract/store/harness.ts";
import { canaryObject, KEY } from "../../contract/store/samples.ts";
import { recordingLog } from "../../unit/kubernetes/scripted-server.ts";
import { composeCluster } from "./compose.ts";

/** KEDA's own CustomResourceDefinition, as the playground has it. */
export const SCALER_DEFINITIONS = parseAllDocuments(
  readFileSync(new URL("../../../src/playground/stage/keda-crds.yaml", import.meta.url), "utf8"),
).map((document) => document.toJS() as object);

export const PATHS = {
  deployments: "/apis/apps/v1/namespaces/demo/deployments",
  daemonSets: "/apis/apps/v1/namespaces/demo/daemonsets",
  revisions: "/apis/apps/v1/namespaces/demo/controllerrevisions",
  services: "/api/v1/namespaces/demo/services",
  configMaps: "/api/v1/namespaces/demo/configmaps",
  secrets: "/api/v1/namespaces/demo/secrets",
  autoscalers: "/apis/autoscaling/v2/namespaces/demo/horizontalpodautoscalers",
  scaledObjects: "/apis/keda.sh/v1alpha1/namespaces/demo/scaledobjects",
} as const;

/** An emulated cluster, followed as the worker does it, with the hands of a person on it. */
export async function followCluster(options: { readonly keda?: boolean; readonly rules?: CopyRules } = {}) {
  const host = await startCluster([...DEFINITIONS, ...(options.keda === false ? [] : SCALER_DEFINITIONS)]);
  const changed: string[] = [];
  const log = recordingLog();
  const follow = (): ReturnType<typeof composeCluster> =>
    composeCluster({
      kubeconfig: host.kubeconfig,
      log,
      onChange: ({ namespace, name }) => void changed.push(`${namespace}/${name}`),
      userAgent: "worker-under-test",
      ...(options.rules && { rules: options.rules }),
    });
  let parts = await follow();

  const request = (method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object) =>
    host.client.request({ method, path, ...(body && { body }) });
  return {
    host,
    log,
    changed,
    reader: () => parts.cluster.reader,
    writer: () => parts.cluster.writer,
    store: () => parts.store,
    router: () => parts.router,
    ages: () => parts.cluster.ages(),
    read: (path: string) => request("GET", path),
    items: async (path: string) => (await request("GET", path))["items"] as readonly Named[],
    create: (path: string, body: object) => request("POST", path, body),
    remove: (path: string) => request("DELETE", path),
    merge: (path: string, body: object) =>
      host.client.request({ method: "PATCH", path, body, contentType: "application/merge-patch+json" }),
    apply: (...objects: readonly object[]) => host.kubernetes.apply(objects as never),
    /** Creates a canary and waits until it and what it needs are known. */
    async start(spec: object, ...objects: readonly object[]): Promise<Canary> {
      await host.kubernetes.apply([...objects, canaryObject(spec)] as never);
      return eventually(() => {
        const canary = parts.store.get(KEY)?.canary;
        assert.ok(canary && parts.cluster.reader.target(canary));
        return canary;
      });
    },
    /** As a worker that was started anew: nothing but the cluster is known to it. */
    async restart(): Promise<void> {
      await parts.stop();
      parts = await follow();
    },
    async stop(): Promise<void> {
      await parts.stop();
      await host.stop();
    },
  };
}

export interface Named {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly [key: string]: unknown;
}

export type FollowedCluster = Awaited<ReturnType<typeof followCluster>>;

/** The target once it is known what it runs. */
export function knownTarget(cluster: FollowedCluster, canary: Canary) {
  return eventually((): WorkloadObservation & { readonly revision: Revision } => {
    const seen = cluster.reader().target(canary);
    assert.ok(seen?.revision, seen?.trouble?.message);
    return { ...seen, revision: seen.revision };
  });
}

/** Makes primary, or brings it to what the target runs now. Looks again whenever something has changed, as a pass does. */
export function promote(cluster: FollowedCluster, canary: Canary): Promise<Revision> {
  return eventually(async () => {
    const { revision, resourceVersion } = await knownTarget(cluster, canary);
    const primaryVersion = cluster.reader().primary(canary)?.resourceVersion ?? null;
    await cluster
      .writer()
      .ensurePrimary(canary, { revision: revision.hash, targetVersion: resourceVersion, primaryVersion });
    return revision;
  });
}
