import { weight, type Weight } from "../../units.ts";
import type { MirrorPlan, Strategy, TrafficCondition } from "../canary.ts";
import type { AnalysisSpec } from "./analysis-spec.ts";
import { found, readWhole, wrong, type Found } from "./found.ts";
import type { ProviderAbilities } from "./provider-abilities.ts";

/** Passes of a run where nothing can shift weights and the manifest names no number. */
const WITHOUT_WEIGHTS = 10;
const MOST_ITERATIONS = 1_000_000;

/** How a new revision meets traffic: what the manifest asks for, as far as the provider can do it. */
export function readStrategy(spec: AnalysisSpec, { weights, conditions }: ProviderAbilities): Found<Strategy> {
  const path = "spec.analysis";
  const mirror = readMirror(spec);
  if (mirror.problem !== null) return mirror;
  const match = readConditions(spec.match ?? []);
  if (match.problem !== null) return match;
  if (spec.iterations === undefined) {
    const steps = readSteps(spec);
    if (steps.problem !== null) return steps;
    if (match.value.length > 0) {
      const fix = "Give iterations instead of weights for an A/B test, or remove match.";
      return wrong(`${path}.match`, "stands beside weights, which are about all requests", fix);
    }
    if (weights) return found({ kind: "weighted", steps: steps.value, mirror: mirror.value });
    return found({ kind: "blue-green", iterations: WITHOUT_WEIGHTS, mirror: null, switches: false });
  }
  for (const other of ["stepWeight", "stepWeights"] as const) {
    if (spec[other] !== undefined) return wrong(`${path}.${other}`, "stands beside iterations", "Keep one of the two.");
  }
  const iterations = readIterations(spec.iterations, weights);
  if (iterations.problem !== null) return iterations;
  if (match.value.length === 0 || !conditions) {
    return found({ kind: "blue-green", iterations: iterations.value, mirror: mirror.value, switches: weights });
  }
  if (mirror.value !== null) {
    const fix = "Remove mirror, or match: an A/B test sends the requests themselves to the canary.";
    return wrong(`${path}.mirror`, "stands beside match", fix);
  }
  return found({ kind: "ab-test", iterations: iterations.value, match: match.value });
}

function readIterations(value: number, weights: boolean): Found<number> {
  if (value === 0 && !weights) return found(WITHOUT_WEIGHTS);
  return readWhole({ path: "spec.analysis.iterations", value, fallback: 1, min: 1, max: MOST_ITERATIONS });
}

/** Without a share, every request is copied. */
function readMirror({ mirror, mirrorWeight }: AnalysisSpec): Found<MirrorPlan | null> {
  const path = "spec.analysis.mirrorWeight";
  const percent = readWhole({ path, value: mirrorWeight, fallback: 100, min: 0, max: 100 });
  if (percent.problem !== null) return percent;
  if (mirror !== true) return found(null);
  if (percent.value === 0) return wrong(path, "is 0 beside mirror", "Use 1 to 100, or set mirror to false.");
  return found({ percent: mirrorWeight === undefined ? null : weight(percent.value) });
}

function readConditions(entries: NonNullable<AnalysisSpec["match"]>): Found<readonly TrafficCondition[]> {
  const conditions: TrafficCondition[] = [];
  for (const [index, { headers = {}, queryParams = {}, sourceLabels = {} }] of entries.entries()) {
    const path = `spec.analysis.match[${index}]`;
    if ([headers, queryParams, sourceLabels].every((map) => Object.keys(map).length === 0)) {
      return wrong(path, "has no condition, so that everybody would take part", "Add headers, or remove the entry.");
    }
    conditions.push({ headers, queryParams, sourceLabels });
  }
  return found(conditions);
}

function readSteps(spec: AnalysisSpec): Found<readonly Weight[]> {
  if (spec.stepWeight !== undefined && spec.stepWeights !== undefined) {
    return wrong("spec.analysis.stepWeights", "stands beside stepWeight", "Keep one of the two.");
  }
  if (spec.stepWeights !== undefined) return readListedSteps(spec.stepWeights);
  if (spec.stepWeight === undefined) {
    const fix = "Add stepWeight: 10, for example.";
    return wrong("spec.analysis", "has neither stepWeight nor stepWeights nor iterations", fix);
  }
  const step = readWhole({ path: "spec.analysis.stepWeight", value: spec.stepWeight, fallback: 0, min: 1, max: 100 });
  if (step.problem !== null) return step;
  const path = "spec.analysis.maxWeight";
  const ceiling = readWhole({ path, value: spec.maxWeight, fallback: 100, min: 0, max: 100 });
  if (ceiling.problem !== null) return ceiling;
  return found(stepsUpTo(step.value, ceiling.value === 0 ? 100 : ceiling.value));
}

/** Equal steps until the ceiling is reached; the last one may go over it, never over 100: 20 up to 50 is 20, 40, 60. */
export function stepsUpTo(step: number, ceiling: number): readonly Weight[] {
  const steps: Weight[] = [];
  for (let reached = 0; reached < ceiling;) {
    reached = Math.min(100, reached + step);
    steps.push(weight(reached));
  }
  return steps;
}

function readListedSteps(weights: readonly number[]): Found<readonly Weight[]> {
  const path = "spec.analysis.stepWeights";
  if (weights.length === 0) return wrong(path, "is empty", "List at least one weight, such as [10, 50].");
  let before = 0;
  for (const [index, value] of weights.entries()) {
    const read = readWhole({ path: `${path}[${index}]`, value, fallback: 0, min: 1, max: 100 });
    if (read.problem !== null) return read;
    if (value <= before)
      return wrong(`${path}[${index}]`, `${value} does not rise above ${before}`, "Let the weights rise.");
    before = value;
  }
  return found(weights.map(weight));
}
