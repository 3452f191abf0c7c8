import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decide } from "../../../src/rollout/decide.ts";
import type { Observation } from "../../../src/rollout/observation.ts";
import type { Rollout } from "../../../src/rollout/rollout.ts";
import { timestamp } from "../../../src/units.ts";
import { elapse } from "../../support/simulated-world.ts";
import { SimulatedRun } from "../../support/simulated-run.ts";
import { observation, revision, rollout, routed, subject, T0, workload } from "../../support/subjects.ts";

const atStep = (step: number) => (record: { step: number }) => record.step === step;
const NO_PODS = { availableReplicas: 0, updatedReplicas: 0, existingReplicas: 0 };

/** 6.1.0 with 40 % of the traffic. */
function midway(fields: Partial<Rollout>): Rollout {
  const next = revision("6.1.0");
  const route = routed(40, 3);
  return rollout({ phase: "progressing", number: 1, step: 2, revision: next, applied: next.hash, route, ...fields });
}

function decided(record: Rollout, seen: Partial<Observation>) {
  const route = {
    kind: "present",
    weight: record.route.weight,
    mirrored: false,
    audience: "everyone",
    stamp: "",
    intact: true,
    resourceVersion: "5",
  } as const;
  return decide(subject({ rollout: record }), observation({ route, ...seen }));
}

describe("traffic for a canary without pods", () => {
  for (const phase of ["progressing", "waiting-promotion", "promoting"] as const) {
    it(`goes back to primary at once when the target is deleted while ${phase}`, () => {
      const { status, effects } = decided(midway({ phase, nextPassAt: timestamp(T0 + 60_000) }), { target: null });

      assert.equal(status?.rollout.phase, phase === "promoting" ? "undoing" : "rolling-back");
      const [first, ...rest] = effects;
      assert.ok(first?.kind === "set-route" && first.weight === 0);
      // A worker that stalled could still bring primary to the new revision.
      assert.deepEqual(
        rest.map(({ kind }) => kind),
        phase === "promoting" ? ["fence-primary"] : [],
      );
    });
  }

  it("goes back to primary after one interval without a ready pod, not after the progress deadline", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", atStep(2));
    run.world.healthy.target = false;
    const since = run.world.now;

    run.until("failed");

    assert.ok(run.world.now - since <= 20_000, `it took ${run.world.now - since} ms`);
    assert.match(run.record.rollback?.detail ?? "", /40 % of the traffic went to a canary without a ready pod/);
  });

  it("stays while pods are merely replaced", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", atStep(2));
    run.world.healthy.target = false;
    run.after(3_000);
    run.world.healthy.target = true;

    run.until("succeeded");

    assert.equal(run.world.primary?.tag, "6.1.0");
  });

  it("goes back to primary when the canary dies while primary is being updated", () => {
    const promoting = midway({ phase: "promoting", notReadySince: T0 });
    const dead = workload("6.1.0", NO_PODS);
    const half = workload("6.1.0", { availableReplicas: 1 });

    const { status } = decided(promoting, { target: dead, primary: half });

    assert.equal(status?.rollout.phase, "promoting");
    assert.equal(status?.rollout.route.weight, 0);
  });

  it("goes back to primary when the canary that a failed promotion left in charge dies", () => {
    const rollback = { cause: "promotion-failed", detail: "", by: null, at: T0 } as const;
    const record = midway({ phase: "failed", route: routed(100, 9), rollback });

    const { status } = decided(record, { target: workload("6.1.0", NO_PODS), primary: workload("6.1.0") });

    assert.equal(status?.rollout.route.weight, 0);
  });
});

describe("the last copy that serves", () => {
  it("is not scaled away after promotion while primary has no pod", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("finalising");
    run.world.healthy.primary = false;
    elapse(run.world, 0);

    run.after(20_000).after(20_000);

    assert.equal(run.world.target.replicas, 2);
    assert.equal(run.record.phase, "finalising");
    run.world.healthy.primary = true;
    run.until("succeeded");
  });

  it("keeps the apex Service while a canary is taken over whose primary lacks one pod", () => {
    const { effects } = decide(
      subject({ rollout: null }),
      observation({
        target: workload("6.0.0", { replicas: 0 }),
        primary: workload("6.0.0", { replicas: 3, availableReplicas: 2 }),
      }),
    );

    assert.deepEqual(effects, []);
  });

  it("gets the apex Service back when primary dies during bootstrap", () => {
    const { effects } = decide(
      subject({ rollout: null }),
      observation({ target: workload("6.0.0"), primary: workload("6.0.0", { availableReplicas: 0 }) }),
    );

    assert.deepEqual(effects, [{ kind: "ensure-services", apexSelects: "target" }]);
  });
});

describe("a deadline condition that is left from the run before", () => {
  const left = { progressDeadlineExceeded: true, ...NO_PODS };
  const retried = midway({ step: 0, route: routed(0, 3), notReadySince: T0 });

  it("does not end a retry before its pods were asked for", () => {
    const { status, effects } = decided(retried, { target: workload("6.1.0", { ...left, replicas: 0 }) });

    assert.equal(status, null);
    assert.ok(effects.some((effect) => effect.kind === "scale-target" && effect.replicas > 0));
  });

  it("does not end a retry before its pods had an interval", () => {
    const early = decided(retried, { target: workload("6.1.0", left) });
    const late = decided(retried, { target: workload("6.1.0", left), observedAt: timestamp(T0 + 10_000) });

    assert.equal(early.status, null);
    assert.equal(late.status?.rollout.rollback?.cause, "progress-deadline");
  });
});

describe("a rollout whose primary was broken by a failed promotion", () => {
  it("is mended by putting the target back to what primary ran before", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("promoting");
    run.world.healthy.primary = false;
    run.until("failed");

    run.deploy("6.0.0").until("promoting");
    run.world.healthy.primary = true;
    run.until("succeeded");

    assert.equal(run.world.primary?.tag, "6.0.0");
    assert.equal(run.world.route?.weight, 0);
  });

  it("takes a hotfix while a rollback finds no primary to go to", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", atStep(2));
    run.world.healthy.primary = false;
    elapse(run.world, 0);
    run.ask("rollback").after(20_000);

    run.deploy("6.1.1");

    assert.equal(run.record.phase, "progressing");
    assert.equal(run.record.revision.label, "6.1.1");
    assert.equal(run.record.rollback, null);
    assert.equal(run.world.route?.weight, 40);
  });
});

describe("a revision that is being taken back while primary is down", () => {
  it("does not begin anew when the target is put back and forth", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", atStep(2));
    run.world.healthy.primary = false;
    elapse(run.world, 0);

    run.deploy("6.0.0").deploy("6.1.0");

    assert.equal(run.record.phase, "rolling-back");
  });
});

describe("a rollback that the cluster does not carry out", () => {
  it("is told to a person", () => {
    const record = midway({ phase: "rolling-back", phaseSince: T0, nextPassAt: T0 });
    const seen = { observedAt: timestamp(T0 + 30_000), target: workload("6.1.0") };

    const { status } = decided(record, seen);

    assert.equal(status?.rollout.events.at(-1)?.event.kind, "human-needed");
  });
});
