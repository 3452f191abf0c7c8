import { judge, judgeAll } from "../analysis/judge.ts";
import type { MetricCheck } from "../analysis/metric-check.ts";
import { seconds, type Millis, type Timestamp } from "../units.ts";
import { answersOf, callFor, callsOf, hooksOf } from "./hooks.ts";
import type { HookCall } from "./hook.ts";
import type { Observation } from "./observation.ts";
import { isKnown, isReady, takesEverybody } from "./readiness.ts";
import type { Rollout } from "./rollout.ts";
import { isDue } from "./schedule.ts";
import { isUnderTest, nextStage } from "./stages.ts";
import type { Subject } from "./subject.ts";
import { routeReached, type Turn } from "./turn.ts";

/** What a pass has to ask others beside looking at the cluster. */
export interface Asking {
  readonly checks: readonly MetricCheck[];
  /** In the order in which they are called; of one type only until the first that fails (`rollback`: that succeeds). */
  readonly hooks: readonly HookCall[];
}

export const NOTHING_TO_ASK: Asking = { checks: [], hooks: [] };

/** What a pass has to ask now. `seen` is what the caches show, with the answers that it has already. */
export function whatToAsk({ canary, rollout, deleting }: Subject, seen: Observation): Asking {
  if (canary === null || rollout === null || canary.suspended || deleting) return NOTHING_TO_ASK;
  const now = seen.observedAt;
  const due = isDue(rollout.nextPassAt, canary.analysis.interval, now);
  return questions({ canary, seen, now, due }, rollout);
}

/** Whether a due pass still has something to ask. Such a pass has nothing to judge: it is left for the next look. */
export function isUnasked(turn: Turn, rollout: Rollout): boolean {
  const { checks, hooks } = questions(turn, rollout);
  return checks.length > 0 || hooks.length > 0;
}

function questions(turn: Turn, rollout: Rollout): Asking {
  if (!turn.due) return NOTHING_TO_ASK;
  switch (rollout.phase) {
    case "waiting":
      return firstOf([() => only(callsOf(turn, rollout, "rollback")), () => only(atTheStart(turn, rollout))]);
    case "progressing":
    case "waiting-promotion":
      return firstOf([() => ofAnalysis(turn, rollout), () => only(atTheGates(turn, rollout))]);
    case "succeeded":
    case "failed":
      return only(afterwards(turn, rollout));
    case "initializing":
    case "initialized":
    case "promoting":
    case "finalising":
    case "rolling-back":
    case "undoing":
    case "terminating":
      return NOTHING_TO_ASK;
  }
}

const only = (hooks: readonly HookCall[]): Asking => (hooks.length === 0 ? NOTHING_TO_ASK : { checks: [], hooks });

/** Gates are asked only when nothing that comes before them is open. */
function firstOf(rounds: readonly (() => Asking)[]): Asking {
  for (const round of rounds) {
    const asking = round();
    if (asking !== NOTHING_TO_ASK) return asking;
  }
  return NOTHING_TO_ASK;
}

function atTheStart(turn: Turn, rollout: Rollout): readonly HookCall[] {
  const asked = answersOf(turn, "rollback").some(({ ok }) => ok);
  return rollout.gate?.name === "confirm-rollout" && !asked ? callsOf(turn, rollout, "confirm-rollout") : [];
}

/** Everything that this pass is judged by, all at once: what fails does not hide the rest. */
function ofAnalysis(turn: Turn, rollout: Rollout): Asking {
  const { canary, seen, now } = turn;
  const rollback = callsOf(turn, rollout, "rollback");
  if (!isSettled(turn, rollout) || canary.skipAnalysis) return only(rollback);
  if (!isUnderTest(rollout)) return only([...rollback, ...callsOf(turn, rollout, "pre-rollout")]);
  const measured = seen.measurements.length > 0;
  const checks = measured
    ? []
    : canary.analysis.checks.map((check) => ({ ...check, window: windowOf(check, rollout, now) }));
  const hooks = [...rollback, ...callsOf(turn, rollout, "rollout")];
  return checks.length === 0 && hooks.length === 0 ? NOTHING_TO_ASK : { checks, hooks };
}

/** Both copies are ready and the traffic is where it was asked to be. */
export function isSettled(turn: Turn, rollout: Rollout): boolean {
  const { canary, seen } = turn;
  const { primaryReadyPercent, canaryReadyPercent } = canary.analysis;
  // With all traffic on the canary, primary is what has to be mended: waiting for it would wait for ever.
  const primaryFits = takesEverybody(rollout.route) || isReady(seen.primary, primaryReadyPercent);
  return primaryFits && isReady(seen.target, canaryReadyPercent) && routeReached(turn, rollout);
}

/** The gates' own webhooks, only in a pass that would go on otherwise. */
function atTheGates(turn: Turn, rollout: Rollout): readonly HookCall[] {
  const { canary } = turn;
  if (rollout.pause !== null || canary.skipAnalysis || !isKnown(turn.seen.target)) return [];
  if (!isSettled(turn, rollout) || !passes(turn, rollout)) return [];
  const next = nextStage(canary, rollout);
  const increases = canary.analysis.strategy.kind === "weighted" && (next === null || next.weight > 0);
  const wantsMore = increases && rollout.phase === "progressing";
  const traffic = wantsMore ? callsOf(turn, rollout, "confirm-traffic-increase") : [];
  if (traffic.length > 0 || next !== null) return traffic;
  const refused = answersOf(turn, "confirm-traffic-increase").some(({ ok }) => !ok);
  return refused ? [] : callsOf(turn, rollout, "confirm-promotion");
}

/** Whether nothing that was asked in this pass speaks against going on. */
function passes(turn: Turn, rollout: Rollout): boolean {
  const hooks = ["pre-rollout", "rollout"] as const;
  if (answersOf(turn, "rollback").some(({ ok }) => ok)) return false;
  if (hooks.some((type) => answersOf(turn, type).some(({ ok }) => !ok))) return false;
  if (!isUnderTest(rollout)) return true;
  const verdicts = turn.canary.analysis.checks.map((check) => {
    const measurement = turn.seen.measurements.find((entry) => entry.check === check.name);
    return measurement === undefined ? "error" : judge(check, measurement);
  });
  return judgeAll(verdicts) === "pass";
}

function afterwards(turn: Turn, rollout: Rollout): readonly HookCall[] {
  if (answersOf(turn, "post-rollout").length > 0) return [];
  const hooks = hooksOf(turn.canary, "post-rollout").filter(({ name }) => rollout.hooksLeft.includes(name));
  return hooks.map((hook) => callFor(turn, rollout, hook));
}

/**
 * How far back a check may look: its own window, but not beyond the moment when this revision got its first traffic. The mesh labels
 * the workload and not the revision, so older requests would be another version's. Whole seconds, so that canaries share a query.
 */
export function windowOf(check: MetricCheck, rollout: Pick<Rollout, "trafficSince">, now: Timestamp): Millis {
  if (rollout.trafficSince === null) return check.window;
  const since = Math.max(1, Math.floor((now - rollout.trafficSince) / 1000));
  return seconds(Math.min(check.window / 1000, since));
}
