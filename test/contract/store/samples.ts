import { blankRollout } from "../../../src/rollout/record.ts";
import type { CanaryStatus, Rollout } from "../../../src/rollout/rollout.ts";
import type { Subject } from "../../../src/rollout/subject.ts";
import { seconds, timestamp, weight } from "../../../src/units.ts";
import { PROVIDERS } from "../../support/subjects.ts";

export const CONTEXT = { cluster: "east", minInterval: seconds(10), ...PROVIDERS };
export const KEY = { namespace: "demo", name: "shop" };
export const NOW = timestamp(1_790_000_000_000);

export const canaryObject = (spec: object = {}) => ({
  apiVersion: "flagger.app/v1beta1",
  kind: "Canary",
  metadata: { ...KEY },
  spec: {
    targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "shop" },
    service: { port: 80 },
    analysis: { interval: "30s", threshold: 5, stepWeight: 20 },
    ...spec,
  },
});

/** A status as the engine would save it, with parts of the record replaced. */
export function statusOf({ ref }: Pick<Subject, "ref">, parts: Partial<Rollout> = {}): CanaryStatus {
  return {
    phase: "Progressing",
    failedChecks: 2,
    canaryWeight: weight(20),
    iterations: 0,
    trackedConfigs: {},
    sessionAffinityCookie: "",
    primarySessionAffinityCookie: "",
    previousSessionAffinityCookie: "",
    lastAppliedSpec: "v1-0123456789abcdef",
    lastPromotedSpec: "v1-fedcba9876543210",
    lastTransitionTime: NOW,
    conditions: [
      {
        type: "Promoted",
        status: "Unknown",
        reason: "Progressing",
        message: "A new revision gets its traffic.",
        lastUpdateTime: NOW,
        lastTransitionTime: NOW,
      },
    ],
    rollout: { ...blankRollout(ref, NOW), ...parts },
  };
}

/** A record with something in every corner that a schema could forget. */
export function fullRecord(): Partial<Rollout> {
  const actor = { kind: "slack" as const, user: "U1", name: "ana" };
  const figure = {
    check: "rate",
    verdict: "fail" as const,
    value: 97.2,
    min: 99,
    max: null,
    primary: 99.9,
    samples: 812,
    window: null,
    problem: "",
  };
  const at = NOW;
  return {
    phase: "progressing",
    startedBy: actor,
    channel: "C1",
    route: { weight: weight(20), stamp: 4, mirrored: true, audience: "matched" },
    nextPassAt: NOW,
    evidence: [{ ...figure, pass: 7, at, window: seconds(60), query: "sum(x)" }],
    inconclusiveSince: NOW,
    pause: { by: actor, at, reason: "lunch" },
    gate: { name: "confirm-promotion", since: NOW, until: null, asked: true },
    rollback: { cause: "failed-checks", detail: "too many", by: null, at },
    requested: { container: "app", image: "shop:2", by: actor, channel: "C1", command: "cmd-00000001", at },
    commands: [
      { id: "cmd-00000001", verb: "start", actor, at, state: "applied", note: "", image: "shop:2", roles: ["sre"] },
      {
        id: "cmd-00000002",
        verb: "approve",
        actor,
        at,
        state: "pending",
        note: "",
        gate: "confirm-promotion",
        reason: "ok",
      },
    ],
    events: [
      {
        sequence: 1,
        at,
        rollout: "a-1",
        event: { kind: "rollout-started", label: "2", from: "1", by: actor, attempt: 1 },
      },
      { sequence: 2, at, rollout: "a-1", event: { kind: "superseded", label: "2", next: "3" } },
      {
        sequence: 3,
        at,
        rollout: "a-1",
        event: { kind: "rollback-started", cause: "asked", detail: "", by: null, weight: weight(5), figures: [figure] },
      },
      {
        sequence: 4,
        at,
        rollout: "a-1",
        event: {
          kind: "approval-wanted",
          gate: "confirm-promotion",
          group: "g",
          count: 2,
          until: NOW,
          onTimeout: "hold",
          figures: [],
          hooks: ["gate"],
          either: false,
          muted: false,
        },
      },
      { sequence: 5, at, rollout: "a-1", event: { kind: "manifest-invalid", path: "spec", problem: "p", fix: "f" } },
    ],
    lastSequence: 5,
    root: { channel: "C1", ts: "1.2" },
    earlierRoots: [{ rollout: "a-0", channel: "C1", ts: "0.1" }],
  };
}
