import { later, weight, type Timestamp, type Weight } from "../units.ts";
import type { ApprovalRule, Canary, GateName } from "./canary.ts";
import type { EventOf, Figure } from "./event.ts";
import type { Observation } from "./observation.ts";
import { enter, reroute, tell } from "./record.ts";
import { describeUnready, serves } from "./readiness.ts";
import type { Approval, Evidence, Revision, RollbackCause, Rollout } from "./rollout.ts";
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

/** The manifest's rule for a gate, or `null` when nobody has to agree there. */
export function ruleFor(canary: Canary, gate: GateName): ApprovalRule | null {
  return canary.rollout.approvals.find((rule) => rule.gate === gate) ?? null;
}

/** Approvals that count for a gate: of the present revision, by different people, within the rule's group. */
export function countedApprovals(rollout: Rollout, rule: ApprovalRule): readonly Approval[] {
  const people = new Map<string, Approval>();
  for (const approval of rollout.approvals) {
    if (approval.gate !== rule.gate || approval.revision !== rollout.revision.hash) continue;
    if (rule.group !== "" && !approval.roles.includes(rule.group)) continue;
    if (rule.notStarter && rollout.startedBy.kind === "slack" && approval.user === rollout.startedBy.user) continue;
    if (!people.has(approval.user)) people.set(approval.user, approval);
  }
  return [...people.values()];
}

/** Whether enough people have agreed. A gate without a rule is open. */
export function gateOpen(canary: Canary, rollout: Rollout, gate: GateName): boolean {
  const rule = ruleFor(canary, gate);
  return rule === null || countedApprovals(rollout, rule).length >= rule.count;
}

/** Lets a closed gate hold the rollout, and asks for approval once. */
export function waitAtGate(turn: Turn, rollout: Rollout, gate: GateName): Rollout {
  if (rollout.gate?.name === gate) return rollout;
  const rule = ruleFor(turn.canary, gate);
  if (rule === null) return rollout;
  const until = rule.timeout === null ? null : later(turn.now, rule.timeout);
  const asked: EventOf<"approval-wanted"> = {
    kind: "approval-wanted",
    gate,
    group: rule.group,
    count: rule.count,
    until,
    onTimeout: rule.onTimeout,
    figures: rollout.evidence.map(figureOf),
  };
  return tell({ ...rollout, gate: { name: gate, since: turn.now, until } }, turn.now, asked);
}
