import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LEE, SimulatedRun } from "../../support/simulated-run.ts";
import { canary } from "../../support/subjects.ts";

const promoted = (...tags: readonly string[]): SimulatedRun =>
  tags.reduce((run, tag) => run.deploy(tag).until("succeeded"), new SimulatedRun(canary({ rollout: {} })));

describe("undo", () => {
  it("puts primary back to what it ran before, and the undone target starts nothing", () => {
    const run = promoted("6.1.0");

    run.ask("undo", { actor: LEE, reason: "login is broken" }).until("failed").after(120_000);

    assert.equal(run.world.primary?.tag, "6.0.0");
    assert.equal(run.world.target.tag, "6.1.0");
    assert.equal(run.record.phase, "failed");
    assert.equal(run.record.promoted?.label, "6.0.0");
    assert.deepEqual(run.event("undo-started"), {
      kind: "undo-started",
      by: LEE,
      from: "6.1.0",
      to: "6.0.0",
      reason: "login is broken",
    });
    assert.ok(run.event("undone"));
  });

  it("shows as Promoting, then as Failed", () => {
    const run = promoted("6.1.0");
    run.world.healthy.primary = false;

    run.ask("undo");

    assert.equal(run.status.phase, "Promoting");
    run.world.healthy.primary = true;
    assert.equal(run.until("failed").status.phase, "Failed");
  });

  it("goes further back the second time", () => {
    const run = promoted("6.1.0", "6.2.0");

    run.ask("undo").until("failed").ask("undo").until("failed");

    assert.equal(run.world.primary?.tag, "6.0.0");
  });

  it("goes back to the version in between when a promotion had brought an older one again", () => {
    const run = promoted("6.1.0", "6.0.0");

    run.ask("undo").until("failed");

    assert.equal(run.world.primary?.tag, "6.1.0");
  });

  it("lets the undone revision be tried again, and a newer one begin by itself", () => {
    const run = promoted("6.1.0").ask("undo").until("failed");

    run.ask("start").until("succeeded");

    assert.equal(run.world.primary?.tag, "6.1.0");
    assert.equal(run.deploy("6.2.0").record.phase, "progressing");
  });

  it("calls a person loudly when primary does not become ready, and goes on looking at the target", () => {
    const run = promoted("6.1.0");
    run.world.healthy.primary = false;

    run.ask("undo").until("failed");

    assert.ok(run.event("undo-failed"));
    run.world.healthy.primary = true;
    assert.equal(run.deploy("6.2.0").until("succeeded").world.primary?.tag, "6.2.0");
  });
});

describe("rollback of a promotion that has begun", () => {
  it("puts primary back and takes the traffic off the canary", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("promoting", () => true);
    run.world.healthy.primary = false;
    run.after(2_000);
    assert.equal(run.world.primary?.tag, "6.1.0");
    run.world.healthy.primary = true;

    run.ask("rollback", { actor: LEE }).until("failed");

    assert.equal(run.world.primary?.tag, "6.0.0");
    assert.equal(run.world.route?.weight, 0);
    assert.equal(run.world.target.replicas, 0);
    assert.equal(run.record.rollback?.cause, "undone");
  });
});
