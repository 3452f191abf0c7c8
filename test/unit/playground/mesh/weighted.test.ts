import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { everyPercent, weightedChoice } from "../../../../src/playground/mesh/weighted.ts";

describe("a weighted choice", () => {
  it("is exact over each full turn, whatever the weights", () => {
    const weights = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(weights, (all) => {
        const total = all.reduce((sum, weight) => sum + weight, 0);
        fc.pre(total > 0);
        const choose = weightedChoice(all.map((weight, value) => ({ weight, value })));

        for (let turn = 0; turn < 2; turn++) {
          const counts = all.map(() => 0);
          for (let pick = 0; pick < total; pick++) counts[choose()]! += 1;
          assert.deepEqual(counts, all);
        }
      }),
    );
  });

  it("spreads the rare choice evenly", () => {
    const choose = weightedChoice([
      { weight: 90, value: "primary" },
      { weight: 10, value: "canary" },
    ]);

    const picks = Array.from({ length: 100 }, () => choose());
    const canaryAt = picks.flatMap((value, index) => (value === "canary" ? [index] : []));

    assert.deepEqual(
      canaryAt.slice(1).map((at, index) => at - canaryAt[index]!),
      Array.from({ length: 9 }, () => 10),
    );
  });

  it("needs a weight above 0", () => {
    assert.throws(() => weightedChoice([{ weight: 0, value: "primary" }]), RangeError);
  });
});

describe("a percentage of calls", () => {
  const yesIn = (percent: number, calls: number): number => {
    const isTurn = everyPercent(percent);
    return Array.from({ length: calls }, () => isTurn()).filter(Boolean).length;
  };

  it("is exact, also for fractions, none and all", () => {
    assert.equal(yesIn(0, 1_000), 0);
    assert.equal(yesIn(100, 1_000), 1_000);
    assert.equal(yesIn(25, 1_000), 250);
    assert.equal(yesIn(0.5, 1_000), 5);
  });
});
