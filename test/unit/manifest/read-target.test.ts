import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCanary } from "../../../src/rollout/manifest/read-canary.ts";
import { CONTEXT, manifest } from "./sample-manifest.ts";

const read = (object: unknown) => {
  const { canary, problem } = readCanary(object, CONTEXT);
  assert.equal(problem, null);
  return canary ?? assert.fail("no canary");
};
const targetRef = (kind: string, apiVersion = "apps/v1") => ({ apiVersion, kind, name: "shop" });

describe("the target of a manifest", () => {
  it("is a Deployment, a DaemonSet or a core Service", () => {
    const kinds = [targetRef("Deployment"), targetRef("DaemonSet"), targetRef("Service", "v1")].map(
      (reference) => read(manifest({ spec: { targetRef: reference } })).target,
    );

    assert.deepEqual(kinds, [
      { kind: "Deployment", name: "shop" },
      { kind: "DaemonSet", name: "shop" },
      { kind: "Service", name: "shop" },
    ]);
  });
});

describe("the scaler of a manifest", () => {
  const scaler = (parts: object) => read(manifest({ spec: { autoscalerRef: { name: "shop", ...parts } } })).scaler;

  it("is nothing when none is named", () => {
    assert.equal(read(manifest()).scaler, null);
  });

  it("is understood by its kind, whatever its apiVersion says", () => {
    assert.deepEqual(scaler({ apiVersion: "autoscaling/v1", kind: "HorizontalPodAutoscaler" }), {
      kind: "HorizontalPodAutoscaler",
      name: "shop",
      primaryQueries: {},
      primaryMin: null,
      primaryMax: null,
    });
  });

  it("has limits and queries of primary's own", () => {
    const parts = {
      apiVersion: "keda.sh/v1alpha1",
      kind: "ScaledObject",
      primaryScalerQueries: { rate: "sum(x)" },
      primaryScalerReplicas: { minReplicas: 2, maxReplicas: 9 },
    };

    assert.deepEqual(scaler(parts), {
      kind: "ScaledObject",
      name: "shop",
      primaryQueries: { rate: "sum(x)" },
      primaryMin: 2,
      primaryMax: 9,
    });
  });
});

describe("what a manifest says about Services", () => {
  it("is read with every detail", () => {
    const { service } = read(
      manifest({
        service: {
          name: "front",
          portDiscovery: true,
          headless: true,
          trafficDistribution: "PreferClose",
          unmanagedMetadata: { labels: ["team"], annotations: ["neg"] },
          apex: { labels: { a: "b" }, annotations: { c: "d" } },
        },
      }),
    );

    assert.equal(service.name, "front");
    assert.equal(service.portDiscovery, true);
    assert.equal(service.headless, true);
    assert.equal(service.trafficDistribution, "PreferClose");
    assert.deepEqual(service.unmanaged, { labels: ["team"], annotations: ["neg"] });
    assert.deepEqual(service.metadata.apex, { labels: { a: "b" }, annotations: { c: "d" } });
  });
});
