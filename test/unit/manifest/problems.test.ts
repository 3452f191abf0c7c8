import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NOT_ACTED_ON } from "../../../src/rollout/manifest/not-acted-on.ts";
import { readCanary } from "../../../src/rollout/manifest/read-canary.ts";
import { CONTEXT, manifest } from "./sample-manifest.ts";

const problemOf = (object: unknown) => {
  const { canary, problem } = readCanary(object, CONTEXT);
  assert.equal(canary, null);
  assert.ok(problem);
  assert.notEqual(problem.problem, "");
  assert.notEqual(problem.fix, "");
  return problem;
};
const ref = { apiVersion: "v1", kind: "Ingress", name: "x" };
const metric = (fields: object) => manifest({ analysis: { metrics: [{ name: "request-success-rate", ...fields }] } });

/** One manifest for every part that is not acted on, by the path that must be named. */
const IGNORED: Readonly<Record<string, unknown>> = {
  "spec.ingressRef": manifest({ spec: { ingressRef: ref } }),
  "spec.routeRef": manifest({ spec: { routeRef: { ...ref, kind: "ApisixRoute" } } }),
  "spec.upstreamRef": manifest({ spec: { upstreamRef: { ...ref, kind: "Upstream" } } }),
  "spec.service.meshName": manifest({ service: { meshName: "global" } }),
  "spec.service.backends": manifest({ service: { backends: ["orders"] } }),
  "spec.rollout.judge": manifest({ rollout: { judge: {} } }),
  "spec.rollout.severe": manifest({ rollout: { severe: { successRate: 50 } } }),
};

/** What a provider cannot do, although another could: the same, by the path that must be named. */
const BEYOND: Readonly<Record<string, unknown>> = {
  "spec.provider": manifest({ spec: { provider: "nginx" } }),
  "spec.service.backendTimeout": manifest({ service: { backendTimeout: "5s" } }),
  "spec.service.mirror": manifest({ service: { mirror: [{ backendRef: { name: "copy", port: 80 } }] } }),
};

describe("parts that what shifts the traffic cannot carry out", () => {
  for (const [path, object] of Object.entries(BEYOND)) {
    it(`${path} is a problem, not ignored`, () => assert.equal(problemOf(object).path, path));
  }
});

describe("parts that are not acted on yet", () => {
  for (const [path, object] of Object.entries(IGNORED)) {
    it(`${path} is a problem, not ignored`, () => assert.equal(problemOf(object).path, path));
  }

  it("are all tried here", () => {
    assert.deepEqual(Object.keys(IGNORED).sort(), NOT_ACTED_ON.map((row) => row.path).sort());
  });

  it("are no problem where they change nothing", () => {
    const analysis = { mirror: false, webhooks: [], alerts: [], match: [] };
    const service = { delegation: false, appProtocol: "http2" };

    assert.equal(readCanary(manifest({ analysis, service, spec: { provider: "istio" } }), CONTEXT).problem, null);
  });
});

const knative = { apiVersion: "serving.knative.dev/v1", kind: "Service", name: "x" };
const coreService = { apiVersion: "v1", kind: "Service", name: "shop" };
const scaler = (parts: object = {}) => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  name: "shop",
  ...parts,
});

