import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decide } from "../../../src/rollout/decide.ts";
import type { RouteObservation } from "../../../src/rollout/observation.ts";
import { weight } from "../../../src/units.ts";
import { canary, observation, subject, workload } from "../../support/subjects.ts";
import { SimulatedRun } from "../../support/simulated-run.ts";

/** Somebody's definition of Canary dropped the record from the status, and nobody remembers it. */
function lose(run: SimulatedRun, phase: string): SimulatedRun {
  const { world } = run;
  const peer = { ...world.stored.peer, phase };
  world.stored = { ...world.stored, peer, rollout: null, resourceVersion: String(++world.version) };
  return run.settle();
}

/** A route as a rollout of ours left it. */
function carried(percent: number): RouteObservation {
  const stamp = `${subject({}).ref.uid.slice(0, 8)}-1/3`;
  const shape = { mirrored: false, audience: "everyone", intact: true, resourceVersion: "5" } as const;
  return { kind: "present", weight: weight(percent), stamp, ...shape };
}

/** A canary with a gate that one person has to open. */
const guarded = (gate: "confirm-rollout" | "confirm-promotion") => {
  const rule = { gate, group: "", count: 1, notStarter: false, timeout: null, onTimeout: "hold" } as const;
  return canary({ rollout: { approvals: [rule] } });
};

const inMidRun = (): SimulatedRun => new SimulatedRun().deploy("6.1.0").until("progressing", ({ step }) => step === 2);

describe("a canary whose record is missing in the middle of a rollout", () => {
  it("keeps its traffic, and waits for a person", () => {
    const run = inMidRun();
    const { weight } = run.record.route;

    lose(run, "Progressing").after(600_000);

    assert.equal(run.world.route?.weight, weight);
    assert.equal(run.record.phase, "progressing");
    assert.equal(run.record.step, 2);
    assert.equal(run.record.promoted?.label, "6.0.0");
    assert.match(run.event("human-needed")?.detail ?? "", new RegExp(`rollout of 6.1.0.* ${weight} % of the traffic`));
  });

  it("goes on from there when it is resumed", () => {
    const run = lose(inMidRun(), "Progressing");

    run.ask("resume").until("succeeded");

    assert.equal(run.record.promoted?.label, "6.1.0");
    assert.equal(run.world.primary?.tag, "6.1.0");
  });

  it("goes back when it is rolled back", () => {
    const run = lose(inMidRun(), "Progressing");

    run.ask("rollback").until("failed");

    assert.equal(run.world.route?.weight, 0);
    assert.equal(run.record.promoted?.label, "6.0.0");
  });

  it("is still taken back by its own checks", () => {
    const run = lose(inMidRun(), "Progressing");
    run.world.verdict = "fail";

    run.until("failed");

    assert.equal(run.record.rollback?.cause, "failed-checks");
  });

  it("gets a number that no rollout had before, so that nothing in Slack is taken for its own", () => {
    const run = inMidRun();
    const { number } = run.record;

    lose(run, "Progressing");

    assert.equal(run.record.number, number + 1);
    assert.ok(run.record.id.endsWith(`-${number + 1}`));
  });

  for (const phase of ["WaitingPromotion", "Promoting", "Finalising"]) {
    it(`waits for a person in ${phase} too`, () => {
      const run = lose(inMidRun(), phase).after(600_000);

      assert.equal(run.record.phase, "progressing");
      assert.ok(run.record.pause !== null);
    });
  }

  it("starts nothing that still waited for an approval of its start", () => {
    const run = new SimulatedRun(guarded("confirm-rollout")).deploy("6.1.0").until("waiting");

    lose(run, "Waiting").after(600_000);

    assert.equal(run.record.phase, "initialized");
    assert.equal(run.world.target.replicas, 0);
    assert.equal(run.world.primary?.tag, "6.0.0");
  });

  it("is not run again when primary had taken it up and has all traffic", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("finalising");

    lose(run, "Finalising").after(600_000);

    assert.equal(run.record.phase, "succeeded");
    assert.equal(run.event("human-needed"), undefined);
  });

  it("keeps its traffic when what the target runs can be read only later", () => {
    const route = carried(40);
    const peer = { ...subject({}).peer, phase: "Progressing" };
    const lost = subject({ rollout: null, peer });
    const unread = { ...workload("6.1.0"), revision: null };

    const first = decide(lost, observation({ target: unread, primary: workload("6.0.0"), route }));
    const later = decide(
      subject({ rollout: first.status?.rollout ?? null, peer }),
      observation({ target: workload("6.1.0"), primary: workload("6.0.0"), route }),
    );

    assert.equal(first.status?.rollout.route.weight, 40);
    assert.equal(later.status?.rollout.route.weight, 40);
    assert.equal(later.status.rollout.revision.label, "6.1.0");
    assert.ok(later.status.rollout.pause !== null);
  });

  it("is left as it is while its manifest cannot be understood either", () => {
    const peer = { ...subject({}).peer, phase: "Progressing", lastAppliedSpec: workload("6.1.0").revision?.hash ?? "" };
    const problem = { path: "spec.provider", problem: "is none", fix: "Name one." };

    const decision = decide(
      subject({ rollout: null, peer, canary: null, problem, retreat: null }),
      observation({ target: workload("6.1.0"), route: carried(40) }),
    );

    assert.deepEqual(decision, { status: null, effects: [], recheckAt: null });
  });

  it("does not promote what needs an approval when it is resumed at its last step", () => {
    const run = new SimulatedRun(guarded("confirm-promotion")).deploy("6.1.0").until("waiting-promotion");

    lose(run, "WaitingPromotion").ask("resume").after(600_000);

    assert.equal(run.record.phase, "waiting-promotion");
    assert.equal(run.world.primary?.tag, "6.0.0");
  });
});

describe("a canary whose record is missing at rest", () => {
  for (const [peer, phase] of [
    ["Succeeded", "succeeded"],
    ["Failed", "failed"],
    ["Initialized", "initialized"],
  ] as const) {
    it(`stays ${phase}, and starts nothing`, () => {
      const run = new SimulatedRun().deploy("6.1.0").until("succeeded");
      const { number } = run.record;

      lose(run, peer).after(600_000);

      assert.equal(run.record.phase, phase);
      assert.equal(run.world.route?.weight, 0);
      assert.equal(run.event("rollout-started"), undefined);
      assert.equal(run.record.number, number + 1);
    });
  }

  it("begins the next rollout as ever", () => {
    const run = lose(new SimulatedRun(), "Succeeded").until("succeeded");

    run.deploy("6.1.0").until("succeeded", ({ promoted }) => promoted?.label === "6.1.0");
  });
});
