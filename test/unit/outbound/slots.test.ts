import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { describe, it } from "node:test";
import { HostSlots, Slots } from "../../../src/outbound/slots.ts";

const patient = new AbortController().signal;

/** Whether a promise is settled once everything that can happen now has happened. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  promise.then(note, note);
  await turn();
  return settled;
}

describe("slots", () => {
  it("let the next in line in when somebody leaves, in order", async () => {
    const slots = new Slots(1);
    const leave = await slots.take(patient);
    const order: string[] = [];
    const second = slots.take(patient).then((free) => (order.push("second"), free));
    const third = slots.take(patient).then((free) => (order.push("third"), free));
    assert.equal(await isSettled(second), false);

    leave();
    (await second)();
    (await third)();

    assert.deepEqual(order, ["second", "third"]);
  });

  it("count a place that is given back twice once", async () => {
    const slots = new Slots(1);
    const leave = await slots.take(patient);
    leave();
    leave();
    await slots.take(patient);

    assert.equal(await isSettled(slots.take(patient)), false);
  });

  it("let whoever is aborted leave the line at once, without losing a place", async () => {
    const slots = new Slots(1);
    const leave = await slots.take(patient);
    const hurry = new AbortController();
    const impatient = slots.take(hurry.signal);
    const last = slots.take(patient);

    hurry.abort(new Error("enough"));

    await assert.rejects(impatient, /enough/);
    leave();
    assert.equal(await isSettled(last), true);
  });

  it("take nobody who is aborted already", async () => {
    const slots = new Slots(1);

    await assert.rejects(slots.take(AbortSignal.abort(new Error("too late"))), /too late/);
    assert.equal(await isSettled(slots.take(patient)), true);
  });
});

describe("slots by host", () => {
  it("let a host that hangs keep nobody else waiting", async () => {
    const places = new HostSlots({ perHost: 2, total: 3 });
    const hanging = Array.from({ length: 10 }, () => places.take("hangs", patient));

    assert.equal(await isSettled(places.take("answers", patient)), true);
    assert.deepEqual(await Promise.all(hanging.slice(0, 3).map(isSettled)), [true, true, false]);
  });

  it("bound all hosts together", async () => {
    const places = new HostSlots({ perHost: 2, total: 2 });
    const first = await places.take("a", patient);
    await places.take("b", patient);
    const waiting = places.take("c", patient);
    assert.equal(await isSettled(waiting), false);

    first();

    assert.equal(await isSettled(waiting), true);
  });

  it("lose no place to those who give up while waiting for either", async () => {
    const places = new HostSlots({ perHost: 1, total: 1 });
    const leave = await places.take("a", patient);
    const hurry = new AbortController();
    const givingUp = [places.take("a", hurry.signal), places.take("b", hurry.signal)];

    hurry.abort(new Error("enough"));
    await Promise.all(givingUp.map((one) => assert.rejects(one, /enough/)));
    leave();

    (await places.take("b", patient))();
    assert.equal(await isSettled(places.take("a", patient)), true);
  });
});
