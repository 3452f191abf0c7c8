import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  newestSize,
  olderSizes,
  strategyLimits,
} from "../../../../src/playground/kubernetes/controllers/rollout-math.ts";

describe("limits of a rolling update", () => {
  it("round surge up and unavailability down", () => {
    assert.deepEqual(strategyLimits({ maxSurge: "25%", maxUnavailable: "25%" }, 10), {
      maxSurge: 3,
      maxUnavailable: 2,
    });
    assert.deepEqual(strategyLimits({ maxSurge: 1, maxUnavailable: 0 }, 10), { maxSurge: 1, maxUnavailable: 0 });
  });

  it("let one pod be missing when both would be zero", () => {
    assert.deepEqual(strategyLimits({ maxSurge: 0, maxUnavailable: "10%" }, 3), { maxSurge: 0, maxUnavailable: 1 });
  });
});

describe("sizes during a rolling update", () => {
  it("begin with the surge and take old pods only as new ones become available", () => {
    const limits = { maxSurge: 1, maxUnavailable: 0 };
    const old = { wanted: 3, available: 3 };

    assert.equal(newestSize({ ...limits, replicas: 3, newest: { wanted: 0, available: 0 }, older: [old] }), 1);
    assert.deepEqual(olderSizes({ ...limits, replicas: 3, newest: { wanted: 1, available: 0 }, older: [old] }), [3]);
    assert.deepEqual(olderSizes({ ...limits, replicas: 3, newest: { wanted: 1, available: 1 }, older: [old] }), [2]);
  });

  it("remove old pods that serve nobody first", () => {
    const state = {
      maxSurge: 1,
      maxUnavailable: 1,
      replicas: 3,
      newest: { wanted: 1, available: 0 },
      older: [
        { wanted: 2, available: 2 },
        { wanted: 1, available: 0 },
      ],
    };

    assert.deepEqual(olderSizes(state), [2, 0]);
  });

  it("shrink the newest set when fewer pods are wanted", () => {
    assert.equal(
      newestSize({ maxSurge: 1, maxUnavailable: 0, replicas: 2, newest: { wanted: 5, available: 5 }, older: [] }),
      2,
    );
  });

  it("never exceed the surge, never fall below what must stay available, and always end", () => {
    const part = fc.integer({ min: 0, max: 4 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        part,
        part,
        fc.integer({ min: 0, max: 12 }),
        (replicas, surge, missing, start) => {
          const limits = strategyLimits({ maxSurge: surge, maxUnavailable: missing }, replicas);
          let older = [Math.min(start, replicas), replicas - Math.min(start, replicas)];
          let newest = 0;
          const healthy = (wanted: number) => ({ wanted, available: wanted });
          for (let round = 0; round < 100; round += 1) {
            newest = newestSize({ ...limits, replicas, newest: healthy(newest), older: older.map(healthy) });
            const total = newest + older.reduce((sum, size) => sum + size, 0);
            assert.ok(total <= replicas + limits.maxSurge);
            older = olderSizes({ ...limits, replicas, newest: healthy(newest), older: older.map(healthy) });
            assert.ok(newest + older.reduce((sum, size) => sum + size, 0) >= replicas - limits.maxUnavailable);
          }
          assert.deepEqual([newest, ...older], [replicas, 0, 0]);
        },
      ),
    );
  });
});
