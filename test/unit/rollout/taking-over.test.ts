import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { elapse } from "../../support/simulated-world.ts";
import { SimulatedRun } from "../../support/simulated-run.ts";
import { canary } from "../../support/subjects.ts";

/** A canary as another controller left it: primary serves, the apex Service leads to it, and the target rests. */
function leftBehind(phase: string, tags: { readonly primary: string; readonly target: string }): SimulatedRun {
  const run = SimulatedRun.untouched(canary());
  const { world } = run;
  world.primary = { version: 2, tag: tags.primary, replicas: 2, available: 2 };
  world.services = { ready: true, apexSelects: "primary" };
  Object.assign(world.target, { tag: tags.target, replicas: 0, available: 0 });
  world.route = { version: 3, weight: 0, mirrored: false, audience: "everyone", stamp: "", edited: false };
  const affinity = { cookie: "c=abc", primaryCookie: "", previousCookie: "" };
  world.stored = {
    ...world.stored,
    peer: { phase, lastAppliedSpec: "7f9c", lastPromotedSpec: "7f9c", affinity, conditions: [] },
  };
  elapse(world, 0);
  return run;
}

describe("a canary that another controller looked after", () => {
  for (const [phase, ours] of [
    ["Initialized", "initialized"],
    ["Succeeded", "succeeded"],
    ["Failed", "failed"],
  ] as const) {
    it(`is ${ours} after ${phase}, and starts nothing`, () => {
      const run = leftBehind(phase, { primary: "6.0.0", target: phase === "Failed" ? "6.1.0" : "6.0.0" });

      run.settle().after(120_000);

      assert.equal(run.record.phase, ours);
      assert.equal(run.record.promoted?.label, "6.0.0");
      assert.equal(run.status.phase, phase);
      assert.equal(run.world.target.replicas, 0);
    });
  }

  it("starts nothing for a target that differs from primary already, but for the next revision", () => {
    const run = leftBehind("Succeeded", { primary: "6.0.0", target: "6.1.0" }).settle().after(120_000);
    assert.equal(run.record.phase, "succeeded");

    run.deploy("6.2.0");

    assert.equal(run.record.phase, "progressing");
  });

  it("gives all traffic to primary when it was in the middle of a run", () => {
    const run = leftBehind("Progressing", { primary: "6.0.0", target: "6.1.0" });
    Object.assign(run.world.target, { replicas: 2, available: 2 });
    run.world.route = { version: 4, weight: 30, mirrored: false, audience: "everyone", stamp: "", edited: false };

    run.settle().after(60_000);

    assert.equal(run.world.route?.weight, 0);
    assert.equal(run.record.phase, "initialized");
  });

  it("takes its cookies off people", () => {
    assert.equal(
      leftBehind("Succeeded", { primary: "6.0.0", target: "6.0.0" }).settle().record.affinity.previousCookie,
      "c=abc",
    );
  });
});
