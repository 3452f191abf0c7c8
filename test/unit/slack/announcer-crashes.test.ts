import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CanaryView } from "../../../src/rollout/view.ts";
import { announcing, never, viewWith, type FakeMemory } from "./support/announcing.ts";
import { EVENTS } from "./support/events.ts";
import type { Fault } from "./support/fake-slack.ts";
import { progressing } from "./support/views.ts";

const ROLLOUT = progressing().rollout;
const events = [EVENTS["rollout-started"], EVENTS["step-started"], EVENTS["checks-failed"]];
const complete = [0, 1, 2, 3];

describe("announcer after crashes and unclear answers", () => {
  for (const when of ["before", "after"] as const)
    for (let write = 1; write <= 9; write += 1)
      it(`doubles and drops nothing when killed ${when} its write ${write}`, async () => {
        const { slack, memory, bot } = announcing();
        memory.dieAt = { write, when };

        const first = await bot()
          .announce(viewWith(events), never)
          .then(
            () => "finished",
            () => "killed",
          );
        memory.dieAt = null;
        await bot().announce(viewWith(events), never);

        assert.equal(first, write <= 8 ? "killed" : "finished");
        assert.deepEqual(slack.sequences(), complete);
      });

  for (const fault of ["after-storing", "lost"] as const)
    for (let post = 0; post < 4; post += 1)
      it(`posts once when the answer to post ${post} is ${fault}`, async () => {
        const { slack, bot } = announcing();
        slack.failNext("post", ...Array<Fault>(post).fill("fine"), fault);

        await bot().announce(viewWith(events), never);

        assert.deepEqual(slack.sequences(), complete);
      });

  it("doubles nothing when killed between the post and its note, with the memory lost too", async () => {
    for (let write = 1; write <= 8; write += 1) {
      const { slack, memory, bot } = announcing();
      memory.dieAt = { write, when: "before" };
      await bot()
        .announce(viewWith(events), never)
        .catch(() => undefined);
      forget(memory);

      await bot().announce(viewWith(events), never);

      assert.deepEqual(slack.sequences(), complete, `write ${write}`);
    }
  });

  it("doubles nothing after FLUSHALL, whether or not the worker knows the root", async () => {
    const { slack, memory, bot } = announcing();
    await bot().announce(viewWith(events), never);
    const { channel, ts } = slack.root(ROLLOUT);

    for (const change of [
      {},
      { root: { channel, ts } },
      { root: { channel, ts }, announcedThrough: 3 },
    ] satisfies Partial<CanaryView>[]) {
      forget(memory);
      await bot().announce({ ...viewWith(events), ...change }, never);
    }

    assert.deepEqual(slack.sequences(), complete);
  });

  it("goes on where another bot stopped", async () => {
    const { slack, bot } = announcing();
    await bot().announce(viewWith(events.slice(0, 1)), never);

    await bot().announce(viewWith(events), never);

    assert.deepEqual(slack.sequences(), complete);
  });

  it("posts nothing more once its job was taken away", async () => {
    const { slack, bot } = announcing();
    const gone = new AbortController();
    gone.abort();

    await assert.rejects(bot().announce(viewWith(events), gone.signal));

    assert.deepEqual(slack.sequences(), []);
  });

  it("posts although it may not read back, and says what right is missing", async () => {
    const { slack, lines, bot } = announcing();
    slack.failNext("roots", { refused: "missing_scope" });

    await bot().announce(viewWith(events), never);

    assert.deepEqual(slack.sequences(), complete);
    assert.match(lines.map((line) => line.message).join(), /channels:history/);
  });

  it("rejects when Slack cannot be asked what stands there", async () => {
    const { slack, bot } = announcing();
    slack.failNext("roots", "lost");

    await assert.rejects(bot().announce(viewWith(events), never));
    assert.deepEqual(slack.sequences(), []);
  });

  it("draws the last state although the answer to a redraw is lost", async () => {
    const { slack, bot } = announcing();
    await bot().announce(viewWith(events), never);
    slack.failNext("update", "lost");
    const view = viewWith(events, { failedChecks: 2 });

    await assert.rejects(bot().announce(view, never));
    await bot().announce(view, never);

    assert.match(JSON.stringify(slack.root(ROLLOUT).message), /2 failed checks/);
  });
});

const forget = (memory: FakeMemory): void => memory.notes.clear();
