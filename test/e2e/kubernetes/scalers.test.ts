import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ConflictError } from "../../../src/errors.ts";
import { at, listAt } from "../../../src/kubernetes/object.ts";
import type { Canary } from "../../../src/rollout/canary.ts";
import { eventually } from "../../support/eventually.ts";
import { followCluster, PATHS, SCALER_DEFINITIONS, type FollowedCluster } from "./followed-cluster.ts";
import { autoscaler, deployment, scaledObject } from "./objects.ts";

const reference = (kind: string, parts: object = {}) => ({
  autoscalerRef: { apiVersion: "any", kind, name: "shop", ...parts },
});
const HPA = reference("HorizontalPodAutoscaler");
const KEDA = reference("ScaledObject");

const seen = (cluster: FollowedCluster, canary: Canary) => cluster.reader().scaler(canary) ?? assert.fail("no scaler");
const known = (cluster: FollowedCluster, canary: Canary) =>
  eventually(() => {
    const { resourceVersion, ...rest } = seen(cluster, canary);
    assert.ok(resourceVersion, rest.problem);
    return { ...rest, resourceVersion };
  });
/** Looks again whenever the scaler has changed, as a pass does. */
const copy = (cluster: FollowedCluster, canary: Canary) =>
  eventually(async () => {
    const { resourceVersion, primary } = await known(cluster, canary);
    const primaryVersion = primary?.resourceVersion ?? null;
    await cluster.writer().ensureScaler(canary, { scalerVersion: resourceVersion, primaryVersion });
  });

describe("a HorizontalPodAutoscaler", () => {
  let cluster: FollowedCluster;
  beforeEach(async () => {
    cluster = await followCluster();
  });
  afterEach(() => cluster.stop());

  const follows = (resource: string) => cluster.host.kubernetes.requests.total({ resource, verb: "watch" });

  it("is followed only when a canary names one", async () => {
    await cluster.start({}, deployment());
    assert.equal(follows("horizontalpodautoscalers.autoscaling"), 0);
    assert.equal(follows("scaledobjects.keda.sh"), 0);
  });

  it("rests by itself at zero, and says the least it would keep", async () => {
    const canary = await cluster.start(HPA, deployment(), autoscaler({ minReplicas: 2 }));

    const { resting, pausable, least, primary, problem, resourceVersion } = await known(cluster, canary);

    assert.deepEqual([resting, pausable, least, primary, problem], [true, false, 2, null, ""]);
    await cluster.writer().restScaler(canary, { resting: true, resourceVersion });
    assert.equal((await known(cluster, canary)).resourceVersion, resourceVersion);
  });

  it("is copied for primary", async () => {
    const canary = await cluster.start(HPA, deployment(), autoscaler({ minReplicas: 2 }));

    await copy(cluster, canary);

    assert.equal(seen(cluster, canary).primary?.inSync, true);
    const made = await cluster.read(`${PATHS.autoscalers}/shop-primary`);
    const original = await cluster.read(`${PATHS.autoscalers}/shop`);
    assert.deepEqual(at(made, "spec", "scaleTargetRef"), {
      apiVersion: "apps/v1",
      kind: "Deployment",
      name: "shop-primary",
    });
    for (const field of ["minReplicas", "maxReplicas", "metrics", "behavior"]) {
      assert.deepEqual(at(made, "spec", field), at(original, "spec", field), field);
    }
    assert.deepEqual(at(made, "metadata", "labels"), { team: "shop" });
    assert.equal(at(listAt(made, "metadata", "ownerReferences")[0], "kind"), "Canary");
  });

  it("is out of sync after an edit, and brought back with the manifest's limits", async () => {
    const limits = { primaryScalerReplicas: { minReplicas: 3, maxReplicas: 9 } };
    const canary = await cluster.start(
      reference("HorizontalPodAutoscaler", limits),
      deployment(),
      autoscaler({ minReplicas: 1 }),
    );
    await copy(cluster, canary);

    await cluster.merge(`${PATHS.autoscalers}/shop`, {
      spec: { behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } },
    });
    await eventually(() => assert.equal(seen(cluster, canary).primary?.inSync, false));
    await copy(cluster, canary);

    assert.equal(seen(cluster, canary).primary?.inSync, true);
    const spec = at(await cluster.read(`${PATHS.autoscalers}/shop-primary`), "spec");
    assert.deepEqual([at(spec, "minReplicas"), at(spec, "maxReplicas")], [3, 9]);
    assert.equal(at(spec, "behavior", "scaleDown", "stabilizationWindowSeconds"), 60);
  });

  it("is missing: said by name, and known as soon as it is there", async () => {
    const canary = await cluster.start(HPA, deployment());
    await eventually(() => assert.equal(seen(cluster, canary).problem, "HorizontalPodAutoscaler shop does not exist"));
    assert.equal(seen(cluster, canary).resourceVersion, null);
    cluster.changed.length = 0;

    await cluster.apply(autoscaler({}));

    await known(cluster, canary);
    assert.ok(cluster.changed.includes("demo/shop"));
  });

  it("is not copied from another version than was looked at", async () => {
    const canary = await cluster.start(HPA, deployment(), autoscaler({}));
    await known(cluster, canary);

    const stale = { scalerVersion: "1", primaryVersion: null };

    await assert.rejects(cluster.writer().ensureScaler(canary, stale), ConflictError);
  });

  it("tells of limits that contradict each other before the server is asked", async () => {
    const limits = { primaryScalerReplicas: { minReplicas: 50 } };
    const canary = await cluster.start(reference("HorizontalPodAutoscaler", limits), deployment(), autoscaler({}));

    assert.match((await known(cluster, canary)).problem, /50 to 5 replicas/);
  });
});

