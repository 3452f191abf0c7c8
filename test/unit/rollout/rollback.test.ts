import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { elapse } from "../../support/simulated-world.ts";
import { LEE, SimulatedRun } from "../../support/simulated-run.ts";
import { canary } from "../../support/subjects.ts";

const atStep = (step: number) => (record: { step: number }) => record.step === step;

describe("a rollback", () => {
  it("begins with the failed check that reaches the threshold, and tells the figures", () => {
    const run = new SimulatedRun().deploy("6.2.0-bad").until("progressing", atStep(1));
    run.world.verdict = "fail";

    run.until("failed");

    assert.equal(run.record.failedChecks, 2);
    assert.equal(run.record.rollback?.cause, "failed-checks");
    assert.deepEqual(
      run.event("rollback-started")?.figures.map(({ check, value, min }) => [check, value, min]),
      [["request-success-rate", 50, 99]],
    );
    assert.equal(run.world.route?.weight, 0);
    assert.equal(run.world.target.replicas, 0);
  });

  it("counts failed checks over the whole run, whatever passes in between", () => {
    const run = new SimulatedRun().deploy("6.2.0-bad").until("progressing", atStep(1));
    run.world.verdict = "fail";
    run.until("progressing", ({ failedChecks }) => failedChecks === 1);
    run.world.verdict = "pass";
    run.until("progressing", atStep(2));
    run.world.verdict = "fail";

    run.until("failed");

    assert.equal(run.events.filter((kind) => kind === "checks-failed").length, 2);
    assert.equal(run.record.failedChecks, 2);
    assert.equal(run.record.step, 2);
  });

  it("leaves primary as it is: nothing of it is restarted", () => {
    const run = new SimulatedRun().deploy("6.2.0-bad").until("progressing", atStep(1));
    const before = structuredClone(run.world.primary);
    run.world.verdict = "fail";

    run.until("failed").after(60_000);

    assert.deepEqual(run.world.primary, before);
  });

  it("writes the route anew even when its weight is zero already", () => {
    const run = new SimulatedRun().deploy("6.1.0");
    const stamp = run.world.route?.stamp;

    run.ask("rollback").until("failed");

    assert.notEqual(run.world.route?.stamp, stamp);
  });

  it("does not wait for the next slot when a person asks", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", atStep(2));
    const asked = run.world.now;

    run.ask("rollback");

    assert.equal(run.world.route?.weight, 0);
    assert.equal(run.world.now, asked);
  });

  it("follows a target that is put back to what primary runs, and allows the same revision again", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", atStep(1));

    run.deploy("6.0.0").until("failed");
    const cause = run.record.rollback?.cause;
    run.deploy("6.1.0");

    assert.equal(cause, "reverted");
    assert.equal(run.record.phase, "progressing");
  });

  it("holds without a verdict, then asks a person, then rolls back", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", atStep(1));
    run.world.verdict = "error";

    const failedChecks = run.after(30_000).record.failedChecks;
    run.until("failed");

    assert.equal(failedChecks, 0);
    assert.equal(run.record.rollback?.cause, "inconclusive-too-long");
    assert.ok(run.events.indexOf("human-needed") > run.events.indexOf("checks-inconclusive"));
  });

  it("ends a revision whose pods never become ready at the progress deadline, and says so", () => {
    const run = new SimulatedRun();
    run.world.healthy.target = false;

    run.deploy("6.1.0-unready").until("failed");

    assert.equal(run.record.rollback?.cause, "progress-deadline");
    assert.ok(run.events.includes("not-ready"));
  });

  it("keeps traffic on the canary while primary has no pod to take it", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", atStep(2));
    run.world.healthy.primary = false;
    elapse(run.world, 0);

    run.ask("rollback").after(20_000);
    const held = run.world.route?.weight;
    run.world.healthy.primary = true;
    run.until("failed");

    assert.equal(held, 40);
    assert.equal(run.world.route?.weight, 0);
  });

  it("keeps traffic on the canary when the primary breaks during promotion", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("promoting");
    run.world.healthy.primary = false;

    run.until("failed");

    assert.equal(run.record.rollback?.cause, "promotion-failed");
    assert.equal(run.world.route?.weight, 100);
    assert.equal(run.world.target.available, 2);
  });

  it("lets the next revision mend a primary that a failed promotion broke", () => {
    const run = new SimulatedRun(canary()).deploy("6.1.0").until("promoting");
    run.world.healthy.primary = false;
    run.until("failed");

    run.deploy("6.1.1").until("promoting");
    const during = run.world.route?.weight;
    run.world.healthy.primary = true;
    run.until("succeeded");

    assert.equal(during, 100);
    assert.equal(run.world.primary?.tag, "6.1.1");
  });
});

describe("a new revision in mid-run", () => {
  it("restarts the analysis from zero and voids the evidence", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", atStep(2));

    run.deploy("6.1.1");

    assert.equal(run.record.step, 0);
    assert.equal(run.world.route?.weight, 0);
    assert.deepEqual(run.record.evidence, []);
    assert.equal(run.event("superseded")?.next, "6.1.1");
  });
});

describe("a person's rollback", () => {
  const approval = { group: "", count: 1, notStarter: false, timeout: null, onTimeout: "hold" } as const;
  const gates = { waiting: "confirm-rollout", "waiting-promotion": "confirm-promotion" } as const;

  for (const phase of ["waiting", "progressing", "waiting-promotion", "promoting", "finalising"] as const) {
    for (const pods of ["ready", "not ready"] as const) {
      it(`is obeyed while ${phase}, with pods of the canary that are ${pods}`, () => {
        const gate = phase in gates ? gates[phase as keyof typeof gates] : null;
        const approvals = gate === null ? [] : [{ ...approval, gate }];
        const run = new SimulatedRun(canary({ rollout: { approvals } })).deploy("6.1.0").until(phase);
        run.world.healthy.target = pods === "ready";
        elapse(run.world, 0);

        run.ask("rollback", { actor: LEE }).until("failed");

        assert.equal(run.record.rollback?.by?.user, LEE.user);
        assert.equal(run.world.route?.weight, 0);
        assert.equal(run.world.target.replicas, 0);
        assert.equal(run.world.primary?.tag, "6.0.0");
      });
    }
  }
});

describe("a revision that failed", () => {
  const failed = (): SimulatedRun => {
    const run = new SimulatedRun().deploy("6.2.0-bad").until("progressing", atStep(1));
    run.world.verdict = "fail";
    run.until("failed");
    run.world.verdict = "pass";
    return run;
  };

  it("does not begin again by itself", () => {
    const run = failed();
    const { number } = run.record;

    run.after(3_600_000);

    assert.deepEqual([run.record.phase, run.record.number], ["failed", number]);
  });

  it("begins again when it is applied after the target was put back, and putting it back begins nothing", () => {
    const run = failed();
    const { number } = run.record;

    run.deploy("6.0.0").after(60_000);
    const between = [run.record.phase, run.record.number];
    run.deploy("6.2.0-bad");

    assert.deepEqual(between, ["failed", number]);
    assert.deepEqual([run.record.phase, run.record.number], ["progressing", number + 1]);
  });

  it("stands in the way of no newer one", () => {
    const run = failed().deploy("6.2.1").until("succeeded");

    assert.equal(run.world.primary?.tag, "6.2.1");
  });
});
