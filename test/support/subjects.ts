import type { CustomCheck } from "../../src/analysis/metric-check.ts";
import { ABILITIES } from "../../src/mesh/registry.ts";
import { blankRollout } from "../../src/rollout/record.ts";
import type { Canary, CanaryRef } from "../../src/rollout/canary.ts";
import type { RolloutCommand } from "../../src/rollout/command.ts";
import type { Observation, WorkloadObservation } from "../../src/rollout/observation.ts";
import type { Revision, Rollout } from "../../src/rollout/rollout.ts";
import type { Subject } from "../../src/rollout/subject.ts";
import { millis, RevisionHash, seconds, timestamp, weight } from "../../src/units.ts";

/** Builders for tests: a sound default, and only the field that matters is given. */
export const T0 = timestamp(1_800_000_000_000);

export const REF: CanaryRef = {
  cluster: "test",
  namespace: "demo",
  name: "podinfo",
  uid: "a1b2c3d4-0000-4000-8000-000000000001",
};

export function revision(tag: string): Revision {
  const hex = Buffer.from(tag.padEnd(8, ".")).toString("hex").slice(0, 16);
  const image = `ghcr.io/stefanprodan/podinfo:${tag}`;
  return { hash: RevisionHash.parse(`v1-${hex}`), label: tag, images: [{ container: "podinfo", image }], configs: {} };
}

type CanaryOverrides = Partial<Omit<Canary, "analysis" | "rollout">> & {
  readonly analysis?: Partial<Canary["analysis"]>;
  readonly rollout?: Partial<Canary["rollout"]>;
};

export function canary(overrides: CanaryOverrides = {}): Canary {
  const { analysis, rollout, ...rest } = overrides;
  return {
    ref: REF,
    generation: 1,
    provider: "istio",
    target: { kind: "Deployment", name: "podinfo" },
    scaler: null,
    service: {
      name: "podinfo",
      port: 9898,
      portName: "http",
      targetPort: 9898,
      appProtocol: null,
      portDiscovery: false,
      headless: false,
      trafficDistribution: null,
      unmanaged: { labels: [], annotations: [] },
      gatewayApi: { parents: [], backendTimeout: null, mirrors: [] },
      http: {
        hosts: [],
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
    },
    metricsServer: "",
    suspended: false,
    skipAnalysis: false,
    revertOnDeletion: false,
    progressDeadline: seconds(600),
    ...rest,
    analysis: {
      interval: seconds(10),
      threshold: 2,
      strategy: { kind: "weighted", steps: [weight(20), weight(40), weight(60)], mirror: null },
      affinity: null,
      promotionStep: weight(0),
      primaryReadyPercent: 100,
      canaryReadyPercent: 100,
      checks: [
        { name: "request-success-rate", subject: "request-success-rate", min: 99, max: null, window: seconds(60) },
      ],
      hooks: [],
      alerts: [],
      ...analysis,
    },
    rollout: {
      start: "auto",
      channel: "",
      approvals: [],
      inconclusive: { askAfter: seconds(60), rollbackAfter: seconds(300) },
      ...rollout,
    },
  };
}

/** A check with a query of its own. */
export function customCheck(overrides: Partial<CustomCheck> = {}): CustomCheck {
  return {
    name: "errors",
    subject: "custom",
    min: null,
    max: 1,
    window: seconds(60),
    source: { kind: "inline", text: 'sum(errors{app="{{ target }}"})' },
    variables: {},
    interval: { text: "1m", length: seconds(60) },
    ...overrides,
  };
}

export function workload(tag: string, overrides: Partial<WorkloadObservation> = {}): WorkloadObservation {
  const replicas = overrides.replicas ?? 2;
  return {
    resourceVersion: "1",
    revision: revision(tag),
    replicas,
    updatedReplicas: replicas,
    availableReplicas: replicas,
    existingReplicas: replicas,
    settled: true,
    unavailableSince: null,
    scaledFor: "",
    progressDeadlineExceeded: false,
    trouble: null,
    ...overrides,
  };
}

export function rollout(overrides: Partial<Rollout> = {}): Rollout {
  const promoted = revision("6.0.0");
  return {
    ...blankRollout(REF, T0),
    phase: "initialized",
    revision: promoted,
    applied: promoted.hash,
    promoted,
    nextPassAt: null,
    ...overrides,
  };
}

export function subject(overrides: Partial<Subject> = {}): Subject {
  return {
    ref: REF,
    resourceVersion: "10",
    canary: canary(),
    problem: null,
    retreat: null,
    rollout: rollout(),
    peer: {
      phase: "Initialized",
      lastAppliedSpec: "",
      lastPromotedSpec: "",
      affinity: { cookie: "", primaryCookie: "", previousCookie: "" },
      conditions: [],
    },
    deleting: false,
    finalizer: false,
    ...overrides,
  };
}

export function observation(overrides: Partial<Observation> = {}): Observation {
  return {
    observedAt: T0,
    target: workload("6.0.0", { replicas: 0 }),
    primary: workload("6.0.0"),
    services: { ready: true, apexSelects: "primary" },
    route: {
      kind: "present",
      weight: weight(0),
      mirrored: false,
      audience: "everyone",
      stamp: "a1b2c3d4-0/1",
      intact: true,
      resourceVersion: "5",
    },
    scaler: null,
    kept: [],
    measurements: [],
    hooks: [],
    slots: 1,
    ...overrides,
  };
}

export function command(overrides: Partial<RolloutCommand> = {}): RolloutCommand {
  return {
    id: "command-0001",
    verb: "start",
    cluster: "test",
    namespace: "demo",
    name: "podinfo",
    uid: "",
    rollout: "",
    gate: null,
    revision: null,
    image: "",
    reason: "",
    actor: { kind: "slack", user: "U0ANA0001", name: "ana" },
    roles: [],
    channel: "C0DEPLOYS",
    via: "bot-1",
    issuedAt: T0,
    expiresAt: timestamp(T0 + millis(60_000)),
    ...overrides,
  };
}

/** A record's route by weight, otherwise as most runs have it. */
export const routed = (percent: number, stamp = 1): Rollout["route"] => ({
  weight: weight(percent),
  stamp,
  mirrored: false,
  audience: "everyone",
});

/** What a router is asked for, by weight; otherwise as most runs ask. */
export const asked = (percent: number, stamp: string, resourceVersion: string | null) => ({
  weight: weight(percent),
  mirrored: false,
  audience: "everyone" as const,
  affinity: { cookie: "", primaryCookie: "", previousCookie: "" },
  stamp,
  resourceVersion,
});

/** What manifests may ask of the routers that there are. */
export const PROVIDERS = { defaultProvider: "istio", noCrossNamespaceRefs: false, providers: ABILITIES };
