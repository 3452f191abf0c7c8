import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Canary } from "../../src/rollout/canary.ts";
import { auditorOf } from "../support/invariants.ts";
import { elapse, newWorld, retag, type World } from "../support/simulated-world.ts";
import { command } from "../support/subjects.ts";
import { timestamp } from "../../src/units.ts";
import { DEFINITIONS } from "./definitions.ts";
import { SimulatedWorker } from "./worker.ts";

/** What happens to a canary, by what is left of it in the end. */
interface Story {
  readonly name: string;
  readonly begin: (world: World) => void;
  /** Called once, as soon as the canary has traffic or primary is new. */
  readonly next: (world: World) => void;
  readonly end: { readonly phase: string; readonly primary: string };
}

const ask = (world: World, verb: "undo" | "rollback"): void => {
  const expiresAt = timestamp(world.now + 3_600_000);
  world.inbox = [command({ id: `command-0-${verb}`, verb, issuedAt: world.now, expiresAt })];
};

const STORIES: readonly Story[] = [
  {
    name: "a promotion",
    begin: (world) => retag(world, "6.1.0"),
    next: () => {},
    end: { phase: "succeeded", primary: "6.1.0" },
  },
  {
    name: "a rollback by failing checks",
    begin: (world) => retag(world, "6.1.0"),
    next: (world) => {
      world.verdict = "fail";
    },
    end: { phase: "failed", primary: "6.0.0" },
  },
  {
    name: "a rollback by a person",
    begin: (world) => retag(world, "6.1.0"),
    next: (world) => ask(world, "rollback"),
    end: { phase: "failed", primary: "6.0.0" },
  },
];

/** Steps of a worker that is killed once, at this one; the next worker takes over. Answers how many there were. */
function play(definition: Canary, story: Story, killedAt: number): { readonly world: World; readonly steps: number } {
  const world = newWorld(definition);
  const auditor = auditorOf(world, definition);
  let worker = new SimulatedWorker(world, auditor);
  let steps = 0;
  let told = false;
  const run = (until: () => boolean, most: number): void => {
    for (let turn = 0; turn < most && !until(); turn += 1) {
      do {
        steps += 1;
        if (steps === killedAt) worker = new SimulatedWorker(world, auditor);
        else worker.step();
      } while (!worker.isIdle);
      elapse(world, 1_000);
      if (!told && (world.route?.weight ?? 0) > 0) {
        told = true;
        story.next(world);
      }
    }
  };
  run(() => world.stored.rollout?.phase === "initialized", 100);
  story.begin(world);
  elapse(world, 0);
  run(() => world.stored.rollout?.phase === story.end.phase, 400);
  return { world, steps };
}

const STEPPED = DEFINITIONS["weighted"];

describe("a worker that is killed at any single step of a rollout in three steps", () => {
  for (const story of STORIES) {
    it(`leaves the same end behind: ${story.name}`, () => {
      assert.ok(STEPPED);
      const { steps } = play(STEPPED, story, 0);

      for (let killedAt = 1; killedAt <= steps; killedAt += 1) {
        const { world } = play(STEPPED, story, killedAt);
        const { phase } = world.stored.rollout ?? { phase: "none" };
        const found = {
          phase,
          primary: world.primary?.tag,
          weight: world.route?.weight,
          target: world.target.replicas,
        };
        assert.deepEqual(found, { ...story.end, weight: 0, target: 0 }, `killed at step ${killedAt} of ${steps}`);
      }
      assert.ok(steps > 40, `${steps} steps were tried`);
    });
  }
});
