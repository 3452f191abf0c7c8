import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { nextPass, nextSlot } from "../../../src/rollout/schedule.ts";
import { seconds, timestamp } from "../../../src/units.ts";

const slotting = { interval: seconds(10), uid: "a1b2c3d4", slots: 1 };
const moment = fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 });

describe("nextPass", () => {
  it("keeps the rhythm of a pass that ran a little late", () => {
    assert.equal(nextPass(slotting, timestamp(100_300), timestamp(100_000)), 110_000);
  });

  it("leaves a whole interval after a pass that came out of turn", () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: 1, max: 50 }), fc.uuid(), (now, slots, uid) => {
        const next = nextPass({ interval: seconds(10), uid, slots }, timestamp(now), null);
        assert.ok(next - now >= 10_000 && next - now <= 20_000);
      }),
    );
  });

  it("puts canaries of one slot at the same moment", () => {
    const a = nextPass({ ...slotting, uid: "x" }, timestamp(100_001), null);
    const b = nextPass({ ...slotting, uid: "y" }, timestamp(104_999), null);
    assert.equal(a, b);
  });

  it("spreads canaries evenly over the slots", () => {
    const counts = new Map<number, number>();
    for (let index = 0; index < 1_000; index += 1) {
      const at = nextSlot({ interval: seconds(10), uid: `canary-${index}-uid`, slots: 10 }, 100_000) % 10_000;
      counts.set(at, (counts.get(at) ?? 0) + 1);
    }
    assert.equal(counts.size, 10);
    assert.ok(Math.max(...counts.values()) < 160, `fullest slot ${Math.max(...counts.values())}`);
  });
});
