import { judge, judgeAll } from "../../analysis/judge.ts";
import type { Measurement, MetricCheck, Verdict } from "../../analysis/metric-check.ts";
import { later } from "../../units.ts";
import { tell } from "../record.ts";
import { answersOf, countHook } from "../hooks.ts";
import { windowOf } from "../questions.ts";
import type { HookAnswer } from "../hook.ts";
import type { Evidence, Rollout } from "../rollout.ts";
import { figureOf, rollBack, type Turn } from "../turn.ts";

/** Other people's words that are kept in the record, in characters: it must stay small enough to be saved. */
const LONGEST = 300;

/** What a due pass concludes from its measurements: the record with the evidence, and the verdict of all checks together. */
export interface Analysis {
  readonly rollout: Rollout;
  readonly verdict: Verdict;
}

/**
 * Judges every check of a due pass and keeps the evidence. `rollout.pass` is the pass that the evidence is keyed by. A rollout hook
 * that failed counts like a failed check; both together count once.
 */
export function analyse(turn: Turn, rollout: Rollout): Analysis {
  const evidence = turn.canary.analysis.checks.map((check) => evidenceFor(turn, rollout, check));
  const verdict = judgeAll(evidence.map((entry) => entry.verdict));
  const record = { ...rollout, evidence };
  const hook = answersOf(turn, "rollout").find(({ ok }) => !ok);
  if (verdict === "fail") return { verdict, rollout: countFailure(turn, concluded(record), hook) };
  if (hook !== undefined) return { verdict: "fail", rollout: countHook(turn, record, hook, false) };
  if (verdict === "pass") return { verdict, rollout: tellConclusive(turn, record) };
  return { verdict, rollout: holdInconclusive(turn, record) };
}

function evidenceFor(turn: Turn, rollout: Rollout, check: MetricCheck): Evidence {
  const measurement = turn.seen.measurements.find((entry) => entry.check === check.name) ?? unanswered(check);
  const found = measurement.kind === "value" ? measurement : null;
  return {
    pass: rollout.pass,
    at: turn.now,
    check: check.name,
    verdict: judge(check, measurement),
    value: found?.value ?? null,
    min: check.min,
    max: check.max,
    primary: found?.primary ?? null,
    samples: found?.samples ?? null,
    window: windowOf(check, rollout, turn.now),
    query: measurement.query,
    problem: problemOf(check, measurement),
  };
}

function unanswered(check: MetricCheck): Measurement {
  return { kind: "error", check: check.name, query: "", problem: "was not measured" };
}

function problemOf({ subject }: MetricCheck, measurement: Measurement): string {
  if (measurement.kind === "no-data") {
    return subject === "custom" ? "its query has no result" : "no requests in the window";
  }
  return measurement.kind === "error" ? measurement.problem.slice(0, LONGEST) : "";
}

/** One more failed check; the one that reaches the threshold takes the rollout back at once. */
function countFailure(turn: Turn, rollout: Rollout, hook: HookAnswer | undefined): Rollout {
  const { threshold } = turn.canary.analysis;
  const counted = { ...rollout, failedChecks: rollout.failedChecks + 1 };
  const figures = counted.evidence.filter((evidence) => evidence.verdict === "fail").map(figureOf);
  const failed = counted.failedChecks;
  const told = tell(counted, turn.now, {
    kind: "checks-failed",
    failed,
    threshold,
    weight: rollout.route.weight,
    figures,
  });
  if (failed < threshold) return hook === undefined ? told : countHook(turn, told, hook, true);
  const detail = `${counted.evidence
    .filter(({ verdict }) => verdict === "fail")
    .map(inWords)
    .join("; ")} (failed check ${failed} of ${threshold})`;
  return rollBack(turn, told, { cause: "failed-checks", detail, by: null });
}

/** `request-success-rate 95.9, limit at least 99`. */
function inWords({ check, value, min, max }: Evidence): string {
  const limits = [min === null ? "" : `at least ${min}`, max === null ? "" : `at most ${max}`].filter(
    (limit) => limit !== "",
  );
  return `${check} ${value === null ? "unknown" : rounded(value)}, limit ${limits.join(" and ")}`;
}

/** Two decimals, or three digits where there would be nothing left: own metrics may be in seconds. */
const rounded = (value: number): number =>
  Math.abs(value) < 1 ? Number(value.toPrecision(3)) : Math.round(value * 100) / 100;

const concluded = (rollout: Rollout): Rollout => ({ ...rollout, inconclusiveSince: null, stuck: "" });

function tellConclusive(turn: Turn, rollout: Rollout): Rollout {
  if (rollout.inconclusiveSince === null) return rollout;
  const figures = rollout.evidence.map(figureOf);
  return tell(concluded(rollout), turn.now, { kind: "checks-conclusive", figures });
}

/** No verdict is not a failure: hold, after a while ask a person, after a longer while roll back. */
function holdInconclusive(turn: Turn, rollout: Rollout): Rollout {
  const { askAfter, rollbackAfter } = turn.canary.rollout.inconclusive;
  const unclear = rollout.evidence.filter((evidence) => evidence.verdict !== "pass");
  const figures = unclear.map(figureOf);
  if (rollout.inconclusiveSince === null) {
    const record = { ...rollout, inconclusiveSince: turn.now };
    const [askAt, rollbackAt] = [later(turn.now, askAfter), later(turn.now, rollbackAfter)];
    return tell(record, turn.now, { kind: "checks-inconclusive", figures, askAt, rollbackAt });
  }
  const detail = unclear
    .map((evidence) => `${evidence.check}: ${evidence.problem}`)
    .join("; ")
    .slice(0, 2 * LONGEST);
  if (turn.now >= later(rollout.inconclusiveSince, rollbackAfter)) {
    return rollBack(turn, rollout, { cause: "inconclusive-too-long", detail, by: null });
  }
  if (turn.now < later(rollout.inconclusiveSince, askAfter) || rollout.stuck === "inconclusive") return rollout;
  return tell({ ...rollout, stuck: "inconclusive" }, turn.now, { kind: "human-needed", why: "inconclusive", detail });
}
