import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { figureLine } from "../../../../src/slack/messages/figures.ts";
import { seconds } from "../../../../src/units.ts";
import { successRate } from "../support/views.ts";

const checks = [{ name: "latency", subject: "custom", min: null, max: 0.005, window: seconds(60) }];
const latency = (value: number) =>
  figureLine(
    { ...successRate(), check: "latency", verdict: "fail", value, min: null, max: 0.005, primary: null, samples: null },
    checks,
  );

describe("a figure of an own metric", () => {
  it("has the manifest's name and bare numbers", () => {
    assert.match(latency(7), /Latency \*7\* fails · limit at most 0\.005$/);
  });

  it("keeps the digits of small numbers, which would otherwise look as if they passed", () => {
    assert.match(latency(0.005_42), /\*0\.00542\*/);
    assert.match(latency(0.005_000_1), /\*0\.00501\*/);
  });
});
