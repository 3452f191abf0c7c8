import { isLive, reroute, settle, tell } from "./record.ts";
import type { KeptRevision } from "./observation.ts";
import { countedApprovals, ruleFor } from "./gates.ts";
import { hooksOf } from "./hooks.ts";
import { chooseImage } from "./image.ts";
import { atTheGate, begin, runs } from "./phases/idle.ts";
import { startPromotion } from "./phases/promoting.ts";
import { startUndo, undoTarget } from "./phases/undoing.ts";
import { startProgressing } from "./phases/waiting.ts";
import { isReady, serves, takesEverybody } from "./readiness.ts";
import type { RecordedCommand, Rollout } from "./rollout.ts";
import { primaryRuns, rollBack, type Turn } from "./turn.ts";

/** What applying a command gave: the new record, or why it no longer applies. */
type Applied = Rollout | { readonly ignored: string };

const ignored = (why: string): Applied => ({ ignored: why });

/** Applies what people asked (`only` this verb, where given), rollbacks first. A command that no longer fits is settled with a reason that they are told. */
export function applyCommands(turn: Turn, rollout: Rollout, only?: RecordedCommand["verb"]): Rollout {
  const wanted = (command: RecordedCommand) => only === undefined || command.verb === only;
  const pending = rollout.commands.filter((command) => command.state === "pending" && wanted(command));
  const ordered = [...pending].sort((a, b) => Number(b.verb === "rollback") - Number(a.verb === "rollback"));
  return ordered.reduce((record, command) => applyOne(turn, record, command), rollout);
}

function applyOne(turn: Turn, rollout: Rollout, command: RecordedCommand): Rollout {
  const stale = staleness(rollout, command);
  const applied = stale === null ? APPLY[command.verb](turn, rollout, command) : ignored(stale);
  if (!("ignored" in applied)) return settle(applied, command.id, "applied");
  const settled = settle(rollout, command.id, "ignored", applied.ignored);
  return tell(settled, turn.now, {
    kind: "command-ignored",
    verb: command.verb,
    by: command.actor,
    why: applied.ignored,
  });
}

/** A command binds to the rollout and revision that the person saw; it never spills over to a later one. */
function staleness(rollout: Rollout, command: RecordedCommand): string | null {
  if (command.rollout !== undefined && command.rollout !== rollout.id) return "another rollout has begun since";
  if (command.revision !== undefined && command.revision !== rollout.revision.hash)
    return "another revision is being rolled out now";
  return null;
}

const APPLY: Readonly<
  Record<RecordedCommand["verb"], (turn: Turn, rollout: Rollout, command: RecordedCommand) => Applied>
> = {
  start: applyStart,
  pause: (turn, rollout, command) => {
    if (!holds(rollout)) return ignored(`it is ${rollout.phase}`);
    if (rollout.pause !== null) return ignored("it is paused already");
    const reason = command.reason ?? "";
    const paused = { ...rollout, pause: { by: command.actor, at: turn.now, reason } };
    return tell(paused, turn.now, { kind: "paused", by: command.actor, weight: rollout.route.weight, reason });
  },
  resume: (turn, rollout, command) => {
    if (rollout.pause === null) return ignored("it is not paused");
    return tell({ ...rollout, pause: null }, turn.now, { kind: "resumed", by: command.actor });
  },
  approve: applyApproval,
  promote: applyPromotion,
  rollback: (turn, rollout, command) => {
    if (rollout.phase === "promoting" || rollout.phase === "finalising") return applyUndo(turn, rollout, command);
    if (!holds(rollout) && rollout.phase !== "waiting") return ignored(`it is ${rollout.phase}`);
    return rollBack(turn, rollout, { cause: "asked", detail: command.reason ?? "", by: command.actor });
  },
  undo: (turn, rollout, command) =>
    isLive(rollout.phase) ? ignored(`it is ${rollout.phase}`) : applyUndo(turn, rollout, command),
};

/**
 * Promotes at once. Where primary has no pod this is how a revision that mends it gets there: until it has one, everybody is led to
 * the canary.
 */
