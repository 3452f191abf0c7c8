import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { TokenBuckets } from "../../../src/slack/token-buckets.ts";

/** Buckets of 2 at once and 60 a minute, on a clock that only moves when told. */
function setUp() {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const buckets = new TokenBuckets(
    () => ({ burst: 2, perMinute: 60 }),
    () => Date.now(),
  );
  const out: string[] = [];
  const take = (name: string, { key = "a", urgent = false } = {}) =>
    void buckets.take(key, urgent).then(() => out.push(name));
  const pass = async (millis: number) => {
    mock.timers.tick(millis);
    await Promise.resolve();
  };
  return { buckets, out, take, pass };
}

describe("token buckets", { concurrency: 1 }, () => {
  it("lets a burst out at once and the rest at the rate", async () => {
    const { out, take, pass } = setUp();
    for (const name of ["1", "2", "3", "4"]) take(name);

    await pass(0);
    assert.deepEqual(out, ["1", "2"]);
    await pass(1_001);
    assert.deepEqual(out, ["1", "2", "3"]);
    await pass(1_001);
    assert.deepEqual(out, ["1", "2", "3", "4"]);
    mock.timers.reset();
  });

  it("lets urgent calls go before others that wait, in their own order", async () => {
    const { out, take, pass } = setUp();
    for (const name of ["1", "2", "3"]) take(name);
    take("urgent 1", { urgent: true });
    take("urgent 2", { urgent: true });

    for (let second = 0; second < 4; second += 1) await pass(1_001);

    assert.deepEqual(out, ["1", "2", "urgent 1", "urgent 2", "3"]);
    mock.timers.reset();
  });

  it("freezes one key for as long as Slack asks, and no other", async () => {
    const { buckets, out, take, pass } = setUp();
    buckets.freeze("a", 30_000);
    take("frozen");
    take("free", { key: "b" });

    await pass(29_000);
    assert.deepEqual(out, ["free"]);
    await pass(1_001);
    assert.deepEqual(out, ["free", "frozen"]);
    mock.timers.reset();
  });
});
