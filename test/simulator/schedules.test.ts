// Needs a process of its own: it keeps a core busy for a while.
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { PHASES } from "../../src/rollout/rollout.ts";
import { DEFINITIONS } from "./definitions.ts";
import { playSchedule } from "./schedule.ts";

/** COALMINE_SIMULATIONS: how many schedules all definitions play together. COALMINE_SEED: where the seeds begin; one of a failure. */
const SCHEDULES = Number(process.env["COALMINE_SIMULATIONS"] ?? 100_000);
const FIRST_SEED = Number(process.env["COALMINE_SEED"] ?? 1);
const each = Math.ceil(SCHEDULES / Object.keys(DEFINITIONS).length);

describe(`${SCHEDULES} schedules of three workers`, () => {
  const passed = new Set<string>();

  for (const [name, definition] of Object.entries(DEFINITIONS)) {
    it(`keep every invariant, and come to rest: ${name}`, () => {
      for (let seed = FIRST_SEED; seed < FIRST_SEED + each; seed += 1) {
        try {
          for (const phase of playSchedule({ definition, seed })) passed.add(phase);
        } catch (error) {
          throw new Error(`seed ${seed} of "${name}" (COALMINE_SEED=${seed} plays it first)`, { cause: error });
        }
      }
    });
  }

  after(() => {
    // Every schedule begins with a bootstrap that is over.
    const phases = PHASES.filter((phase) => phase !== "initializing");
    for (const phase of phases) assert.ok(passed.has(phase), `some schedule passed through ${phase}`);
  });
});