describe("a ScaledObject", () => {
  let cluster: FollowedCluster;
  beforeEach(async () => {
    cluster = await followCluster();
  });
  afterEach(() => cluster.stop());

  const rest = (canary: Canary, resting: boolean) =>
    known(cluster, canary).then(({ resourceVersion }) =>
      cluster.writer().restScaler(canary, { resting, resourceVersion }),
    );
  const annotations = async () => at(await cluster.read(`${PATHS.scaledObjects}/shop`), "metadata", "annotations");

  it("is paused while the target rests, and let go again", async () => {
    const canary = await cluster.start(KEDA, deployment(), scaledObject());
    assert.deepEqual([(await known(cluster, canary)).pausable, seen(cluster, canary).resting], [true, false]);

    await rest(canary, true);
    assert.equal(seen(cluster, canary).resting, true);
    assert.deepEqual(await annotations(), { note: "x", "autoscaling.keda.sh/paused-replicas": "0" });
    await rest(canary, true);
    await rest(canary, false);

    assert.equal(seen(cluster, canary).resting, false);
    assert.deepEqual(await annotations(), { note: "x" });
  });

  it("is copied for primary, about primary, and never paused", async () => {
    const canary = await cluster.start(KEDA, deployment(), scaledObject());
    await rest(canary, true);

    await copy(cluster, canary);

    assert.equal(seen(cluster, canary).primary?.inSync, true);
    const made = await cluster.read(`${PATHS.scaledObjects}/shop-primary`);
    assert.equal(at(made, "spec", "scaleTargetRef", "name"), "shop-primary");
    assert.equal(at(made, "spec", "advanced", "horizontalPodAutoscalerConfig", "name"), "shop-hpa-primary");
    const queries = listAt(made, "spec", "triggers").map((trigger) => at(trigger, "metadata", "query"));
    assert.deepEqual(queries, [`sum(rate(requests{app="shop-primary"}[1m]))`, undefined]);
    assert.deepEqual(at(made, "metadata", "annotations"), { note: "x" });
  });

  it("has the queries and limits of primary's own that the manifest gives", async () => {
    const own = {
      primaryScalerQueries: { rate: "sum(primary_rate)" },
      primaryScalerReplicas: { minReplicas: 2, maxReplicas: 7 },
    };
    const canary = await cluster.start(reference("ScaledObject", own), deployment(), scaledObject());

    await copy(cluster, canary);

    const spec = at(await cluster.read(`${PATHS.scaledObjects}/shop-primary`), "spec");
    assert.equal(at(listAt(spec, "triggers")[0], "metadata", "query"), "sum(primary_rate)");
    assert.deepEqual([at(spec, "minReplicaCount"), at(spec, "maxReplicaCount")], [2, 7]);
    assert.equal(seen(cluster, canary).least, 1);
  });
});

describe("a cluster without KEDA", () => {
  it("says what is missing, and finds it when it is installed", async () => {
    const cluster = await followCluster({ keda: false });
    const canary = await cluster.start(KEDA, deployment());

    const { problem } = await eventually(() => {
      const looked = seen(cluster, canary);
      assert.match(looked.problem, /is KEDA installed/);
      return looked;
    });
    assert.match(problem, /^ScaledObject shop cannot be read/);
    assert.ok(!("scaledObjects" in cluster.ages()), "a kind that is not there makes no worker unhealthy");
    await cluster.apply(...SCALER_DEFINITIONS);
    await cluster.apply(scaledObject());

    await known(cluster, canary);
    await cluster.stop();
  });
});
