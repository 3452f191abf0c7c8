import type { CanaryView } from "../../../../src/rollout/view.ts";
import { weight } from "../../../../src/units.ts";
import { at, bad, failed, gate, latency, lee, progressing, revision, succeeded, successRate } from "./views.ts";

/** The third of ten iterations in which all matching requests go to the canary. */
export const abTest = (change: Partial<CanaryView> = {}): CanaryView =>
  progressing({
    strategy: "ab-test",
    steps: [],
    stages: 10,
    iterations: 10,
    step: 3,
    weight: weight(100),
    observedWeight: weight(100),
    audience: "matched",
    ...change,
  });

/** The third of ten iterations with users on primary; a switch follows. */
export const blueGreen = (change: Partial<CanaryView> = {}): CanaryView =>
  progressing({
    strategy: "blue-green",
    steps: [],
    stages: 11,
    iterations: 10,
    step: 3,
    weight: weight(0),
    observedWeight: weight(0),
    ...change,
  });

const atZero = { weight: weight(0), observedWeight: weight(0), step: 0 } as const;
const configs = { "configmap/app": "c1", "secret/db": "s1" };
const undo = { to: "6.0.0", by: lee, at: at(200) } as const;

const undone = (change: Partial<CanaryView> = {}): CanaryView =>
  failed({
    revision: revision("6.1.0", "a"),
    evidence: [successRate(), latency()],
    failedChecks: 0,
    step: 4,
    rollback: { cause: "undone", detail: "back to 6.0.0", by: lee, at: at(230) },
    ...change,
  });

const handedBack = { sequence: 13, at: at(200), rollout: "0f5b1c2d-3", event: { kind: "handed-back" } } as const;
const smokeTest = {
  hook: "smoke-test",
  type: "pre-rollout",
  problem: "HTTP 500: no such page <home>",
  at: at(70),
} as const;

/** Views of strategies, hooks, undo and deletion that have a golden card, by name. */
export const STRATEGY_VIEWS: Readonly<Record<string, CanaryView>> = {
  "ab-test": abTest(),
  "ab-test-before": abTest({ ...atZero, audience: "everyone", evidence: [] }),
  "ab-test-failed": abTest({
    ...atZero,
    step: 3,
    phase: "failed",
    audience: "everyone",
    failedChecks: 3,
    evidence: [bad],
    nextPassAt: null,
    rollback: { cause: "failed-checks", detail: "", by: null, at: at(180) },
  }),
  "blue-green": blueGreen(),
  "blue-green-mirrored": blueGreen({ mirrors: true, mirrored: true }),
  "blue-green-last-iteration": blueGreen({ step: 10 }),
  "blue-green-switched": blueGreen({ step: 11, weight: weight(100), observedWeight: weight(0) }),
  "blue-green-promoting": blueGreen({
    phase: "promoting",
    peerPhase: "Promoting",
    step: 11,
    weight: weight(100),
    observedWeight: weight(100),
    kept: [{ label: "6.0.0", missing: "" }],
  }),
  "without-a-mesh": blueGreen({ stages: 10, step: 10 }),
  mirrored: progressing({ ...atZero, mirrors: true, mirrored: true }),
  "before-mirroring": progressing({ ...atZero, mirrors: true, evidence: [] }),
  "analysis-skipped": progressing({ ...atZero, steps: [], stages: 0, checks: [], evidence: [] }),
  "config-change": progressing({
    revision: { ...revision("6.1.0", "a"), configs: { ...configs, "configmap/app": "c2" } },
    promoted: { ...revision("6.1.0", "b"), configs },
  }),
  "version-and-config-change": progressing({
    revision: { ...revision("6.1.0", "a"), configs },
    promoted: { ...revision("6.0.0", "b"), configs: {} },
  }),
  "hook-failed": progressing({ ...atZero, evidence: [], failedChecks: 1, hookFailures: [smokeTest] }),
  "waiting-for-a-webhook": progressing({
    gate: {
      ...gate,
      name: "confirm-traffic-increase",
      group: "",
      notStarter: false,
      until: null,
      onTimeout: "hold",
      hooks: ["load-test"],
      either: true,
    },
  }),
  "waiting-for-people-and-a-webhook": progressing({
    phase: "waiting-promotion",
    peerPhase: "WaitingPromotion",
    gate: { ...gate, hooks: ["load-test", "freeze"] },
  }),
  suspended: progressing({ suspended: true }),
  "undo-incomplete": succeeded({ kept: [{ label: "6.0.0", missing: "secret/db-1a2b3c" }] }),
  "succeeded-with-configs": succeeded({
    revision: { ...revision("6.1.0", "a"), configs },
    promoted: { ...revision("6.1.0", "a"), configs },
  }),
  undoing: succeeded({ phase: "undoing", peerPhase: "Promoting", undo }),
  "undoing-from-the-canary": progressing({
    phase: "undoing",
    peerPhase: "Promoting",
    weight: weight(50),
    observedWeight: weight(50),
    undo,
  }),
  undone: undone(),
  "undo-failed": undone({
    rollback: {
      cause: "undo-failed",
      detail: "CrashLoopBackOff: back-off restarting failed container",
      by: lee,
      at: at(800),
    },
  }),
  "undoable-after-a-failed-promotion": failed({
    weight: weight(100),
    observedWeight: weight(100),
    rollback: { cause: "promotion-failed", detail: "CrashLoopBackOff", by: null, at: at(180) },
    kept: [{ label: "6.0.0", missing: "" }],
  }),
  "rolled-back-by-a-webhook": failed({
    evidence: [successRate()],
    failedChecks: 0,
    rollback: { cause: "hook-asked", detail: "webhook stop-button", by: null, at: at(180) },
  }),
  terminating: progressing({ phase: "terminating", peerPhase: "Terminating", evidence: [] }),
  "handed-back": progressing({
    phase: "terminating",
    peerPhase: "Terminating",
    evidence: [],
    ...atZero,
    events: [handedBack],
  }),
};