/** What is simply wrong, by the path that must be named. */
const WRONG: ReadonlyArray<readonly [string, unknown]> = [
  ["spec.service", manifest({ spec: { service: undefined } })],
  ["spec.service.port", manifest({ service: { port: 80.5 } })],
  ["spec.service.port", manifest({ service: { port: 70_000 } })],
  ["spec.service.targetPort", manifest({ service: { targetPort: -1 } })],
  ["spec.analysis", manifest({ analysis: { stepWeight: undefined } })],
  ["spec.analysis.stepWeight", manifest({ analysis: { stepWeight: 2.5 } })],
  ["spec.analysis.stepWeight", manifest({ analysis: { stepWeight: 0 } })],
  ["spec.analysis.stepWeights", manifest({ analysis: { stepWeights: [10] } })],
  ["spec.analysis.stepWeights", manifest({ analysis: { stepWeight: undefined, stepWeights: [] } })],
  ["spec.analysis.stepWeights[1]", manifest({ analysis: { stepWeight: undefined, stepWeights: [20, 10] } })],
  ["spec.analysis.stepWeights[0]", manifest({ analysis: { stepWeight: undefined, stepWeights: [120] } })],
  ["spec.analysis.maxWeight", manifest({ analysis: { maxWeight: 101 } })],
  ["spec.analysis.threshold", manifest({ analysis: { threshold: 1.5 } })],
  ["spec.analysis.interval", manifest({ analysis: { interval: "1minute" } })],
  ["spec.analysis.interval", manifest({ analysis: { interval: "soon" } })],
  ["spec.analysis.primaryReadyThreshold", manifest({ analysis: { primaryReadyThreshold: 101 } })],
  ["spec.analysis.stepWeightPromotion", manifest({ analysis: { stepWeightPromotion: -1 } })],
  ["spec.analysis.metrics[0].thresholdRange", metric({ thresholdRange: { min: 100, max: 99 } })],
  ["spec.analysis.metrics[0]", metric({ name: "request-duration" })],
  ["spec.progressDeadlineSeconds", manifest({ spec: { progressDeadlineSeconds: -1 } })],
  ["spec.targetRef.name", manifest({ spec: { targetRef: { apiVersion: "apps/v1", kind: "Deployment" } } })],
  ["spec.targetRef.name", manifest({ spec: { targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "" } } })],
  ["spec.targetRef.kind", manifest({ spec: { targetRef: { apiVersion: "apps/v1", kind: "StatefulSet", name: "x" } } })],
  ["spec.targetRef.apiVersion", manifest({ spec: { targetRef: knative } })],
  ["spec.service.name", manifest({ service: { name: "Front" } })],
  ["spec.service.name", manifest({ service: { name: "a".repeat(56) } })],
  ["spec.service.name", manifest({ spec: { targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "a.b" } } })],
  ["spec.service.name", manifest({ spec: { targetRef: coreService }, service: { name: "other" } })],
  ["spec.autoscalerRef", manifest({ spec: { targetRef: coreService, autoscalerRef: scaler() } })],
  ["spec.autoscalerRef.name", manifest({ spec: { autoscalerRef: { ...scaler(), name: "" } } })],
  ["spec.autoscalerRef.kind", manifest({ spec: { autoscalerRef: { ...scaler(), kind: "VerticalPodAutoscaler" } } })],
  [
    "spec.autoscalerRef.primaryScalerQueries",
    manifest({ spec: { autoscalerRef: scaler({ primaryScalerQueries: { a: "b" } }) } }),
  ],
  [
    "spec.autoscalerRef.primaryScalerReplicas",
    manifest({ spec: { autoscalerRef: scaler({ primaryScalerReplicas: { minReplicas: 3, maxReplicas: 2 } }) } }),
  ],
  ["spec.rollout.strat", manifest({ rollout: { strat: "chat" } })],
  ["spec.rollout.start", manifest({ rollout: { start: "later" } })],
  ["spec.rollout.approvals[0].gate", manifest({ rollout: { approvals: [{ gate: "lunch" }] } })],
  ["spec.rollout.approvals[0].count", manifest({ rollout: { approvals: [{ gate: "confirm-promotion", count: 0 }] } })],
  [
    "spec.rollout.approvals[0].timeout",
    manifest({ rollout: { approvals: [{ gate: "confirm-rollout", timeout: "0s" }] } }),
  ],
  [
    "spec.rollout.approvals[0].onTimeout",
    manifest({ rollout: { approvals: [{ gate: "confirm-rollout", onTimeout: "rollback" }] } }),
  ],
  [
    "spec.rollout.approvals[1].gate",
    manifest({ rollout: { approvals: [{ gate: "confirm-rollout" }, { gate: "confirm-rollout" }] } }),
  ],
  ["spec.rollout.inconclusive", manifest({ rollout: { inconclusive: { askAfter: "2h" } } })],
];

describe("what is wrong with a manifest", () => {
  for (const [path, object] of WRONG) {
    it(`is found at ${path}`, () => assert.equal(problemOf(object).path, path));
  }

  it("includes a metric that is there twice", () => {
    const twice = { name: "request-success-rate", threshold: 99 };

    assert.equal(problemOf(manifest({ analysis: { metrics: [twice, twice] } })).path, "spec.analysis.metrics[1].name");
  });

  it("is told for things that are no Canary at all", () => {
    for (const object of [null, 7, [], {}, { metadata: {} }, { ...manifest(), spec: "none" }]) problemOf(object);
  });
});
