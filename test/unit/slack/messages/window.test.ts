import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { figureLine } from "../../../../src/slack/messages/figures.ts";
import { seconds } from "../../../../src/units.ts";
import { successRate } from "../support/views.ts";

const checks = [
  { name: "request-success-rate", subject: "request-success-rate", min: 99, max: null, window: seconds(60) },
];

describe("a figure's window", () => {
  it("is the one that was looked at, not the manifest's", () => {
    assert.match(figureLine(successRate({ window: seconds(4), samples: 18 }), checks), /18 requests in 4 s/);
  });

  it("is left out where the record does not say it", () => {
    assert.match(figureLine({ ...successRate({ samples: 18 }), window: null }, checks), /18 requests$/);
  });
});
