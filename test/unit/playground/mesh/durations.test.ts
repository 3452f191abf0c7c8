import assert from "node:assert/strict";
import { it } from "node:test";
import { parseDurationMs } from "../../../../src/playground/mesh/durations.ts";

it("reads durations as Istio writes them", () => {
  assert.equal(parseDurationMs("5s"), 5_000);
  assert.equal(parseDurationMs("1.5s"), 1_500);
  assert.equal(parseDurationMs("1m30s"), 90_000);
  assert.equal(parseDurationMs("250ms"), 250);
  assert.equal(parseDurationMs("0s"), 0);
});

it("refuses what is no duration", () => {
  for (const text of ["", "5", "s", "-5s", "5 s", "5x", "1m30"]) assert.equal(parseDurationMs(text), undefined, text);
});
