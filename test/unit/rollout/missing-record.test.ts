import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { canary } from "../../support/subjects.ts";
import { SimulatedRun } from "../../support/simulated-run.ts";

/** Somebody's definition of Canary dropped the record from the status, and nobody remembers it. */
function lose(run: SimulatedRun, phase: string): SimulatedRun {
  const { world } = run;
  const peer = { ...world.stored.peer, phase };
  world.stored = { ...world.stored, peer, rollout: null, resourceVersion: String(++world.version) };
  return run.settle();
}

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

  for (const phase of ["Waiting", "WaitingPromotion", "Promoting", "Finalising"]) {
    it(`waits for a person in ${phase} too`, () => {
      const run = lose(inMidRun(), phase).after(600_000);

      assert.equal(run.record.phase, "progressing");
      assert.ok(run.record.pause !== null);
    });
  }

  it("does not promote what needs an approval when it is resumed at its last step", () => {
    const rule = {
      gate: "confirm-promotion",
      group: "",
      count: 1,
      notStarter: false,
      timeout: null,
      onTimeout: "hold",
    } as const;
    const run = new SimulatedRun(canary({ rollout: { approvals: [rule] } })).deploy("6.1.0").until("waiting-promotion");

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
