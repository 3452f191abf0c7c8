import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { percentile, summarize } from "../../../scripts/bench/percentile.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => count - index);

describe("percentile", () => {
  it("answers a value that was measured, in whatever order they came", () => {
    assert.equal(percentile(upTo(100), 0.5), 50);
    assert.equal(percentile(upTo(100), 0.99), 99);
    assert.equal(percentile([7, 3], 0.5), 3);
  });

  it("takes the largest of few for the 99th", () => {
    assert.equal(percentile([1, 2, 30], 0.99), 30);
  });

  it("leaves the measured values as they are", () => {
    const values = [3, 1, 2];

    percentile(values, 0.5);

    assert.deepEqual(values, [3, 1, 2]);
  });

  it("has nothing to say without values", () => {
    assert.deepEqual(summarize([]), { count: 0, p50: Number.NaN, p99: Number.NaN, max: Number.NaN });
  });

  it("counts what it sums up", () => {
    assert.deepEqual(summarize(upTo(200)), { count: 200, p50: 100, p99: 198, max: 200 });
  });
});
