import { describe, it } from "node:test";
import assert from "node:assert/strict";
import {
  advance,
  containerStatus,
  isContainerReady,
  newContainer,
  nextChange,
  stateOf,
} from "../../../../src/playground/kubernetes/controllers/container-run.ts";
import type { ContainerRun } from "../../../../src/playground/kubernetes/controllers/container-run.ts";
import type { JsonValue } from "../../../../src/playground/kubernetes/json.ts";
import type { ImageBehaviour } from "../../../../src/playground/kubernetes/options.ts";

/** Plays a container by its own announced times, and tells what its state was called after each change. */
function play(
  behaviour: ImageBehaviour,
  changes: number,
): { run: ContainerRun; now: number; seen: [number, string][] } {
  let run = newContainer("app", "app:1");
  let now = 0;
  const seen: [number, string][] = [];
  for (let i = 0; i < changes; i += 1) {
    run = advance(run, now, () => behaviour);
    const state = Object.entries(stateOf(run, now))[0];
    seen.push([now, String((state?.[1] as { reason?: JsonValue } | undefined)?.reason ?? state?.[0])]);
    const next = nextChange(run, now);
    if (next === undefined) break;
    now = next;
  }
  return { run, now, seen };
}

describe("a container", () => {
  it("is ready after its time, and then rests", () => {
    const { run, now } = play({ kind: "ready", afterMs: 300 }, 5);

    assert.equal(isContainerReady(run, 299), false);
    assert.equal(isContainerReady(run, 300), true);
    assert.equal(nextChange(run, now), undefined);
  });

  it("that is never ready runs for ever", () => {
    const { run, seen } = play({ kind: "never-ready" }, 5);

    assert.deepEqual(seen, [[0, "running"]]);
    assert.equal(isContainerReady(run, 1_000_000), false);
  });

  it("that crashes is restarted at once, and then ever more slowly", () => {
    const { seen, run, now } = play({ kind: "crashes", afterMs: 100 }, 8);

    assert.deepEqual(seen, [
      [0, "running"],
      [100, "Error"],
      [600, "running"],
      [700, "CrashLoopBackOff"],
      [10_700, "running"],
      [10_800, "CrashLoopBackOff"],
      [30_800, "running"],
      [30_900, "CrashLoopBackOff"],
    ]);
    assert.equal(containerStatus(run, now)["restartCount"], 3);
  });

  it("whose image cannot be pulled says so, first as an error and then as a back-off", () => {
    const { seen } = play({ kind: "pull-fails", reason: "not found" }, 4);

    assert.deepEqual(seen, [
      [0, "ErrImagePull"],
      [1000, "ImagePullBackOff"],
      [10_000, "ImagePullBackOff"],
      [30_000, "ImagePullBackOff"],
    ]);
  });

  it("starts as soon as a pull succeeds that failed before", () => {
    const failed = advance(newContainer("app", "app:1"), 0, () => ({ kind: "pull-fails", reason: "not found" }));

    const early = advance(failed, 9_999, () => ({ kind: "ready", afterMs: 0 }));
    const later = advance(failed, 10_000, () => ({ kind: "ready", afterMs: 0 }));

    assert.equal(early.phase.kind, "pull-failed");
    assert.equal(isContainerReady(later, 10_000), true);
  });
});
