import type { Canary } from "./canary.ts";
import { checksumOf, type Hook, type HookAnswer, type HookCall, type HookType } from "./hook.ts";
import { peerPhase } from "./peer-status.ts";
import { tell } from "./record.ts";
import type { Rollout } from "./rollout.ts";
import { rollBack, type Turn } from "./turn.ts";

/** Kept of a receiver's words, in characters: the record must stay small enough to be saved. */
const LONGEST = 300;

/** Hooks that belong to the analysis; without one they are not called. */
const OF_ANALYSIS: ReadonlySet<HookType> = new Set([
  "pre-rollout",
  "rollout",
  "rollback",
  "confirm-traffic-increase",
  "confirm-promotion",
]);

/** The canary's hooks of one type, in their order. */
export function hooksOf({ skipAnalysis, analysis }: Canary, type: HookType): readonly Hook[] {
  if (skipAnalysis && OF_ANALYSIS.has(type)) return [];
  return analysis.hooks.filter((hook) => hook.type === type);
}

/** What came of the hooks of one type in this pass. */
export function answersOf({ seen }: Pick<Turn, "seen">, type: HookType): readonly HookAnswer[] {
  return seen.hooks.filter((answer) => answer.type === type);
}

/** The calls of one type that this pass has not made yet; none once they are decided. */
export function callsOf(turn: Turn, rollout: Rollout, type: HookType): readonly HookCall[] {
  const hooks = hooksOf(turn.canary, type).filter(({ name }) => !rollout.hooksPassed.includes(name));
  const answers = answersOf(turn, type);
  const decided = answers.some(({ ok }) => ok === (type === "rollback"));
  if (decided || hooks.every(({ name }) => answers.some((answer) => answer.hook === name))) return [];
  return hooks.map((hook) => callFor(turn, rollout, hook));
}

/** One call. Its key names the pass, so that whoever receives it twice may act once. */
export function callFor({ canary }: Turn, rollout: Rollout, hook: Hook): HookCall {
  return {
    hook,
    canary: canary.ref.name,
    namespace: canary.ref.namespace,
    phase: peerPhase(rollout, ""),
    checksum: checksumOf(rollout.revision),
    key: `${rollout.id}/${rollout.pass}/${hook.type}/${hook.name}`,
  };
}

/** Takes the rollout back when a rollback hook of the manifest asks for it; `null` when none does. */
export function askedByHook(turn: Turn, rollout: Rollout): Rollout | null {
  const asking = answersOf(turn, "rollback").find(({ ok }) => ok);
  if (asking === undefined) return null;
  return rollBack(turn, rollout, { cause: "hook-asked", detail: `webhook ${asking.hook}`, by: null });
}

/**
 * Counts a failed hook as a failed check, and takes the rollout back at the threshold. `counted` is whether the same pass counts one
 * already: it counts at most once.
 */
export function countHook(turn: Turn, rollout: Rollout, answer: HookAnswer, counted: boolean): Rollout {
  const { threshold } = turn.canary.analysis;
  const failed = rollout.failedChecks + (counted ? 0 : 1);
  const { hook, type } = answer;
  const problem = answer.problem.slice(0, LONGEST);
  const told = tell({ ...rollout, failedChecks: failed }, turn.now, {
    kind: "hook-failed",
    hook,
    type,
    failed,
    threshold,
    problem,
  });
  if (failed < threshold) return told;
  const detail = `webhook ${hook}: ${problem} (failed check ${failed} of ${threshold})`;
  return rollBack(turn, told, { cause: "failed-checks", detail, by: null });
}

/** The pre-rollout hooks of this pass: those that passed are remembered, the first that failed counts. `null`: none was called. */
export function afterPreRollout(turn: Turn, rollout: Rollout): Rollout | null {
  const answers = answersOf(turn, "pre-rollout");
  if (answers.length === 0) return null;
  const passed = answers.filter(({ ok }) => ok);
  const remembered = { ...rollout, hooksPassed: [...rollout.hooksPassed, ...passed.map(({ hook }) => hook)] };
  const told = passed.reduce(
    (record, { hook, type }) => tell(record, turn.now, { kind: "hook-passed", hook, type }),
    remembered,
  );
  const failed = answers.find(({ ok }) => !ok);
  return failed === undefined ? told : countHook(turn, told, failed, false);
}

/** Names of the hooks that an end calls. */
export function hooksOfTheEnd(canary: Canary): string[] {
  return hooksOf(canary, "post-rollout").map(({ name }) => name);
}

/** What came of the hooks after the end: one that fails is told, and keeps the others from being called. */
export function afterTheEnd(turn: Turn, rollout: Rollout): Rollout {
  const answers = answersOf(turn, "post-rollout");
  const failed = answers.find(({ ok }) => !ok);
  const record = { ...rollout, hooksLeft: [], nextPassAt: null };
  if (failed === undefined) return record;
  const problem = failed.problem.slice(0, LONGEST);
  return tell(record, turn.now, { kind: "post-hook-failed", hook: failed.hook, problem });
}
