import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FENCED, type Fences } from "../support/simulated-world.ts";
import { DEFINITIONS } from "./definitions.ts";
import { playSchedule } from "./schedule.ts";

/** More than enough: the schedules test plays ten times as many. */
const TRIES = 12_000;

/** The first seed whose schedule breaks an invariant when something is left out; `null`: none does. */
function firstBroken(left: { readonly fences?: Fences; readonly skipsIntent?: boolean }): number | null {
  for (let seed = 1; seed <= TRIES; seed += 1) {
    for (const definition of Object.values(DEFINITIONS)) {
      try {
        playSchedule({ definition, seed, ...left });
      } catch {
        return seed;
      }
    }
  }
  return null;
}

describe("the simulator notices when a write no longer carries its precondition", () => {
  for (const fence of Object.keys(FENCED) as (keyof Fences)[]) {
    it(`the version of the ${fence}`, () => {
      assert.notEqual(firstBroken({ fences: { ...FENCED, [fence]: false } }), null);
    });
  }
});

describe("the simulator notices when the intent is not written first", () => {
  it("effects without a record", () => {
    assert.notEqual(firstBroken({ skipsIntent: true }), null);
  });
});
