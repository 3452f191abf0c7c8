import { later, seconds } from "../../units.ts";
import type { Actor } from "../command.ts";
import { ruleFor, waitAtGate } from "../gates.ts";
import { afterTheEnd, hooksOf } from "../hooks.ts";
import { isUnasked } from "../questions.ts";
import { CLUSTER_ACTOR, enter, nextRollout, reroute, tell } from "../record.ts";
import type { Revision, Rollout } from "../rollout.ts";
import { leaveDeadCanary, primaryRuns, safeWeight, scheduleSoon, tellStuck, type Turn } from "../turn.ts";

/** How long a target may take to accept an image, and how often to look meanwhile. */
const PATIENCE = seconds(60);
const RECHECK = seconds(2);
const PRIMARY_DELETED = "primary: deleted";

/**
 * Initialized, succeeded or failed: nothing moves until the target runs something new, or a person asked for something.
 * A target that was put back to what primary runs starts nothing, but is remembered, so that the failed revision may be tried again.
 */
export function idle(turn: Turn, rollout: Rollout): Rollout {
  const led = leaveDeadCanary(turn, rollout);
  if (led !== rollout) return led;
  if (rollout.hooksLeft.length > 0 && turn.due) return isUnasked(turn, rollout) ? rollout : afterTheEnd(turn, rollout);
  const revision = turn.seen.target?.revision ?? null;
  if (turn.seen.primary === null && rollout.promoted !== null) return withoutPrimary(turn, rollout, revision);
  if (rollout.stuck === PRIMARY_DELETED) return { ...rollout, stuck: "" };
  if (rollout.requested !== null) return followRequest(turn, rollout, revision);
  if (revision === null) return rollout;
  if (revision.hash === rollout.applied) return rollout;
  if (primaryRuns(turn, rollout, revision)) return { ...rollout, applied: revision.hash };
  return begin(turn, rollout, { revision, by: CLUSTER_ACTOR, channel: "" });
}

/**
 * Somebody deleted primary. It is made again only from the revision that was promoted: the target may run one that failed. Until
 * then nothing begins, and people are told what would bring it back.
 */
function withoutPrimary(turn: Turn, rollout: Rollout, revision: Revision | null): Rollout {
  const { now } = turn;
  const promoted = rollout.promoted?.label ?? "";
  if (revision !== null && revision.hash === rollout.promoted?.hash) {
    const detail = `primary was deleted; it is made again from the target, which runs ${promoted}`;
    const again = { ...enter(reroute(rollout, 0), "initializing", now), requested: null, nextPassAt: now };
    return tell(again, now, { kind: "human-needed", why: "stuck", detail });
  }
  const runs = revision === null ? "does not exist" : `runs ${revision.label}`;
  const detail = `primary was deleted and the target ${runs}; put the target back to ${promoted}, and primary is made again from it`;
  return tellStuck(turn, rollout, PRIMARY_DELETED, detail);
}

/** A start command named an image: once the target runs it, the rollout begins in that person's name. */
function followRequest(turn: Turn, rollout: Rollout, revision: Revision | null): Rollout {
  const requested = rollout.requested;
  if (requested === null) return rollout;
  if (revision === null || !runs(revision, requested.container, requested.image))
    return awaitRequest(turn, rollout, requested);
  const record = { ...rollout, requested: null, nextPassAt: null };
  if (primaryRuns(turn, rollout, revision)) {
    const why = `primary already runs ${revision.label}`;
    return tell({ ...record, applied: revision.hash }, turn.now, {
      kind: "command-ignored",
      verb: "start",
      by: requested.by,
      why,
    });
  }
  return begin(turn, record, { revision, by: requested.by, channel: requested.channel });
}

/** The target has not taken the image yet: look again soon, and give up with a word when it never does. */
export function awaitRequest(turn: Turn, rollout: Rollout, requested: NonNullable<Rollout["requested"]>): Rollout {
  const { now } = turn;
  if (now >= later(requested.at, PATIENCE)) {
    const why = `the target could not be changed to ${requested.image}`;
    const dropped = { ...rollout, requested: null, nextPassAt: null };
    return tell(dropped, now, { kind: "command-ignored", verb: "start", by: requested.by, why });
  }
  return turn.due ? { ...rollout, nextPassAt: later(now, RECHECK) } : rollout;
}

export function runs(revision: Revision, container: string, image: string): boolean {
  return revision.images.some((entry) => entry.container === container && entry.image === image);
}

export interface Start {
  readonly revision: Revision;
  readonly by: Actor;
  readonly channel: string;
}

/** Opens the next rollout: at the confirm-rollout gate, waiting for chat, or progressing at once. */
export function begin(turn: Turn, rollout: Rollout, start: Start): Rollout {
  const { canary, now } = turn;
  const gated = ruleFor(canary, "confirm-rollout") !== null;
  const waitsForChat = canary.rollout.start === "chat" && start.by.kind === "cluster";
  const phase = gated || waitsForChat ? "waiting" : "progressing";
  const weight = safeWeight(turn, rollout);
  const opened = nextRollout(rollout, { ref: canary.ref, phase, ...start, weight, now });
  if (waitsForChat) {
    const waiting = { ...opened, nextPassAt: null };
    return tell(waiting, now, { kind: "revision-waiting", label: start.revision.label, by: start.by });
  }
  const started = tellConfigs(turn, tell({ ...opened, nextPassAt: null }, now, startedEvent(opened)));
  return gated ? atTheGate(turn, started) : scheduleSoon(turn, started);
}

/** Webhooks that hold the gate are asked at once: a rollout that they let pass is not made to wait an interval. */
export function atTheGate(turn: Turn, rollout: Rollout): Rollout {
  const held = waitAtGate(turn, scheduleSoon(turn, rollout), "confirm-rollout");
  return hooksOf(turn.canary, "confirm-rollout").length > 0 ? { ...held, nextPassAt: turn.now } : held;
}

/** A revision with the images that primary runs differs from it in its configs, or in nothing that has a name. */
function tellConfigs({ now }: Turn, rollout: Rollout): Rollout {
  const { revision, promoted } = rollout;
  if (promoted === null || !sameImages(revision, promoted)) return rollout;
  const names = new Set([...Object.keys(revision.configs), ...Object.keys(promoted.configs)]);
  const configs = [...names].filter((name) => revision.configs[name] !== promoted.configs[name]).sort();
  return configs.length === 0 ? rollout : tell(rollout, now, { kind: "configs-changed", configs });
}

function sameImages(one: Revision, other: Revision): boolean {
  const written = ({ images }: Revision): string =>
    images.map(({ container, image }) => `${container}=${image}`).join(" ");
  return written(one) === written(other);
}

export function startedEvent(rollout: Rollout) {
  return {
    kind: "rollout-started",
    label: rollout.revision.label,
    from: rollout.promoted?.label ?? "",
    by: rollout.startedBy,
    attempt: rollout.number,
  } as const;
}
