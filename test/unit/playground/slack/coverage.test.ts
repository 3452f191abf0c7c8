import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { methodTable } from "../../../../src/playground/slack/api/method-table.ts";
import { coveredMethods, leftOut } from "../../../../src/playground/slack/coverage.ts";

describe("coverage", () => {
  it("lists exactly the registered methods", () => {
    assert.deepEqual([...methodTable.keys()].toSorted(), [...coveredMethods]);
  });

  it("does not list a method both as covered and as left out", () => {
    assert.deepEqual(
      Object.keys(leftOut).filter((name) => methodTable.has(name)),
      [],
    );
  });
});
