import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { WritersLine } from "../../../src/controller/writers-line.ts";

const calm = new AbortController().signal;

/** Work that ends when it is told to. */
function held() {
  let end = () => {};
  let begun = false;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const work = async () => {
    begun = true;
    await ended;
    return "done";
  };
  return { work, end: () => end(), hasBegun: () => begun };
}

describe("a line of writers", () => {
  it("lets only so many run at once, in the order they came", async () => {
    const line = new WritersLine(2);
    const works = [held(), held(), held()];

    const results = works.map(({ work }) => line.run(work, calm));
    await new Promise(setImmediate);
    const before = works.map(({ hasBegun }) => hasBegun());
    for (const { end } of works) end();

    assert.deepEqual(before, [true, true, false]);
    assert.deepEqual(await Promise.all(results), ["done", "done", "done"]);
  });

  it("lets go of whoever is aborted while standing in it", async () => {
    const line = new WritersLine(1);
    const [first, second] = [held(), held()];
    const leaving = new AbortController();
    const running = line.run(first.work, calm);
    const waiting = line.run(second.work, leaving.signal);

    leaving.abort(new Error("a command came"));

    await assert.rejects(waiting, /a command came/);
    first.end();
    await running;
    assert.equal(second.hasBegun(), false);
  });

  it("does not disturb what has begun", async () => {
    const line = new WritersLine(1);
    const first = held();
    const leaving = new AbortController();
    const running = line.run(first.work, leaving.signal);
    await new Promise(setImmediate);

    leaving.abort(new Error("a command came"));
    first.end();

    assert.equal(await running, "done");
  });

  it("goes on after work that failed", async () => {
    const line = new WritersLine(1);

    await assert.rejects(
      line.run(() => Promise.reject(new Error("broken")), calm),
      /broken/,
    );

    assert.equal(await line.run(async () => "next", calm), "next");
  });
});
