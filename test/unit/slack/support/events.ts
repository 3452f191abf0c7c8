import type { EventOf, RolloutEvent } from "../../../../src/rollout/event.ts";
import { weight } from "../../../../src/units.ts";
import { ana, at, cluster, latency, lee, successRate } from "./views.ts";

const figures = [successRate(), latency()];
const failing = [successRate({ verdict: "fail", value: 87.2149, samples: 1203 }), latency()];
const unclear = [
  successRate({
    verdict: "inconclusive",
    value: null,
    primary: null,
    samples: null,
    problem: "no requests in the window",
  }),
];

/** One example of every event; a new kind does not compile without one. */
export const EVENTS: { readonly [K in RolloutEvent["kind"]]: EventOf<K> } = {
  initialized: { kind: "initialized", label: "6.0.0" },
  "revision-waiting": { kind: "revision-waiting", label: "6.1.0", by: cluster },
  "rollout-started": { kind: "rollout-started", label: "6.1.0", from: "6.0.0", by: ana, attempt: 3 },
  superseded: { kind: "superseded", label: "6.1.0", next: "6.1.1" },
  "step-started": { kind: "step-started", step: 2, of: 4, weight: weight(10), figures },
  "checks-failed": { kind: "checks-failed", failed: 1, threshold: 3, weight: weight(10), figures: failing },
  "checks-inconclusive": { kind: "checks-inconclusive", figures: unclear, askAt: at(300), rollbackAt: at(3600) },
  "checks-conclusive": { kind: "checks-conclusive", figures },
  "human-needed": {
    kind: "human-needed",
    why: "inconclusive",
    detail: "request-success-rate: no requests in the window",
  },
  "approval-wanted": {
    kind: "approval-wanted",
    gate: "confirm-promotion",
    group: "release-approvers",
    count: 1,
    until: at(1860),
    onTimeout: "rollback",
    figures,
    hooks: [],
    either: false,
    muted: false,
  },
  approved: { kind: "approved", gate: "confirm-promotion", by: lee, have: 1, need: 1 },
  "approval-overdue": { kind: "approval-overdue", gate: "confirm-promotion" },
  paused: { kind: "paused", by: ana, weight: weight(10), reason: "looking at the logs" },
  resumed: { kind: "resumed", by: ana },
  "promotion-forced": { kind: "promotion-forced", by: lee, weight: weight(10) },
  "promotion-started": { kind: "promotion-started", label: "6.1.0" },
  "traffic-returning": { kind: "traffic-returning", weight: weight(25) },
  "traffic-returned": { kind: "traffic-returned", label: "6.1.0" },
  succeeded: { kind: "succeeded", label: "6.1.0", tookSeconds: 392 },
  "rollback-started": {
    kind: "rollback-started",
    cause: "failed-checks",
    detail: "3 failed checks reached the threshold of 3",
    by: null,
    weight: weight(10),
    figures: failing,
  },
  "rolled-back": { kind: "rolled-back", cause: "failed-checks", detail: "", label: "6.2.0-bad", to: "6.0.0" },
  "promotion-failed": {
    kind: "promotion-failed",
    detail: "CrashLoopBackOff: back-off restarting failed container",
    weight: weight(100),
  },
  "not-ready": { kind: "not-ready", who: "canary", detail: "0 of 2 pods are ready", deadline: at(600) },
  "services-repaired": { kind: "services-repaired", found: "the apex Service leads elsewhere" },
  "drift-repaired": { kind: "drift-repaired", found: "weight 40 %", restored: weight(10) },
  "command-ignored": { kind: "command-ignored", verb: "pause", by: ana, why: "it is paused already" },
  "manifest-invalid": {
    kind: "manifest-invalid",
    path: "spec.analysis.stepWeight",
    problem: "must be 1 to 100",
    fix: "Set it to 10, for example.",
  },
  "configs-changed": { kind: "configs-changed", configs: ["configmap/app", "secret/db"] },
  "iteration-started": { kind: "iteration-started", iteration: 3, of: 10, figures },
  "mirroring-started": { kind: "mirroring-started", percent: null, figures: [] },
  "traffic-switched": { kind: "traffic-switched", figures },
  "hook-failed": {
    kind: "hook-failed",
    hook: "smoke-test",
    type: "pre-rollout",
    failed: 1,
    threshold: 3,
    problem: "HTTP 500: no such page.",
  },
  "hook-passed": { kind: "hook-passed", hook: "smoke-test", type: "pre-rollout" },
  "post-hook-failed": { kind: "post-hook-failed", hook: "notify-crm", problem: "no answer within 10 s" },
  "undo-started": { kind: "undo-started", by: lee, from: "6.1.0", to: "6.0.0", reason: "login is broken" },
  undone: { kind: "undone", by: lee, to: "6.0.0" },
  "undo-failed": { kind: "undo-failed", detail: "CrashLoopBackOff: back-off restarting failed container" },
  "handing-back": { kind: "handing-back" },
  "handed-back": { kind: "handed-back" },
  suspended: { kind: "suspended" },
  unsuspended: { kind: "unsuspended" },
  "manifest-valid": { kind: "manifest-valid" },
};
