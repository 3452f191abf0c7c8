import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { judge, judgeAll } from "../../../src/analysis/judge.ts";
import type { Measurement } from "../../../src/analysis/metric-check.ts";
import { seconds } from "../../../src/units.ts";

const check = { name: "m", subject: "request-success-rate", min: 99, max: 100, window: seconds(60) } as const;
const value = (number: number): Measurement => ({
  kind: "value",
  check: "m",
  value: number,
  samples: 10,
  primary: null,
  query: "",
});

describe("judge", () => {
  const rows: readonly (readonly [string, Measurement, string])[] = [
    ["a value on the lower bound", value(99), "pass"],
    ["a value on the upper bound", value(100), "pass"],
    ["a value below", value(98.999), "fail"],
    ["a value above", value(100.001), "fail"],
    ["not a number", value(Number.NaN), "error"],
    ["infinity", value(Number.POSITIVE_INFINITY), "error"],
    ["no data", { kind: "no-data", check: "m", query: "" }, "inconclusive"],
    ["a source that is down", { kind: "error", check: "m", query: "", problem: "503" }, "error"],
  ];
  for (const [what, measurement, verdict] of rows) {
    it(`calls ${what} ${verdict}`, () => {
      assert.equal(judge(check, measurement), verdict);
    });
  }
});

describe("judgeAll", () => {
  it("fails when one check fails, whatever the others say", () => {
    assert.equal(judgeAll(["pass", "error", "fail", "inconclusive"]), "fail");
  });

  it("never passes while a check gives no answer", () => {
    assert.equal(judgeAll(["pass", "inconclusive"]), "inconclusive");
    assert.equal(judgeAll(["pass", "error", "inconclusive"]), "error");
  });

  it("passes without checks", () => {
    assert.equal(judgeAll([]), "pass");
  });
});
