import { weight, type Weight } from "../units.ts";
import type { Canary } from "./canary.ts";
import type { Audience, Rollout } from "./rollout.ts";

/** One stop of a run: what the mesh does meanwhile, and its number. A mirror before the first weight has the number 0. */
export interface Stage {
  readonly step: number;
  readonly weight: Weight;
  readonly mirrored: boolean;
  readonly audience: Audience;
}

/** What a run has behind it, as far as the next stage depends on it. */
export type Progress = Pick<Rollout, "step" | "route">;

/**
 * The stage after the present one, or `null` when promotion is next. Weights are looked for by size rather than by number, which
 * keeps a run sound when somebody edits the list in mid-run.
 */
export function nextStage({ analysis: { strategy } }: Canary, { step, route }: Progress): Stage | null {
  switch (strategy.kind) {
    case "weighted":
      return nextWeight(strategy.steps, strategy.mirror !== null && step === 0, route);
    case "ab-test": {
      const more = step < strategy.iterations;
      return more ? { step: step + 1, weight: weight(100), mirrored: false, audience: "matched" } : null;
    }
    case "blue-green": {
      const mirrored = strategy.mirror !== null;
      if (step < strategy.iterations) return { step: step + 1, weight: weight(0), mirrored, audience: "everyone" };
      const switched = !strategy.switches || route.weight === 100;
      return switched ? null : { step: step + 1, weight: weight(100), mirrored: false, audience: "everyone" };
    }
  }
}

function nextWeight(steps: readonly Weight[], mirrorsFirst: boolean, route: Rollout["route"]): Stage | null {
  if (mirrorsFirst && route.weight === 0 && !route.mirrored) {
    return { step: 0, weight: weight(0), mirrored: true, audience: "everyone" };
  }
  const index = steps.findIndex((step) => step > route.weight);
  const next = steps[index];
  return next === undefined ? null : { step: index + 1, weight: next, mirrored: false, audience: "everyone" };
}

/** How many numbered stages a run has. */
export function stageCount({ analysis: { strategy } }: Canary): number {
  if (strategy.kind === "weighted") return strategy.steps.length;
  return strategy.iterations + (strategy.kind === "blue-green" && strategy.switches ? 1 : 0);
}

/** Whether this revision has begun to prove itself, so that there is something to measure. */
export function isUnderTest({ step, route }: Progress): boolean {
  return step > 0 || route.weight > 0 || route.mirrored;
}
