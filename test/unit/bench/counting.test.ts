import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { requestsBetween } from "../../../scripts/bench/counting.ts";

const entry = (verb: string, resource: string, count: number, userAgent = "coalmine/1") => ({
  verb,
  resource,
  userAgent,
  count,
});

describe("counting requests of a window", () => {
  it("takes what came before the window off", () => {
    const before = [entry("patch", "canaries.flagger.app/status", 5)];
    const after = [entry("patch", "canaries.flagger.app/status", 9), entry("watch", "pods", 1)];

    const { decision, byKind } = requestsBetween(before, after, "coalmine");

    assert.equal(decision, 5);
    assert.deepEqual(
      [...byKind],
      [
        ["patch canaries.flagger.app/status", 4],
        ["watch pods", 1],
      ],
    );
  });

  it("counts Events apart, in both groups that serve them", () => {
    const after = [entry("create", "events", 3), entry("patch", "events.events.k8s.io", 2), entry("get", "pods", 1)];

    const { decision, events } = requestsBetween([], after, "coalmine");

    assert.deepEqual({ decision, events }, { decision: 1, events: 5 });
  });

  it("leaves other clients out", () => {
    const after = [entry("list", "canaries.flagger.app", 50, "bench"), entry("patch", "services", 1)];

    assert.equal(requestsBetween([], after, "coalmine").decision, 1);
  });

  it("adds up all versions of our workers", () => {
    const after = [entry("patch", "services", 1), entry("patch", "services", 2, "coalmine/2")];

    assert.deepEqual([...requestsBetween([], after, "coalmine").byKind], [["patch services", 3]]);
  });
});
