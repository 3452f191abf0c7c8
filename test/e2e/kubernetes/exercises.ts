import assert from "node:assert/strict";
import type { Canary } from "../../../src/rollout/canary.ts";
import { KEY } from "../../contract/store/samples.ts";
import { asked } from "../../support/subjects.ts";
import { eventually } from "../../support/eventually.ts";
import { followCluster, knownTarget, PATHS, promote, type FollowedCluster } from "./followed-cluster.ts";
import {
  apexService,
  autoscaler,
  configMap,
  daemonSet,
  deployment,
  encode,
  podWith,
  scaledObject,
  secret,
} from "./objects.ts";

const POD = podWith({ configMaps: ["settings"], secrets: ["keys"] });
const gateway = { gatewayRefs: [{ name: "public", namespace: "ingress" }] };

/** What a worker does for canaries of every kind, each on a cluster of its own: every request that it can make, at least once. */
const EXERCISES: readonly ((cluster: FollowedCluster) => Promise<void>)[] = [
  promotions,
  scaled("HorizontalPodAutoscaler", autoscaler({ minReplicas: 2 })),
  scaled("ScaledObject", scaledObject()),
  daemon,
  service,
  finalizer,
  gatewayRoute,
];

/** `verb resource` of all requests that were made. */
export async function requestsOfAll(): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  for (const exercise of EXERCISES) {
    const cluster = await followCluster();
    try {
      await exercise(cluster);
      const own = cluster.host.kubernetes.requests.by().filter(({ userAgent }) => userAgent === "worker-under-test");
      for (const { verb, resource } of own) used.add(`${verb} ${resource}`);
    } finally {
      await cluster.stop();
    }
  }
  return used;
}

/** Promotions with configs: copies are made, kept, kept again after a version came back, and the oldest deleted; the last is undone. */
async function promotions(cluster: FollowedCluster): Promise<void> {
  const objects = [deployment({ pod: POD }), configMap("settings", { of: "1" }), secret("keys", { of: "1" })];
  const canary = await cluster.start({}, ...objects);
  for (const version of ["1.0.0", "2.0.0", "3.0.0", "4.0.0", "5.0.0", "3.0.0", "6.0.0"])
    await release(cluster, canary, version);
  const [copy] = await eventually(() => {
    const kept = cluster.reader().kept(canary);
    assert.equal(kept.length, 3);
    return kept;
  });
  assert.ok(copy);
  await eventually(async () => {
    const primaryVersion = cluster.reader().primary(canary)?.resourceVersion ?? assert.fail("no primary");
    const { name: kept, revision } = copy;
    await cluster.writer().restorePrimary(canary, { kept, revision: revision.hash, primaryVersion });
  });
}

async function release(cluster: FollowedCluster, canary: Canary, version: string): Promise<void> {
  await cluster.merge(`${PATHS.configMaps}/settings`, { data: { of: version } });
  await cluster.merge(`${PATHS.secrets}/keys`, { data: { of: encode(version) } });
  const [container] = POD.containers;
  const containers = [{ ...container, image: `shop:${version}` }];
  await cluster.merge(`${PATHS.deployments}/shop`, { spec: { template: { spec: { containers } } } });
  await eventually(async () => assert.equal((await promote(cluster, canary)).label, version));
}

function scaled(kind: string, scaler: object) {
  return async (cluster: FollowedCluster): Promise<void> => {
    const reference = { autoscalerRef: { apiVersion: "any", kind, name: "shop" } };
    const canary = await cluster.start(reference, deployment(), scaler);
    const copy = () =>
      eventually(async () => {
        const seen = cluster.reader().scaler(canary);
        assert.ok(seen?.resourceVersion, seen?.problem);
        const primaryVersion = seen.primary?.resourceVersion ?? null;
        await cluster.writer().ensureScaler(canary, { scalerVersion: seen.resourceVersion, primaryVersion });
        return seen;
      });
    await copy();
    const path = kind === "ScaledObject" ? PATHS.scaledObjects : PATHS.autoscalers;
    const more = kind === "ScaledObject" ? { maxReplicaCount: 7 } : { maxReplicas: 7 };
    await cluster.merge(`${path}/shop`, { spec: more });
    await eventually(async () => {
      await copy();
      assert.equal(cluster.reader().scaler(canary)?.primary?.inSync, true);
    });
    await eventually(async () => {
      const { resourceVersion = null, pausable = false } = cluster.reader().scaler(canary) ?? {};
      assert.ok(resourceVersion);
      if (pausable) await cluster.writer().restScaler(canary, { resting: true, resourceVersion });
    });
  };
}

async function daemon(cluster: FollowedCluster): Promise<void> {
  const canary = await cluster.start(
    { targetRef: { apiVersion: "apps/v1", kind: "DaemonSet", name: "shop" } },
    daemonSet(),
  );
  await eventually(async () => {
    const { resourceVersion } = await knownTarget(cluster, canary);
    await cluster.writer().scaleTarget(canary, { replicas: 0, stamp: "a-1/1", resourceVersion });
  });
  await promote(cluster, canary);
  await eventually(async () => {
    const primaryVersion = cluster.reader().primary(canary)?.resourceVersion ?? assert.fail("no primary");
    await cluster.writer().fencePrimary(canary, { stamp: "a-1/2", primaryVersion });
  });
}

async function service(cluster: FollowedCluster): Promise<void> {
  const spec = { targetRef: { apiVersion: "v1", kind: "Service", name: "shop" } };
  const canary = await cluster.start(spec, apexService());
  await promote(cluster, canary);
}

async function finalizer(cluster: FollowedCluster): Promise<void> {
  await cluster.start({ revertOnDeletion: true }, deployment());
  await eventually(async () => {
    await cluster.store().setFinalizer(cluster.store().get(KEY) ?? assert.fail("no canary"), true);
    assert.equal(cluster.store().get(KEY)?.finalizer, true);
  });
}

async function gatewayRoute(cluster: FollowedCluster): Promise<void> {
  const canary = await cluster.start({ provider: "gatewayapi:v1", service: { port: 80, ...gateway } }, deployment());
  const router = cluster.router();
  await router.settled([canary], 10_000);
  await eventually(() => assert.equal(router.observe(canary).kind, "absent"));
  await router.setRoute(canary, asked(0, "a-0/1", null));
  await eventually(async () => {
    const route = router.observe(canary);
    assert.ok(route.kind === "present", JSON.stringify(route));
    await router.setRoute(canary, asked(20, "a-0/2", route.resourceVersion));
  });
}
