import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Canary } from "../../../src/rollout/canary.ts";
import { SimulatedRun } from "../../support/simulated-run.ts";
import { canary } from "../../support/subjects.ts";

const reverting = (overrides: Partial<Canary> = {}): Canary => canary({ revertOnDeletion: true, ...overrides });

describe("deletion with revertOnDeletion", () => {
  it("waits for us from the beginning", () => {
    assert.equal(new SimulatedRun(reverting()).world.stored.finalizer, true);
    assert.equal(new SimulatedRun(canary()).world.stored.finalizer, false);
  });

  it("takes the finalizer off again when the manifest no longer asks for it", () => {
    const run = new SimulatedRun(reverting());

    run.redefine(canary());

    assert.equal(run.world.stored.finalizer, false);
  });

  for (const phase of ["initialized", "progressing", "waiting-promotion", "promoting"] as const) {
    it(`gives everything back while ${phase}: pods first, then the Service, then the object goes`, () => {
      const gate = {
        gate: "confirm-promotion",
        group: "",
        count: 1,
        notStarter: false,
        timeout: null,
        onTimeout: "hold",
      } as const;
      const held = phase === "waiting-promotion" ? { approvals: [gate] } : {};
      const run = new SimulatedRun(canary({ revertOnDeletion: true, rollout: held }));
      if (phase !== "initialized") run.deploy("6.1.0").until(phase);
      run.world.healthy.target = false;

      run.delete().after(4_000);

      assert.equal(run.status.phase, "Terminating");
      if (phase === "initialized") assert.notEqual(run.world.services.apexSelects, "target");
      run.world.healthy.target = true;
      run.after(2_000);
      assert.equal(run.world.services.apexSelects, "target");
      assert.ok(run.world.target.available > 0);
      assert.equal(run.world.gone, true);
      assert.ok(run.event("handing-back") && run.event("handed-back"));
    });
  }

  it("says what it waits for while the target does not become ready, and goes on when it does", () => {
    const run = new SimulatedRun(reverting());
    run.world.healthy.target = false;

    run.delete().after(60_000);

    assert.ok(run.event("not-ready"));
    run.world.healthy.target = true;
    assert.equal(run.after(2_000).world.gone, true);
  });

  it("lets the object go at once where nothing of it can be understood", () => {
    const run = new SimulatedRun(reverting());
    run.world.stored = {
      ...run.world.stored,
      canary: null,
      retreat: null,
      problem: { path: "spec.x", problem: "p", fix: "f" },
    };

    run.delete();

    assert.equal(run.world.gone, true);
  });
});

describe("deletion without it", () => {
  it("does nothing and waits for nothing", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", ({ step }) => step === 1);
    const before = run.world.version;

    run.delete().after(60_000);

    assert.equal(run.world.version, before + 1, "only the deletion itself");
  });
});
