import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { whatToAsk } from "../../../src/rollout/questions.ts";
import { seconds, timestamp } from "../../../src/units.ts";
import { SimulatedRun } from "../../support/simulated-run.ts";
import { asked, observation, revision, rollout, routed, subject, T0, workload } from "../../support/subjects.ts";

const since = (trafficSince: number | null) =>
  subject({
    rollout: rollout({
      phase: "progressing",
      revision: revision("6.1.0"),
      route: routed(20, 2),
      nextPassAt: T0,
      trafficSince: trafficSince === null ? null : timestamp(trafficSince),
    }),
  });
/** Everything is ready, and the route is the record's. */
const settled = () =>
  observation({
    target: workload("6.1.0"),
    route: { ...asked(20, "a1b2c3d4-0/2", "5"), kind: "present", intact: true, resourceVersion: "5" },
  });
const windowAt = (trafficSince: number | null) =>
  whatToAsk(since(trafficSince), settled()).checks.map(({ window }) => window);

describe("the window of a check", () => {
  it("does not reach back before this revision had traffic", () => {
    assert.deepEqual(windowAt(T0 - 10_400), [seconds(10)]);
  });

  it("is never longer than the manifest says, and never nothing", () => {
    assert.deepEqual(windowAt(T0 - 600_000), [seconds(60)]);
    assert.deepEqual(windowAt(T0), [seconds(1)]);
    assert.deepEqual(windowAt(null), [seconds(60)]);
  });

  it("begins anew with a revision that replaces another in mid-run", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", (record) => record.step === 2);
    const first = run.record.trafficSince;

    const restarted = run.deploy("6.1.1").record.trafficSince;
    run.until("progressing", (record) => record.step === 1);

    assert.ok(first !== null && restarted === null);
    assert.ok((run.record.trafficSince ?? 0) > first);
  });

  it("is what the evidence says it was", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", (record) => record.step === 2);

    const [evidence] = run.record.evidence;
    assert.ok(evidence);
    assert.ok(evidence.window <= seconds(20), `${evidence.window}`);
  });
});

describe("a revision that the cluster put in place of a person's", () => {
  it("is not told as that person's", () => {
    const run = new SimulatedRun().ask("start", { image: "6.1.0" }).until("progressing", (record) => record.step === 1);

    run.deploy("6.1.1");

    assert.equal(run.record.startedBy.kind, "cluster");
    assert.equal(run.event("rollout-started")?.by.kind, "cluster");
  });
});
