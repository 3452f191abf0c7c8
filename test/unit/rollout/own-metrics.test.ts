import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decide } from "../../../src/rollout/decide.ts";
import { viewOf } from "../../../src/rollout/view-of.ts";
import { timestamp } from "../../../src/units.ts";
import {
  canary,
  customCheck,
  observation,
  rollout,
  revision,
  routed,
  subject,
  T0,
  workload,
} from "../../support/subjects.ts";

const one = canary({ analysis: { checks: [customCheck({ source: { kind: "inline", text: "secret_query" } })] } });
const progressing = subject({
  canary: one,
  rollout: rollout({
    phase: "progressing",
    revision: revision("6.1.0"),
    applied: revision("6.1.0").hash,
    route: routed(20),
    step: 1,
    trafficSince: timestamp(T0 - 600_000),
    nextPassAt: T0,
  }),
});

describe("a check with a query of its own", () => {
  it("that has no result is told as that, not as a lack of requests", () => {
    const seen = observation({
      target: workload("6.1.0"),
      route: {
        kind: "present",
        weight: routed(20).weight,
        mirrored: false,
        audience: "everyone",
        stamp: "a1b2c3d4-0/1",
        intact: true,
        resourceVersion: "5",
      },
      measurements: [{ kind: "no-data", check: "errors", query: "q" }],
    });

    const { status } = decide(progressing, seen);

    const [evidence] = status?.rollout.evidence ?? [];
    assert.deepEqual([evidence?.verdict, evidence?.problem], ["inconclusive", "its query has no result"]);
  });

  it("does not send its query to chat", () => {
    const view = viewOf(progressing, null, T0);

    assert.deepEqual(Object.keys(view?.checks[0] ?? {}), ["name", "subject", "min", "max", "window"]);
  });
});
