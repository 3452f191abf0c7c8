import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SimulatedRun } from "../../support/simulated-run.ts";
import { canary } from "../../support/subjects.ts";

describe("start from chat", () => {
  it("patches the target's image and runs the rollout in the person's name and channel", () => {
    const run = new SimulatedRun().ask("start", { image: "6.1.0" }).until("progressing");

    assert.equal(run.world.target.tag, "6.1.0");
    assert.equal(run.record.startedBy.user, "U0ANA0001");
    assert.equal(run.record.channel, "C0DEPLOYS");
    assert.equal(run.record.requested, null);
  });

  it("starts the waiting revision of a canary that waits for chat", () => {
    const run = new SimulatedRun(canary({ rollout: { start: "chat" } })).deploy("6.1.0").after(60_000);
    const waited = run.record.phase;

    run.ask("start");

    assert.equal(waited, "waiting");
    assert.equal(run.world.target.replicas > 0, true);
    assert.equal(run.record.phase, "progressing");
  });

  it("retries a failed revision without a change of the target", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing");
    run.ask("rollback").until("failed");
    const failed = run.record.id;

    run.ask("start");

    assert.equal(run.record.phase, "progressing");
    assert.notEqual(run.record.id, failed);
  });

  it("bootstraps without ever leaving the target before primary serves", () => {
    const run = new SimulatedRun();

    assert.equal(run.world.primary?.tag, "6.0.0");
    assert.equal(run.world.services.apexSelects, "primary");
    assert.equal(run.world.target.replicas, 0);
  });

  it("leaves target and traffic as they are for as long as the first primary does not become ready", () => {
    const run = SimulatedRun.untouched(canary());
    run.world.healthy.primary = false;

    for (let minute = 0; minute < 30; minute += 1) run.after(60_000);

    assert.equal(run.record.phase, "initializing");
    assert.equal(run.world.target.replicas, 2);
    assert.notEqual(run.world.services.apexSelects, "primary");
  });

  it("keeps the unsaid words of the last rollout when the next begins", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing");
    run.ask("rollback").until("failed");
    const first = run.record.id;

    run.deploy("6.1.1");

    const unsaid = run.record.events.filter((entry) => entry.rollout === first);
    assert.ok(unsaid.some(({ event }) => event.kind === "rolled-back"));
  });
});
