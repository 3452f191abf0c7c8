import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { weight } from "../../../src/units.ts";

describe("a weight", () => {
  it("is a whole percentage from 0 to 100, and nothing else can be asked of a mesh", () => {
    for (const percent of [0, 1, 100]) assert.equal(weight(percent), percent);
    for (const percent of [-100, -1, 0.5, 101, Number.NaN, Infinity]) assert.throws(() => weight(percent));
  });
});
