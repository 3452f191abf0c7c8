import { weight, type Timestamp, type Weight } from "../units.ts";
import type { Canary } from "./canary.ts";
import type { Figure } from "./event.ts";
import type { Observation } from "./observation.ts";
import { enter, reroute, tell } from "./record.ts";
import { describeUnready, isScalable, serves } from "./readiness.ts";
import type { Evidence, Revision, RollbackCause, Rollout } from "./rollout.ts";
import type { Actor } from "./command.ts";
import { nextPass, nextSlot } from "./schedule.ts";
import { stampOf } from "./effect.ts";

/** What one pass works with. `due` is whether its own time has come, rather than a command or a change having woken it. */
export interface Turn {
  readonly canary: Canary;
  readonly seen: Observation;
  readonly now: Timestamp;
  readonly due: boolean;
}

/** A rule of the phase machine: the record before and after. Answers the same object when nothing changed. */
export type Advance = (turn: Turn, rollout: Rollout) => Rollout;

/** The record after its due pass was used up: counted, and the next one scheduled. */
export function spendPass({ canary, seen, now }: Turn, rollout: Rollout): Rollout {
  const slotting = { interval: canary.analysis.interval, uid: canary.ref.uid, slots: seen.slots };
  return { ...rollout, pass: rollout.pass + 1, nextPassAt: nextPass(slotting, now, rollout.nextPassAt) };
}

/** The record with its next pass in the canary's next slot: for beginnings, which nobody has to be able to watch for a whole interval. */
export function scheduleSoon({ canary, seen, now }: Turn, rollout: Rollout): Rollout {
  const slotting = { interval: canary.analysis.interval, uid: canary.ref.uid, slots: seen.slots };
  return { ...rollout, pass: rollout.pass + 1, nextPassAt: nextSlot(slotting, now) };
}

/** Zero, unless primary has no pod to take the traffic while the canary has: then what the canary has now. */
export function safeWeight({ seen }: Turn, rollout: Rollout): Weight {
  return serves(seen.primary) || !serves(seen.target) ? weight(0) : rollout.route.weight;
}

/** Whether primary runs this revision, as far as anybody can tell: a failed promotion leaves it with another one than was promoted. */
export function primaryRuns({ seen }: Turn, rollout: Rollout, revision: Revision): boolean {
  const copied = seen.primary?.revision ?? rollout.promoted;
  return revision.hash === rollout.promoted?.hash && revision.hash === copied?.hash;
}

/** Traffic leaves a canary copy that has no pod for it as soon as primary has one. The same record when it need not. */
export function leaveDeadCanary({ seen, now }: Turn, rollout: Rollout): Rollout {
  if (rollout.route.weight === 0 || serves(seen.target) || !serves(seen.primary)) return rollout;
  return tell(reroute(rollout, 0), now, { kind: "traffic-returning", weight: weight(0) });
}

/** Says once that a person has to look; says nothing while it is the same trouble. */
export function tellStuck({ now }: Turn, rollout: Rollout, stuck: string, detail: string): Rollout {
  if (rollout.stuck === stuck) return rollout;
  return tell({ ...rollout, stuck }, now, { kind: "human-needed", why: "stuck", detail });
}

/**
 * Says that the mesh does not carry what it was asked to carry, once two due passes have found it so: a single one may have
 * looked in the middle of a repair.
 */
export function tellUnrouted(turn: Turn, rollout: Rollout): Rollout {
  if (rollout.stuck === "the route is not as asked") return rollout;
  if (rollout.stuck !== "route unproven") return { ...rollout, stuck: "route unproven" };
  const { route } = turn.seen;
  const problem = route.kind === "unusable" ? route.problem : route.kind === "present" ? route.pending : undefined;
  const why = problem ?? "the worker's log says what the cluster answered";
  return tellStuck(
    turn,
    rollout,
    "the route is not as asked",
    `the route does not carry ${rollout.route.weight} % to the canary: ${why}`,
  );
}

/** The record in another phase, its next pass one whole interval ahead (kept when this turn's pass was spent already). */
export function moveTo(turn: Turn, rollout: Rollout, phase: Rollout["phase"]): Rollout {
  const { canary, seen, now } = turn;
  const entered = enter(rollout, phase, now);
  if (turn.due && rollout.nextPassAt !== null && rollout.nextPassAt > now) return entered;
  const slotting = { interval: canary.analysis.interval, uid: canary.ref.uid, slots: seen.slots };
  return { ...entered, nextPassAt: nextPass(slotting, now, rollout.nextPassAt) };
}

/** Whether the mesh carries exactly what this record last asked for. */
export function routeReached({ seen }: Turn, rollout: Rollout): boolean {
  const { route } = seen;
  if (route.kind !== "present" || !route.intact || route.pending !== undefined) return false;
  const { weight, mirrored, audience, stamp } = rollout.route;
  const same = route.weight === weight && route.mirrored === mirrored && route.audience === audience;
  return same && route.stamp === stampOf(rollout, stamp);
}

export interface RollbackWish {
  readonly cause: RollbackCause;
  /** One sentence with the figures; empty when the cause says all. */
  readonly detail: string;
  readonly by: Actor | null;
}

/**
 * Begins to take the rollout back. The route is always asked for anew, even when its weight is 0 already, so that a worker
 * with an older view finds its resourceVersion gone. Traffic stays where it is while primary has no pod to take it.
 */
export function rollBack(turn: Turn, rollout: Rollout, wish: RollbackWish): Rollout {
  const { now } = turn;
  const begun = reroute(enter(rollout, "rolling-back", now), safeWeight(turn, rollout));
  const record = {
    ...begun,
    rollback: { ...wish, at: now },
    pause: null,
    gate: null,
    requested: null,
    nextPassAt: now,
  };
  const figures = rollout.evidence.filter((evidence) => evidence.verdict !== "pass").map(figureOf);
  return tell(record, now, { kind: "rollback-started", ...wish, weight: rollout.route.weight, figures });
}

/** Says once what a workload lacks; says nothing while it is the same trouble. */
export function tellUnready(
  turn: Turn,
  rollout: Rollout,
  who: "canary" | "primary",
  deadline: Timestamp | null,
): Rollout {
  const workload = who === "canary" ? turn.seen.target : turn.seen.primary;
  const detail = describeUnready(workload);
  const trouble = `${who}: ${workload?.trouble?.reason ?? "not ready"}`;
  if (rollout.stuck === trouble) return rollout;
  return tell({ ...rollout, stuck: trouble }, turn.now, { kind: "not-ready", who, detail, deadline });
}

export function figureOf(evidence: Evidence): Figure {
  const { check, verdict, value, min, max, primary, samples, window, problem } = evidence;
  return { check, verdict, value, min, max, primary, samples, window, problem };
}

/** Whether a copy asks for no pod any more. A target that is never scaled counts as resting. */
export function isDown({ canary, seen }: Pick<Turn, "canary" | "seen">): boolean {
  return seen.target === null || seen.target.replicas === 0 || !isScalable(canary);
}

/**
 * Whether the canary copy rests by this rollout's own word. A target that merely has no pods may still get some from a worker that
 * stalled before it could scale it up: only a write of ours takes its resourceVersion away.
 */
export function isRetired(turn: Pick<Turn, "canary" | "seen">, rollout: Rollout): boolean {
  const { target } = turn.seen;
  if (target === null || !isScalable(turn.canary)) return true;
  return target.replicas === 0 && target.scaledFor === stampOf(rollout, rollout.route.stamp);
}
