import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCanary } from "../../../src/rollout/manifest/read-canary.ts";
import { seconds } from "../../../src/units.ts";
import { CONTEXT, manifest } from "./sample-manifest.ts";

const read = (object: unknown) => {
  const { canary, problem } = readCanary(object, CONTEXT);
  assert.equal(problem, null);
  assert.ok(canary);
  return canary;
};

const stepsOf = (object: unknown): readonly number[] => {
  const { strategy } = read(object).analysis;
  return strategy.kind === "weighted" ? strategy.steps : [];
};

describe("readCanary", () => {
  it("names the canary by cluster, namespace, name and uid", () => {
    assert.deepEqual(read(manifest()).ref, {
      cluster: "east",
      namespace: "demo",
      name: "shop",
      uid: "0f5c2f0e-1111-4222-8333-444455556666",
    });
  });

  it("fills every default in", () => {
    const canary = read(manifest());

    assert.equal(canary.progressDeadline, seconds(600));
    assert.equal(canary.analysis.primaryReadyPercent, 100);
    assert.equal(canary.analysis.canaryReadyPercent, 100);
    assert.equal(canary.analysis.promotionStep, 0);
    assert.deepEqual(canary.service, {
      name: "shop",
      port: 80,
      portName: "http",
      targetPort: 80,
      appProtocol: null,
      portDiscovery: false,
      headless: false,
      trafficDistribution: null,
      unmanaged: { labels: [], annotations: [] },
      gatewayApi: { parents: [], backendTimeout: null, mirrors: [] },
      http: {
        hosts: ["shop"],
        gateways: ["mesh"],
        delegation: false,
        timeout: null,
        retries: null,
        match: [],
        rewrite: null,
        headers: null,
        corsPolicy: null,
        trafficPolicy: null,
      },
      metadata: {
        apex: { labels: {}, annotations: {} },
        primary: { labels: {}, annotations: {} },
        canary: { labels: {}, annotations: {} },
      },
    });
    assert.deepEqual(canary.rollout, {
      start: "auto",
      channel: "",
      approvals: [],
      inconclusive: { askAfter: seconds(600), rollbackAfter: seconds(3_600) },
    });
  });

  it("lets the last equal step go over maxWeight, but not over 100", () => {
    const steps = (stepWeight: number, maxWeight: number) => stepsOf(manifest({ analysis: { stepWeight, maxWeight } }));

    assert.deepEqual(steps(20, 50), [20, 40, 60]);
    assert.deepEqual(steps(10, 30), [10, 20, 30]);
    assert.deepEqual(steps(30, 100), [30, 60, 90, 100]);
    assert.deepEqual(steps(100, 10), [100]);
    assert.deepEqual(steps(50, 0), [50, 100]);
  });

  it("takes listed steps as they are and ignores maxWeight", () => {
    const analysis = { stepWeight: undefined, stepWeights: [1, 5, 80], maxWeight: 50 };

    assert.deepEqual(stepsOf(manifest({ analysis })), [1, 5, 80]);
  });

  it("lengthens an interval below the minimum and understands minutes and seconds", () => {
    const interval = (text: string) => read(manifest({ analysis: { interval: text } })).analysis.interval;

    assert.equal(interval("3s"), seconds(10));
    assert.equal(interval("1m30s"), seconds(90));
    assert.equal(interval("2m"), seconds(120));
  });

  it("counts a threshold of zero or less as one", () => {
    assert.equal(read(manifest({ analysis: { threshold: 0 } })).analysis.threshold, 1);
    assert.equal(read(manifest({ analysis: { threshold: -3 } })).analysis.threshold, 1);
  });

  it("serves the listed hosts and the apex name, unless everything is served", () => {
    const hosts = (list: string[]) => read(manifest({ service: { hosts: list } })).service.http.hosts;

    assert.deepEqual(hosts(["shop.example.com"]), ["shop.example.com", "shop"]);
    assert.deepEqual(hosts(["shop"]), ["shop"]);
    assert.deepEqual(hosts(["*"]), ["*"]);
  });

  it("uses service.port where targetPort is unset, zero or empty", () => {
    const port = (targetPort: unknown) => read(manifest({ service: { targetPort } })).service.targetPort;

    assert.deepEqual([port(undefined), port(0), port(""), port("0")], [80, 80, 80, 80]);
    assert.deepEqual([port(9898), port("9898"), port("web")], [9898, 9898, "web"]);
  });

  it("reads approvals with their defaults", () => {
    const approvals = [
      { gate: "confirm-promotion", group: "@release-approvers" },
      { gate: "confirm-rollout", count: 2, notStarter: true, timeout: "1h30m", onTimeout: "rollback" },
    ];

    assert.deepEqual(read(manifest({ rollout: { approvals } })).rollout.approvals, [
      {
        gate: "confirm-promotion",
        group: "release-approvers",
        count: 1,
        notStarter: false,
        timeout: null,
        onTimeout: "hold",
      },
      {
        gate: "confirm-rollout",
        group: "",
        count: 2,
        notStarter: true,
        timeout: seconds(5_400),
        onTimeout: "rollback",
      },
    ]);
  });
});

describe("metric checks", () => {
  const checks = (...metrics: unknown[]) => read(manifest({ analysis: { metrics } })).analysis.checks;

  it("have a window of one minute and inclusive limits", () => {
    const metric = { name: "request-success-rate", thresholdRange: { min: 99 } };

    assert.deepEqual(checks(metric), [
      { name: "request-success-rate", subject: "request-success-rate", min: 99, max: null, window: seconds(60) },
    ]);
  });

  it("read the older threshold as a minimum of the rate and a maximum of the duration", () => {
    const [rate, duration] = checks(
      { name: "request-success-rate", threshold: 99.5 },
      { name: "request-duration", threshold: 500.9, interval: "30s" },
    );

    assert.deepEqual([rate?.min, rate?.max], [99.5, null]);
    assert.deepEqual([duration?.min, duration?.max, duration?.window], [null, 500, seconds(30)]);
  });

  it("pass everything when the range is empty", () => {
    const [rate] = checks({ name: "request-success-rate", thresholdRange: {} });

    assert.deepEqual([rate?.min, rate?.max], [null, null]);
  });
});
