import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TrafficWindow } from "../../../../src/playground/mesh/traffic.ts";

describe("the traffic of the last seconds", () => {
  it("is counted by service and version, with failures and the slowest hundredth", () => {
    let now = 0;
    const traffic = new TrafficWindow({ now: () => now });

    for (let request = 1; request <= 200; request++) {
      now = request * 50;
      traffic.record({ service: "podinfo", version: "6.0.0", durationMs: request, status: request <= 150 ? 200 : 500 });
    }
    traffic.record({ service: "checkout", version: "1.0.0", durationMs: 3, status: 404 });

    assert.deepEqual(traffic.rows(), [
      { service: "checkout", version: "1.0.0", perSecond: 0.1, failedPercent: 0, p99Ms: 3 },
      { service: "podinfo", version: "6.0.0", perSecond: 20.1, failedPercent: 25, p99Ms: 198 },
    ]);
  });

  it("is forgotten when it is over", () => {
    let now = 0;
    const traffic = new TrafficWindow({ windowMs: 10_000, now: () => now });
    traffic.record({ service: "podinfo", version: "6.0.0", durationMs: 1, status: 200 });

    now = 10_000;
    const stillThere = traffic.rows();
    now = 10_001;

    assert.equal(stillThere.length, 1);
    assert.deepEqual(traffic.rows(), []);
  });
});
