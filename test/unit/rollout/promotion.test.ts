import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seconds, weight } from "../../../src/units.ts";
import { LEE, SimulatedRun } from "../../support/simulated-run.ts";
import { canary } from "../../support/subjects.ts";

const rule = {
  gate: "confirm-promotion",
  group: "release-approvers",
  count: 1,
  notStarter: true,
  timeout: null,
  onTimeout: "hold",
} as const;

describe("a healthy rollout", () => {
  it("takes every step in order, promotes and ends with primary on the new revision", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("succeeded");

    const steps = run.record.events.flatMap(({ event }) => (event.kind === "step-started" ? [event.weight] : []));
    assert.deepEqual(steps, [20, 40, 60]);
    assert.equal(run.world.primary?.tag, "6.1.0");
    assert.equal(run.world.target.replicas, 0);
    assert.equal(run.world.route?.weight, 0);
    assert.equal(run.record.promoted?.label, "6.1.0");
  });

  it("keeps each phase visible for at least one interval", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("promoting");
    const promoting = run.world.now;
    const finalising = run.until("finalising").world.now;
    const succeeded = run.until("succeeded").world.now;

    assert.ok(finalising - promoting >= 10_000, `promoting lasted ${finalising - promoting} ms`);
    assert.ok(succeeded - finalising >= 10_000, `finalising lasted ${succeeded - finalising} ms`);
  });

  it("returns traffic in steps when the manifest says so", () => {
    const run = new SimulatedRun(canary({ analysis: { promotionStep: weight(25) } }))
      .deploy("6.1.0")
      .until("succeeded");

    const returned = run.record.events.flatMap(({ event }) =>
      event.kind === "traffic-returning" ? [event.weight] : [],
    );
    assert.deepEqual(returned, [35, 10]);
  });

  it("waits for an approval from the named group before promotion", () => {
    const run = new SimulatedRun(canary({ rollout: { approvals: [rule] } })).deploy("6.1.0").until("waiting-promotion");
    const held = run.after(120_000).record.phase;

    run.ask("approve", { gate: "confirm-promotion", actor: LEE, roles: ["release-approvers"] });

    assert.equal(held, "waiting-promotion");
    assert.equal(run.record.phase, "promoting");
    assert.equal(run.event("approved")?.by.user, LEE.user);
  });

  it("holds while paused, keeps judging, and goes on when resumed", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", (record) => record.step === 1);

    run.ask("pause").after(60_000);
    const held = run.record.route.weight;
    const judged = run.record.evidence.length;
    run.ask("resume").until("succeeded");

    assert.equal(held, 20);
    assert.equal(judged, 1);
  });

  it("rolls back an approval that nobody gives in time, where the manifest says so", () => {
    const timed = { ...rule, timeout: seconds(60), onTimeout: "rollback" } as const;
    const run = new SimulatedRun(canary({ rollout: { approvals: [timed] } })).deploy("6.1.0").until("failed");

    assert.equal(run.record.rollback?.cause, "approval-timeout");
    assert.equal(run.world.primary?.tag, "6.0.0");
  });

  it("counts one person once, however often they approve", () => {
    const two = { ...rule, count: 2, notStarter: false } as const;
    const run = new SimulatedRun(canary({ rollout: { approvals: [two] } })).deploy("6.1.0").until("waiting-promotion");

    run
      .ask("approve", { actor: LEE, roles: ["release-approvers"] })
      .ask("approve", { actor: LEE, roles: ["release-approvers"] });

    assert.equal(run.record.phase, "waiting-promotion");
    assert.equal(run.record.approvals.length, 1);
  });
});

describe("a promotion", () => {
  it("shows the weight that the mesh has until traffic goes back", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("promoting");

    assert.equal(run.status.phase, "Promoting");
    assert.deepEqual([run.status.canaryWeight, run.world.route?.weight], [60, 60]);
    run.until("finalising");
    assert.deepEqual([run.status.canaryWeight, run.world.route?.weight], [0, 0]);
  });

  it("ends in one step when no traffic is left to be taken back in steps", () => {
    const definition = canary({ skipAnalysis: true, analysis: { promotionStep: weight(10) } });

    const run = new SimulatedRun(definition).deploy("6.1.0").until("succeeded");

    assert.equal(run.world.primary?.tag, "6.1.0");
    assert.equal(run.event("traffic-returning"), undefined);
  });

  it("leaves the canary its pods for an interval after the last traffic", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("finalising");

    const { route, target } = run.after(8_000).world;
    const asked = target.replicas;
    run.until("succeeded");

    assert.equal(route?.weight, 0);
    assert.equal(asked, 2);
    assert.equal(run.world.target.replicas, 0);
  });
});

describe("a canary that skips the analysis", () => {
  const skipping = (): SimulatedRun => new SimulatedRun(canary({ skipAnalysis: true }));

  it("is promoted although a check had failed before that was asked for", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", ({ step }) => step === 1);
    run.world.verdict = "fail";
    run.until("progressing", ({ failedChecks }) => failedChecks === 1);

    run.redefine(canary({ skipAnalysis: true })).until("succeeded");

    assert.equal(run.world.primary?.tag, "6.1.0");
  });

  it("is not promoted before its pods are ready", () => {
    const run = skipping();
    run.world.healthy.target = false;

    run.deploy("6.1.0").after(60_000).after(60_000);
    const { phase } = run.record;
    run.until("failed");

    assert.equal(phase, "progressing");
    assert.equal(run.record.rollback?.cause, "progress-deadline");
    assert.equal(run.world.primary?.tag, "6.0.0");
  });

  it("keeps its pods until primary runs the new version", () => {
    const run = skipping().deploy("6.1.0").until("promoting");
    run.world.healthy.primary = false;

    run.after(60_000).after(60_000);

    assert.equal(run.world.primary?.tag, "6.1.0");
    assert.equal(run.world.target.replicas, 2);
    run.world.healthy.primary = true;
    run.until("succeeded");
  });
});
