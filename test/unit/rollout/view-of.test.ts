import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { KeptRevision, Observation } from "../../../src/rollout/observation.ts";
import type { Rollout } from "../../../src/rollout/rollout.ts";
import type { CanaryView } from "../../../src/rollout/view.ts";
import { viewOf } from "../../../src/rollout/view-of.ts";
import { timestamp, weight } from "../../../src/units.ts";
import { canary, observation, revision, rollout, subject, T0, workload } from "../../support/subjects.ts";

const kept = (tag: string, missing = ""): KeptRevision => ({ name: `kept-${tag}`, revision: revision(tag), missing });

function view(record: Partial<Rollout>, seen: Partial<Observation> = {}, definition = canary()): CanaryView {
  const made = viewOf(subject({ canary: definition, rollout: rollout(record) }), observation(seen), T0);
  assert.ok(made);
  return made;
}

const failure = (hook: string, sequence: number): Rollout["events"][number] => ({
  sequence,
  at: timestamp(T0 + sequence),
  rollout: "a1b2c3d4-0",
  event: { kind: "hook-failed", hook, type: "rollout", failed: 1, threshold: 3, problem: "HTTP 500" },
});

const superseded = (sequence: number): Rollout["events"][number] => ({
  sequence,
  at: T0,
  rollout: "a1b2c3d4-0",
  event: { kind: "superseded", label: "6.1.0", next: "6.1.1" },
});

describe("what chat may know of a canary", () => {
  it("lists first what undo would go back to", () => {
    const seen = { primary: workload("6.1.0"), kept: [kept("6.0.0", "secret/db"), kept("5.9.0")] };

    assert.deepEqual(view({}, seen).kept, [
      { label: "6.0.0", missing: "secret/db" },
      { label: "5.9.0", missing: "" },
    ]);
  });

  it("leaves out the copy of what primary runs, as after an undo", () => {
    const seen = { primary: workload("6.0.0"), kept: [kept("6.0.0"), kept("5.9.0")] };

    assert.deepEqual(
      view({}, seen).kept.map(({ label }) => label),
      ["5.9.0"],
    );
  });

  it("names what primary is being put back to", () => {
    const by = { kind: "slack", user: "U0LEE0001", name: "lee" } as const;
    const undo = { kept: "kept-6.0.0", to: revision("6.0.0"), by, at: T0 };

    assert.deepEqual(view({ phase: "undoing", undo }).undo, { to: "6.0.0", by, at: T0 });
  });

  it("tells iterations from the switch that follows them", () => {
    const strategy = { kind: "blue-green", iterations: 10, mirror: { percent: null }, switches: true } as const;

    const { iterations, stages, mirrors } = view({}, {}, canary({ analysis: { strategy } }));

    assert.deepEqual([iterations, stages, mirrors], [10, 11, true]);
  });

  it("promises no step and no check where the analysis is skipped", () => {
    const { steps, stages, checks } = view({}, {}, canary({ skipAnalysis: true }));

    assert.deepEqual([steps, stages, checks], [[], 0, []]);
  });

  it("says whom the weight is about", () => {
    const route = { weight: weight(100), stamp: 3, mirrored: false, audience: "matched" } as const;

    assert.equal(view({ route }).audience, "matched");
  });

  it("lists the last three failed webhooks of this revision, newest first", () => {
    const events = [failure("old", 1), superseded(2), ...["a", "b", "c", "d"].map((name, at) => failure(name, at + 3))];

    assert.deepEqual(
      view({ events }).hookFailures.map(({ hook }) => hook),
      ["d", "c", "b"],
    );
  });

  it("says whether a gate's webhooks can open it without people", () => {
    const hook = {
      name: "load-tester",
      type: "confirm-promotion",
      url: "http://tester/",
      timeout: canary().analysis.interval,
      retries: 0,
      insecure: false,
      muteAlert: false,
      metadata: {},
    } as const;
    const rule = { count: 2, group: "leads", notStarter: true, timeout: null, onTimeout: "hold" } as const;
    const gate = { name: "confirm-promotion", since: T0, until: null, asked: true } as const;
    const analysis = { hooks: [hook] };
    const ruled = canary({ analysis, rollout: { approvals: [{ gate: "confirm-promotion", ...rule }] } });

    const alone = view({ phase: "waiting-promotion", gate }, {}, canary({ analysis }));
    const both = view({ phase: "waiting-promotion", gate }, {}, ruled);

    assert.deepEqual([alone.gate?.hooks, alone.gate?.either], [["load-tester"], true]);
    assert.deepEqual([both.gate?.hooks, both.gate?.either], [["load-tester"], false]);
  });
});
