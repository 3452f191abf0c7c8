import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ApprovalRule, Canary } from "../../../src/rollout/canary.ts";
import { countedApprovals } from "../../../src/rollout/gates.ts";
import type { Approval } from "../../../src/rollout/rollout.ts";
import { seconds, type RevisionHash } from "../../../src/units.ts";
import { LEE, SimulatedRun } from "../../support/simulated-run.ts";
import { canary, revision, rollout, T0 } from "../../support/subjects.ts";

const MAX = { kind: "slack", user: "U0MAX0001", name: "max" } as const;

/** A canary with one gate that people hold. */
function gated(gate: ApprovalRule["gate"], rule: Partial<ApprovalRule> = {}): Canary {
  const approval = { gate, group: "", count: 1, notStarter: false, timeout: null, onTimeout: "hold", ...rule } as const;
  return canary({ rollout: { approvals: [approval] } });
}
const count = (run: SimulatedRun, kind: (typeof run.events)[number]): number =>
  run.events.filter((entry) => entry === kind).length;

describe("an approval", () => {
  it("says nothing about a revision that comes after it", () => {
    const run = new SimulatedRun(gated("confirm-promotion", { count: 2 })).deploy("6.1.0").until("waiting-promotion");
    run.ask("approve", { actor: LEE });

    run.deploy("6.1.1").until("waiting-promotion").ask("approve", { actor: MAX }).after(60_000);

    assert.equal(run.record.phase, "waiting-promotion");
    assert.deepEqual(
      run.record.approvals.map(({ user }) => user),
      [MAX.user],
    );
  });

  it("that a record still holds of another revision does not count", () => {
    const [rule] = gated("confirm-promotion").rollout.approvals;
    const given = (hash: RevisionHash) => ({
      ...{ gate: "confirm-promotion", revision: hash, user: LEE.user, name: "lee", roles: [], at: T0, command: "c" },
    });
    const [earlier, present] = [revision("6.0.9").hash, revision("6.1.0").hash].map(given);
    const counted = (approvals: unknown) =>
      countedApprovals(rollout({ revision: revision("6.1.0"), approvals: approvals as Approval[] }), rule as never);

    assert.equal(counted([earlier]).length, 0);
    assert.equal(counted([earlier, present]).length, 1);
  });

  it("says nothing about the next rollout of the same revision", () => {
    const run = new SimulatedRun(gated("confirm-rollout")).deploy("6.1.0").ask("approve", { actor: LEE });
    run.ask("rollback").until("failed");

    run.ask("start", { actor: MAX }).after(60_000);

    assert.equal(run.record.phase, "waiting");
    assert.deepEqual(run.record.approvals, []);
  });

  it("goes on counting while something else holds the rollout, however often that is looked at", () => {
    const run = new SimulatedRun(gated("confirm-promotion")).deploy("6.1.0").until("waiting-promotion");
    run.world.verdict = "no-data";
    run.after(10_000).ask("approve", { actor: LEE }).after(10_000).after(10_000);
    const held = run.record.phase;

    run.world.verdict = "pass";
    run.until("promoting");

    assert.equal(held, "waiting-promotion");
    assert.equal(count(run, "approved"), 1);
  });
});

describe("a gate that nobody opens", () => {
  it("before a rollout takes it back in time, where the manifest says so", () => {
    const definition = gated("confirm-rollout", { timeout: seconds(60), onTimeout: "rollback" });
    const run = new SimulatedRun(definition).deploy("6.1.0").until("failed");

    assert.equal(run.record.rollback?.cause, "approval-timeout");
    assert.equal(run.world.target.replicas, 0);
  });

  it("goes on holding otherwise, and says once that its time is over", () => {
    const run = new SimulatedRun(gated("confirm-promotion", { timeout: seconds(60) })).deploy("6.1.0");
    run.until("waiting-promotion");

    for (let minute = 0; minute < 10; minute += 1) run.after(60_000);

    assert.equal(run.record.phase, "waiting-promotion");
    assert.equal(count(run, "approval-wanted"), 1);
    assert.equal(count(run, "approval-overdue"), 1);
  });

  it("before more traffic does not keep failed checks from taking the rollout back", () => {
    const run = new SimulatedRun(gated("confirm-traffic-increase")).deploy("6.1.0");
    run.until("progressing", ({ gate }) => gate !== null).ask("approve", { actor: LEE });
    run.until("progressing", ({ route }) => route.weight > 0);
    run.world.verdict = "fail";

    run.until("failed");

    assert.equal(run.record.rollback?.cause, "failed-checks");
  });
});
