import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LEE, SimulatedRun } from "../../support/simulated-run.ts";

/** A rollout whose checks have given no verdict for so long that a person was called. */
function unclear(verdict: "no-data" | "error" = "no-data"): SimulatedRun {
  const run = new SimulatedRun().deploy("6.1.0").until("progressing", ({ step }) => step === 2);
  run.world.verdict = verdict;
  return run.until("progressing", ({ stuck }) => stuck === "inconclusive");
}

describe("a rollout without a verdict", () => {
  for (const verdict of ["no-data", "error"] as const) {
    it(`never goes a step further on ${verdict}, and counts no failed check`, () => {
      const run = unclear(verdict);

      assert.equal(run.record.step, 2);
      assert.equal(run.record.failedChecks, 0);
      assert.equal(run.world.route?.weight, 40);
    });
  }

  it("goes on to its end when the figures come back, and calls nobody again", () => {
    const run = unclear();

    run.world.verdict = "pass";
    run.until("succeeded");

    assert.ok(run.event("checks-conclusive"));
    assert.equal(run.events.filter((kind) => kind === "human-needed").length, 1);
  });

  it("is rolled back by the figures that come back bad, as many as the threshold says", () => {
    const run = unclear();

    run.world.verdict = "fail";
    run.until("failed");

    assert.equal(run.record.failedChecks, 2);
    assert.equal(run.record.rollback?.cause, "failed-checks");
  });

  it("is promoted when a person decides so", () => {
    const run = unclear();

    run.ask("promote", { actor: LEE }).until("succeeded");

    assert.equal(run.world.primary?.tag, "6.1.0");
  });

  it("is taken back when a person decides so, and can be tried again", () => {
    const run = unclear();

    run.ask("rollback").until("failed").ask("start");
    run.world.verdict = "pass";
    run.until("succeeded");

    assert.equal(run.world.primary?.tag, "6.1.0");
    assert.equal(run.record.inconclusiveSince, null);
  });

  it("has its whole patience again for the next time", () => {
    const run = unclear();
    run.world.verdict = "pass";
    run.until("progressing", ({ inconclusiveSince }) => inconclusiveSince === null);
    run.ask("pause");
    run.world.verdict = "error";
    const since = run.until("progressing", ({ inconclusiveSince }) => inconclusiveSince !== null).world.now;

    run.until("failed");

    assert.ok(run.world.now - since >= 300_000, `it was taken back after ${run.world.now - since} ms`);
  });
});
