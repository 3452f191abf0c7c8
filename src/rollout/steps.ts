import { weight, type Weight } from "../units.ts";
import type { Canary } from "./canary.ts";

/** Weight of the last step, at which promotion is decided. */
export function finalWeight(canary: Canary): Weight {
  return canary.analysis.steps.at(-1) ?? weight(100);
}

/**
 * The next step above `present`, or `null` at the last one. Looking for the next greater weight rather than counting keeps
 * a rollout sound when somebody edits the list in mid-run.
 */
export function nextStep(canary: Canary, present: Weight): { readonly step: number; readonly weight: Weight } | null {
  const index = canary.analysis.steps.findIndex((step) => step > present);
  const next = canary.analysis.steps[index];
  return next === undefined ? null : { step: index + 1, weight: next };
}
