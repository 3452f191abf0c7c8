import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { Announcer } from "../../../src/controller/announce.ts";
import { tell } from "../../../src/rollout/record.ts";
import type { Rollout } from "../../../src/rollout/rollout.ts";
import type { CanaryView } from "../../../src/rollout/view.ts";
import { timestamp } from "../../../src/units.ts";
import { observation, rollout, routed, subject, T0 } from "../../support/subjects.ts";

const ROOT = { channel: "C1", ts: "1.1" };

function stage() {
  const clock = { now: T0 as number };
  const announced: CanaryView[] = [];
  const snapshots: CanaryView[] = [];
  const announcer = new Announcer({
    sender: { announce: async (view) => void announced.push(view) },
    snapshots: { put: (view) => void snapshots.push(view), remove() {} },
    now: () => timestamp(clock.now),
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const note = (record: Rollout, mine = true) => announcer.note(subject({ rollout: record }), observation(), mine);
  return { clock, announced, snapshots, announcer, note };
}

const told = (record: Rollout) => tell(record, T0, { kind: "manifest-valid" });

describe("an announcer", () => {
  it("tells a new event at once", () => {
    const { announced, note } = stage();

    note(told(rollout()));

    assert.deepEqual(
      announced.map(({ events }) => events.map(({ sequence }) => sequence)),
      [[1]],
    );
  });

  it("tells an event once, however often it is noted", () => {
    const { announced, note } = stage();

    for (let times = 0; times < 3; times += 1) note(told(rollout()));

    assert.equal(announced.length, 1);
  });

  it("says nothing about a canary without a thread and without news", () => {
    const { announced, note } = stage();

    note(rollout());

    assert.deepEqual(announced, []);
  });

  it("redraws a card that looks otherwise at most every three seconds, with the newest look", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { clock, announced, note } = stage();
    const at = (percent: number) => rollout({ root: ROOT, route: routed(percent) });
    note(at(10));
    t.mock.timers.tick(1);
    clock.now += 1;

    for (const percent of [20, 30, 40]) note(at(percent));
    t.mock.timers.tick(2_000);
    const early = announced.length;
    t.mock.timers.tick(1_500);

    assert.equal(early, 1);
    assert.deepEqual(
      announced.map((view) => view.weight),
      [10, 40],
    );
  });

  it("leaves announcing to whoever wrote or is first in line, but keeps its snapshots", () => {
    const { announced, snapshots, note } = stage();

    note(told(rollout()), false);

    assert.deepEqual([announced.length, snapshots.length], [0, 1]);
  });

  it("repeats what nobody has confirmed, less and less often", () => {
    const { clock, announced, announcer, note } = stage();
    const record = told(rollout());
    note(record);
    const times: number[] = [];

    for (let passed = 0; passed < 120; passed += 1) {
      clock.now += 1_000;
      const before = announced.length;
      announcer.repeat(subject({ rollout: record }), () => observation());
      if (announced.length > before) times.push(passed + 1);
    }

    assert.deepEqual(times, [5, 15, 35, 75]);
  });

  it("repeats nothing that stands in Slack", () => {
    const { clock, announced, announcer } = stage();
    clock.now += 60_000;

    announcer.repeat(subject({ rollout: { ...told(rollout()), announcedThrough: 1 } }), () => observation());

    assert.deepEqual(announced, []);
  });

  it("survives a redis that is away and says it later", async () => {
    const announce = mock.fn(async () => {
      throw new Error("redis is away");
    });
    const clock = { now: T0 as number };
    const announcer = new Announcer({
      sender: { announce },
      snapshots: { put() {}, remove() {} },
      now: () => timestamp(clock.now),
      log: { debug() {}, info() {}, warn() {}, error() {} },
    });
    const canary = subject({ rollout: told(rollout()) });

    announcer.note(canary, observation(), true);
    clock.now += 10_000;
    announcer.repeat(canary, () => observation());

    assert.equal(announce.mock.callCount(), 2);
  });
});
