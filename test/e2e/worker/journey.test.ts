import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { WorkerStage } from "./worker-stage.ts";

describe("a worker on its own", () => {
  const stage = new WorkerStage();
  before(async () => {
    await stage.start({
      spec: (spec) => delete (spec["rollout"] as Record<string, unknown> | undefined)?.["approvals"],
    });
    await stage.untilPhase("initialized");
  });
  after(() => stage.stop());

  it("brings a good version to primary step by step on a signed command", async () => {
    const start = stage.command({ verb: "start", image: "6.1.0" });

    await stage.send(start);

    await eventually(() => assert.deepEqual(stage.outcomesOf(start), ["accepted"]));
    const rollout = await stage.untilPhase("succeeded");
    assert.equal(rollout.revision.label, "6.1.0");
    assert.equal(rollout.promoted?.label, "6.1.0");
    assert.equal(await stage.weight(), 0);
    const weights = rollout.events.flatMap(({ event }) => (event.kind === "step-started" ? [event.weight] : []));
    assert.deepEqual(
      weights,
      weights.toSorted((a, b) => a - b),
    );
    assert.ok(weights.length > 1);
  });

  it("takes a bad version back and says by which figures", async () => {
    await stage.send(stage.command({ verb: "start", image: "6.2.0-bad" }));

    const rollout = await stage.untilPhase("failed");

    assert.equal(rollout.rollback?.cause, "failed-checks");
    assert.equal(rollout.promoted?.label, "6.1.0");
    assert.equal(await stage.weight(), 0);
    const failed = rollout.events.map(({ event }) => event).find((event) => event.kind === "checks-failed");
    assert.ok(failed?.kind === "checks-failed" && failed.figures.some(({ verdict }) => verdict === "fail"));
  });
});
