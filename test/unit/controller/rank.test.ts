import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rankOf } from "../../../src/controller/rank.ts";

const WORKERS = ["host-1", "host-2", "host-3", "host-4"];
const CANARIES = Array.from({ length: 400 }, (_, index) => `shop/service-${index}`);

describe("the line of workers for a canary", () => {
  it("is the same whoever works it out", () => {
    for (const canary of CANARIES) {
      const ranks = WORKERS.map((worker) => rankOf(canary, worker, WORKERS));
      assert.deepEqual(ranks.toSorted(), [0, 1, 2, 3]);
    }
  });

  it("gives every worker about as many canaries", () => {
    for (const worker of WORKERS) {
      const first = CANARIES.filter((canary) => rankOf(canary, worker, WORKERS) === 0).length;
      assert.ok(first > 60 && first < 140, `${worker} is first for ${first}`);
    }
  });

  it("moves only the canaries of a worker that goes", () => {
    const left = WORKERS.slice(1);
    for (const canary of CANARIES) {
      const before = WORKERS.find((worker) => rankOf(canary, worker, WORKERS) === 0);
      const after = left.find((worker) => rankOf(canary, worker, left) === 0);
      if (before !== "host-1") assert.equal(after, before);
    }
  });

  it("has a worker that knows of nobody else in front", () => {
    assert.equal(rankOf("demo/podinfo", "host-1", []), 0);
  });
});
