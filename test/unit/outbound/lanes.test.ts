import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Lanes } from "../../../src/outbound/lanes.ts";

function lanes(perLane = 3, total = 100) {
  const seen = { dropped: 0 };
  return { seen, lanes: new Lanes({ perLane, total, onDropped: () => (seen.dropped += 1) }) };
}

/** Work that hangs until it is aborted. */
const hang = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

describe("lanes", () => {
  it("do the work of one lane in order, one at a time", async () => {
    const { lanes: background } = lanes();
    const done: string[] = [];
    let atOnce = 0;
    for (const name of ["first", "second", "third"]) {
      background.push("a", async () => {
        assert.equal((atOnce += 1), 1);
        await new Promise(setImmediate);
        done.push(name);
        atOnce -= 1;
      });
    }

    await background.drained(1_000);

    assert.deepEqual(done, ["first", "second", "third"]);
  });

  it("go on beside a lane that hangs", async () => {
    const { lanes: background } = lanes();
    background.push("hangs", hang);
    const { promise, resolve } = Promise.withResolvers<void>();

    background.push("works", async () => resolve());

    await promise;
    background.stop();
  });

  it("drop the oldest that waits in a lane that is full", async () => {
    const { lanes: background, seen } = lanes(2);
    const done: number[] = [];
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    background.push("a", () => gate);
    for (const number of [1, 2, 3, 4]) background.push("a", async () => void done.push(number));

    open();
    await background.drained(1_000);

    assert.deepEqual(done, [3, 4]);
    assert.equal(seen.dropped, 2);
  });

  it("hold no more than so many in all", async () => {
    const { lanes: background, seen } = lanes(10, 3);
    for (const lane of ["a", "b", "c", "d"]) {
      background.push(lane, hang);
      background.push(lane, hang);
    }

    assert.equal(seen.dropped, 2);
    background.stop();
    await background.drained(1_000);
  });

  it("abort what runs and forget what waits when stopped", async () => {
    const { lanes: background, seen } = lanes();
    let started = 0;
    const work = (signal: AbortSignal) => {
      started += 1;
      return hang(signal);
    };
    background.push("a", work);
    background.push("a", work);

    background.stop();
    await background.drained(1_000);
    background.push("a", work);

    assert.equal(started, 1);
    assert.equal(seen.dropped, 1);
  });

  it("are waited for no longer than asked", async () => {
    const { lanes: background } = lanes();
    background.push("a", hang);

    await background.drained(20);

    background.stop();
  });
});