function applyPromotion(turn: Turn, rollout: Rollout, { actor }: RecordedCommand): Applied {
  const { seen, canary, now } = turn;
  if (!holds(rollout)) return ignored(`it is ${rollout.phase}`);
  if (!isReady(seen.target, canary.analysis.canaryReadyPercent)) return ignored("the canary is not ready");
  const present = seen.target?.revision?.hash;
  if (present === undefined) return ignored("nobody can say what the canary runs");
  if (present !== rollout.applied) return ignored("the target was changed meanwhile");
  if (seen.primary === null) return ignored("primary does not exist");
  const forced = tell(rollout, now, { kind: "promotion-forced", by: actor, weight: rollout.route.weight });
  if (serves(seen.primary) || takesEverybody(rollout.route)) return startPromotion(turn, forced);
  return startPromotion(turn, tell(reroute(forced, 100), now, { kind: "traffic-switched", figures: [] }));
}

/** Primary goes back to a kept copy; where a promotion has not touched it yet, it is made sure that nobody does. */
function applyUndo(turn: Turn, rollout: Rollout, command: RecordedCommand): Applied {
  const reason = command.reason ?? "";
  const kept = untouched(turn, rollout) ?? undoTarget(rollout, turn.seen);
  if (kept === null) return ignored("nothing is kept that primary could be put back to");
  if (kept.missing !== "") return ignored(`the copy of ${kept.revision.label} lacks ${kept.missing}`);
  return startUndo(turn, rollout, { kept, by: command.actor, reason });
}

function untouched({ seen }: Turn, { phase, promoted }: Rollout): KeptRevision | null {
  const same = phase === "promoting" && promoted !== null && seen.primary?.revision?.hash === promoted.hash;
  return same ? { name: "", revision: promoted, missing: "" } : null;
}

function holds(rollout: Rollout): boolean {
  return rollout.phase === "progressing" || rollout.phase === "waiting-promotion";
}

function applyStart(turn: Turn, rollout: Rollout, command: RecordedCommand): Applied {
  const startable = ["initialized", "succeeded", "failed", "waiting"].includes(rollout.phase);
  if (!startable || rollout.requested !== null) return ignored(`it is ${rollout.phase} with ${rollout.revision.label}`);
  const channel = command.channel ?? "";
  const revision = turn.seen.target?.revision ?? null;
  if (revision === null) return ignored("the target does not exist");
  if (turn.seen.primary === null) return ignored("primary does not exist");
  if (command.image !== undefined) {
    const choice = chooseImage(revision.images, command.image);
    if (choice.kind === "bad") return ignored(choice.problem);
    if (choice.kind === "ambiguous") return ignored("several containers could be meant");
    const { container, image } = choice;
    const requested = { container, image, by: command.actor, channel, command: command.id, at: turn.now };
    if (!runs(revision, container, image)) return { ...rollout, requested, nextPassAt: turn.now };
  }
  if (primaryRuns(turn, rollout, revision)) return ignored(`primary already runs ${revision.label}`);
  if (rollout.phase !== "waiting") return begin(turn, rollout, { revision, by: command.actor, channel });
  const claimed = { ...rollout, startedBy: command.actor, channel: rollout.root === null ? channel : rollout.channel };
  const event = {
    kind: "rollout-started",
    label: revision.label,
    from: rollout.promoted?.label ?? "",
    by: command.actor,
    attempt: rollout.number,
  } as const;
  const told = tell(claimed, turn.now, event);
  return ruleFor(turn.canary, "confirm-rollout") === null ? startProgressing(turn, told) : atTheGate(turn, told);
}

function applyApproval(turn: Turn, rollout: Rollout, command: RecordedCommand): Applied {
  const { gate } = rollout;
  const rule = gate === null ? null : ruleFor(turn.canary, gate.name);
  if (gate === null || rule === null) return ignored("no gate waits any more");
  if (command.gate !== undefined && command.gate !== gate.name)
    return ignored(`the gate that waits is ${gate.name} now`);
  const approval = {
    gate: gate.name,
    revision: rollout.revision.hash,
    user: command.actor.user,
    name: command.actor.name,
    roles: command.roles ?? [],
    at: turn.now,
    command: command.id,
  };
  const before = countedApprovals(rollout, rule).length;
  const approved = { ...rollout, approvals: [...rollout.approvals, approval] };
  const have = countedApprovals(approved, rule).length;
  if (have === before) return ignored("this approval does not count for the gate");
  // Where webhooks hold the gate too, they are asked now rather than an interval later.
  const asks = hooksOf(turn.canary, gate.name).length > 0 ? { ...approved, nextPassAt: turn.now } : approved;
  return tell(asks, turn.now, { kind: "approved", gate: gate.name, by: command.actor, have, need: rule.count });
}
