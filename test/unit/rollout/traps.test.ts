import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decide } from "../../../src/rollout/decide.ts";
import { passNeeded } from "../../../src/rollout/observation.ts";
import { withPosted } from "../../../src/rollout/outbox.ts";
import { isDue } from "../../../src/rollout/schedule.ts";
import { seconds, timestamp, weight } from "../../../src/units.ts";
import { LEE, SimulatedRun } from "../../support/simulated-run.ts";
import { canary, observation, revision, rollout, routed, subject, T0, workload } from "../../support/subjects.ts";

const next = revision("6.1.0");
const rule = { group: "", count: 1, notStarter: false, timeout: seconds(120), onTimeout: "rollback" } as const;
const running = { number: 1, revision: next, applied: next.hash } as const;

describe("a pass that a wrong clock scheduled", () => {
  it("is due when it stands further ahead than any pass is scheduled", () => {
    const hour = timestamp(T0 + 3_600_000);

    assert.equal(isDue(hour, seconds(10), T0), true);
    assert.equal(isDue(timestamp(T0 + 20_000), seconds(10), T0), false);
    assert.equal(passNeeded(subject({ rollout: rollout({ phase: "progressing", nextPassAt: hour }) }), T0), true);
  });
});

describe("a report of the bot", () => {
  it("about a canary that was deleted says nothing about the one that has its name now", () => {
    const known = subject({ rollout: rollout({ lastSequence: 3 }) });
    const late = { rollout: "ffffffff-7", root: { channel: "C0DEPLOYS", ts: "1.1" }, through: 57 };

    assert.equal(withPosted(known, late), known);
  });
});

describe("the words of a metrics server", () => {
  it("are shortened before they are kept", () => {
    const route = {
      ...{ kind: "present", weight: weight(40), mirrored: false, audience: "everyone" },
      ...{ stamp: "a1b2c3d4-0/3", intact: true, resourceVersion: "5" },
    };
    const record = rollout({
      ...running,
      phase: "progressing",
      nextPassAt: T0,
      route: routed(40, 3),
    });
    const problem = "x".repeat(1_000_000);
    const measurements = [{ kind: "error", check: "request-success-rate", query: "q", problem }] as const;
    const seen = observation({ target: workload("6.1.0"), route: route as never, measurements });

    const { status } = decide(subject({ rollout: record }), seen);

    assert.equal(status?.rollout.evidence[0]?.verdict, "error");
    assert.ok(JSON.stringify(status).length < 8_000);
  });
});

describe("an image that was asked for", () => {
  const requested = { container: "podinfo", image: "x:6.2.0", by: LEE, channel: "", command: "command-1", at: T0 };
  const later = timestamp(T0 + 61_000);

  for (const phase of ["waiting", "failed"] as const) {
    it(`is given up when the target never takes it while ${phase}`, () => {
      const record = rollout({ ...running, phase, requested, nextPassAt: T0 });
      const seen = observation({ observedAt: later, target: workload("6.1.0", { replicas: 0 }) });

      const { status } = decide(subject({ rollout: record }), seen);

      assert.equal(status?.rollout.requested, null);
      assert.equal(status?.rollout.events.at(-1)?.event.kind, "command-ignored");
    });
  }

  it("is given up when the target was deleted", () => {
    const record = rollout({ requested, nextPassAt: T0 });

    const { status } = decide(subject({ rollout: record }), observation({ observedAt: later, target: null }));

    assert.equal(status?.rollout.requested, null);
  });
});

describe("a gate", () => {
  it("gives a newer revision its whole time, and asks again", () => {
    const definition = canary({ rollout: { approvals: [{ ...rule, gate: "confirm-rollout" }] } });
    const run = new SimulatedRun(definition).deploy("6.1.0").after(100_000);

    run.deploy("6.2.0");
    const { gate } = run.record;

    assert.equal(gate?.until, run.world.now + 120_000);
    assert.equal(run.events.filter((kind) => kind === "approval-wanted").length, 2);
  });

  it("before promotion holds a canary that skips the analysis, too", () => {
    const definition = canary({ skipAnalysis: true, rollout: { approvals: [{ ...rule, gate: "confirm-promotion" }] } });
    const run = new SimulatedRun(definition).deploy("6.1.0").after(20_000).after(20_000);
    const held = run.record.phase;

    run.ask("approve", { actor: LEE }).until("succeeded");

    assert.equal(held, "waiting-promotion");
  });
});

describe("a route that the cluster refuses", () => {
  it("is told to a person by the second pass that finds it so", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", ({ step }) => step === 1);
    const refused = observation({
      observedAt: timestamp(run.record.nextPassAt ?? 0),
      target: workload("6.1.0"),
      measurements: [{ kind: "no-data", check: "request-success-rate", query: "q" }],
      route: { kind: "unusable", problem: "its weights do not add up", resourceVersion: "5" },
    });

    const first = decide(run.world.stored, refused).status?.rollout ?? run.record;
    const again = { ...refused, observedAt: timestamp(first.nextPassAt ?? 0) };
    const second = decide({ ...run.world.stored, rollout: first }, again).status?.rollout;

    assert.equal(first.events.at(-1)?.event.kind, "step-started");
    assert.deepEqual(second?.events.at(-1)?.event, {
      kind: "human-needed",
      why: "stuck",
      detail: "the route does not carry 20 % to the canary: its weights do not add up",
    });
  });
});

describe("a rollback that waits for primary", () => {
  it("writes the record less and less often", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", ({ step }) => step === 1);
    run.world.healthy.primary = false;
    run.after(0).ask("rollback");
    for (let round = 0; round < 300; round += 1) run.after(2_000);
    const before = run.record.pass;

    for (let round = 0; round < 30; round += 1) run.after(2_000);

    assert.equal(run.record.phase, "rolling-back");
    assert.ok(run.record.pass - before <= 2, `${run.record.pass - before} passes in a minute`);
  });
});
