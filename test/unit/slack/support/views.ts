import type { CanaryView } from "../../../../src/rollout/view.ts";
import { millis, RevisionHash, timestamp, weight } from "../../../../src/units.ts";

/** 2026-11-23 14:02:05 UTC. */
export const NOON = timestamp(1_795_442_525_000);
export const at = (secondsLater: number) => timestamp(NOON + secondsLater * 1000);

export const ana = { kind: "slack", user: "U0ANA00001", name: "ana" } as const;
export const lee = { kind: "slack", user: "U0LEE00001", name: "lee" } as const;
export const cluster = { kind: "cluster", user: "", name: "the cluster" } as const;

export const revision = (label: string, digit: string) => ({
  hash: RevisionHash.parse(`v1-${digit.repeat(16)}`),
  label,
  images: [{ container: "podinfo", image: `ghcr.io/stefanprodan/podinfo:${label}` }],
  configs: {},
});

type Evidence = CanaryView["evidence"][number];

export const successRate = (change: Partial<Evidence> = {}): Evidence => ({
  pass: 3,
  at: at(60),
  check: "request-success-rate",
  verdict: "pass",
  value: 99.943,
  min: 99,
  max: null,
  primary: 99.951,
  samples: 12_410,
  window: millis(60_000),
  query: 'sum(rate(istio_requests_total{destination_workload="podinfo",response_code!~"5.*"}[1m]))',
  problem: "",
  ...change,
});

export const latency = (change: Partial<Evidence> = {}): Evidence => ({
  ...successRate(),
  check: "request-duration",
  value: 212.4,
  min: null,
  max: 500,
  primary: 208.2,
  query: "histogram_quantile(0.99, sum(rate(istio_request_duration_milliseconds_bucket[1m])) by (le))",
  ...change,
});

/** A rollout at the second of four steps, everything well. */
export function progressing(change: Partial<CanaryView> = {}): CanaryView {
  return {
    cluster: "prod-eu",
    namespace: "demo",
    name: "podinfo",
    uid: "0f5b1c2d-1111-4222-8333-444455556666",
    version: "4711",
    madeAt: at(61),
    peerPhase: "Progressing",
    rollout: "0f5b1c2d-3",
    phase: "progressing",
    phaseSince: NOON,
    startedAt: NOON,
    startedBy: ana,
    channel: "C0DEPLOYS1",
    revision: revision("6.1.0", "a"),
    promoted: revision("6.0.0", "b"),
    containers: [{ container: "podinfo", image: "ghcr.io/stefanprodan/podinfo:6.1.0" }],
    weight: weight(10),
    observedWeight: weight(10),
    strategy: "weighted",
    steps: [5, 10, 20, 50].map(weight),
    stages: 4,
    iterations: 0,
    mirrors: false,
    mirrored: false,
    audience: "everyone",
    suspended: false,
    step: 2,
    interval: millis(60_000),
    nextPassAt: at(120),
    failedChecks: 0,
    threshold: 3,
    checks: [
      { name: "request-success-rate", subject: "request-success-rate", min: 99, max: null, window: millis(60_000) },
      { name: "request-duration", subject: "request-duration", min: null, max: 500, window: millis(60_000) },
    ],
    evidence: [successRate(), latency()],
    pause: null,
    gate: null,
    rollback: null,
    stuck: "",
    invalid: null,
    hookFailures: [],
    undo: null,
    kept: [],
    root: { channel: "C0DEPLOYS1", ts: "1795442526.000100" },
    earlierRoots: [],
    announcedThrough: 12,
    events: [],
    ...change,
  };
}

export const gate = {
  name: "confirm-promotion",
  since: at(60),
  until: at(1860),
  group: "release-approvers",
  count: 1,
  notStarter: true,
  onTimeout: "rollback",
  have: [],
  hooks: [],
  either: false,
} satisfies CanaryView["gate"];

export const waitingForApproval = (change: Partial<CanaryView> = {}): CanaryView =>
  progressing({
    phase: "waiting-promotion",
    peerPhase: "WaitingPromotion",
    weight: weight(50),
    observedWeight: weight(50),
    step: 4,
    gate,
    ...change,
  });

export const bad = successRate({ verdict: "fail", value: 87.2149, samples: 1203 });

export const failed = (change: Partial<CanaryView> = {}): CanaryView =>
  progressing({
    phase: "failed",
    peerPhase: "Failed",
    weight: weight(0),
    observedWeight: weight(0),
    nextPassAt: null,
    failedChecks: 3,
    revision: revision("6.2.0-bad", "c"),
    evidence: [bad, latency()],
    rollback: {
      cause: "failed-checks",
      detail: "3 failed checks reached the threshold of 3",
      by: null,
      at: at(180),
    },
    ...change,
  });

export const succeeded = (change: Partial<CanaryView> = {}): CanaryView =>
  progressing({
    phase: "succeeded",
    peerPhase: "Succeeded",
    weight: weight(0),
    observedWeight: weight(0),
    step: 4,
    nextPassAt: null,
    promoted: revision("6.1.0", "a"),
    kept: [{ label: "6.0.0", missing: "" }],
    ...change,
  });
