import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, it } from "node:test";
import assert from "node:assert/strict";
import type { Clock } from "../../../../src/playground/kubernetes/clock.ts";
import type { Controller } from "../../../../src/playground/kubernetes/controllers/controller.ts";
import { ControllerLoop } from "../../../../src/playground/kubernetes/controllers/controller-loop.ts";
import { keyOf } from "../../../../src/playground/kubernetes/objects.ts";
import { ObjectStore } from "../../../../src/playground/kubernetes/storage/object-store.ts";

class ManualClock implements Clock {
  #now = 0;
  #waiting: { at: number; action: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    const entry = { at: this.#now + ms, action };
    this.#waiting.push(entry);
    return () => (this.#waiting = this.#waiting.filter((other) => other !== entry));
  }

  pass(ms: number): void {
    this.#now += ms;
    const due = this.#waiting.filter((entry) => entry.at <= this.#now);
    this.#waiting = this.#waiting.filter((entry) => entry.at > this.#now);
    for (const entry of due) entry.action();
  }
}

function start(reconcile: Controller["reconcile"]) {
  const store = new ObjectStore(10);
  const clock = new ManualClock();
  const errors: Error[] = [];
  const controller: Controller = { name: "test", keysFor: (_id, event) => [keyOf(event.object)], reconcile };
  const loop = new ControllerLoop({ store, clock, controllers: [controller], onError: (error) => errors.push(error) });
  const touch = (name: string) => store.put("things", { metadata: { name, uid: name } });
  return { clock, errors, loop, touch };
}

describe("the controller loop", () => {
  it("looks at a key once, however many changes asked for it", async () => {
    const seen: string[] = [];
    const { touch, loop } = start((key) => void seen.push(key));

    for (const name of ["a", "b", "a", "a"]) touch(name);
    await nextTurn();

    assert.deepEqual(seen, ["a", "b"]);
    loop.stop();
  });

  it("looks again when a controller asks for it, and forgets that when something happens before", async () => {
    const seen: number[] = [];
    const { clock, touch, loop } = start(() => {
      seen.push(clock.now());
      return 100;
    });
    touch("a");
    await nextTurn();

    clock.pass(50);
    touch("a");
    await nextTurn();
    clock.pass(60);
    await nextTurn();
    clock.pass(40);
    await nextTurn();

    assert.deepEqual(seen, [0, 50, 150]);
    loop.stop();
  });

  it("tells a failure, tries again after a second, and goes on with the other keys", async () => {
    const seen: string[] = [];
    const { clock, errors, touch, loop } = start((key) => {
      seen.push(key);
      if (seen.length === 1) throw new Error("broken");
      return undefined;
    });

    touch("a");
    touch("b");
    await nextTurn();
    clock.pass(1000);
    await nextTurn();

    assert.deepEqual(seen, ["a", "b", "a"]);
    assert.match(errors[0]?.message ?? "", /while the test controller looked at a/);
    loop.stop();
  });

  it("does nothing more once it is stopped", async () => {
    const seen: string[] = [];
    const { clock, touch, loop } = start((key) => {
      seen.push(key);
      return 10;
    });
    touch("a");
    await nextTurn();

    loop.stop();
    clock.pass(100);
    touch("b");
    await nextTurn();

    assert.deepEqual(seen, ["a"]);
  });
});
