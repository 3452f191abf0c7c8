import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SimulatedRun } from "../../support/simulated-run.ts";
import { canary } from "../../support/subjects.ts";

const midway = (): SimulatedRun => new SimulatedRun().deploy("6.1.0").until("progressing", ({ step }) => step === 1);

describe("a suspended canary", () => {
  it("stands still and says so once", () => {
    const run = midway().redefine(canary({ suspended: true }));

    run.after(60_000).deploy("6.2.0").after(60_000);

    assert.equal(run.record.step, 1);
    assert.equal(run.record.revision.label, "6.1.0");
    assert.equal(run.events.filter((kind) => kind === "suspended").length, 1);
  });

  it("still takes a rollback, to its end", () => {
    const run = midway().redefine(canary({ suspended: true }));

    run.ask("rollback").until("failed");

    assert.equal(run.world.route?.weight, 0);
    assert.equal(run.world.target.replicas, 0);
  });

  it("refuses everything else", () => {
    const run = midway().redefine(canary({ suspended: true }));

    run.ask("promote").ask("pause");

    assert.equal(run.record.phase, "progressing");
    assert.equal(run.record.pause, null);
  });

  it("goes on where it was", () => {
    const run = midway()
      .redefine(canary({ suspended: true }))
      .after(60_000);

    run.redefine(canary()).until("succeeded");

    assert.ok(run.event("unsuspended"));
  });
});
