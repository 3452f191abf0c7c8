import { timestamp, weight, RevisionHash, type Timestamp, type Weight } from "../units.ts";
import type { CanaryRef } from "./canary.ts";
import type { Actor } from "./command.ts";
import type { RolloutEvent } from "./event.ts";
import type { Phase, Revision, Rollout } from "./rollout.ts";
import type { PeerStatus } from "./subject.ts";

/** Events kept in the record; what stands in Slack already goes first. */
const EVENTS_KEPT = 40;
const COMMANDS_KEPT = 20;
const ROOTS_KEPT = 3;

export const CLUSTER_ACTOR: Actor = { kind: "cluster", user: "", name: "the cluster" };

/** Stands for "not known yet" until the target has been seen. */
export const UNKNOWN_REVISION: Revision = {
  hash: RevisionHash.parse("v1-0000000000000000"),
  label: "",
  images: [],
  configs: {},
};

/** The record of a canary that nobody has looked at before. */
export function blankRollout(ref: CanaryRef, now: Timestamp): Rollout {
  return {
    recordVersion: 1,
    id: rolloutId(ref, 0),
    number: 0,
    phase: "initializing",
    phaseSince: now,
    startedAt: now,
    revision: UNKNOWN_REVISION,
    applied: UNKNOWN_REVISION.hash,
    names: null,
    adopted: null,
    promoted: null,
    startedBy: CLUSTER_ACTOR,
    channel: "",
    strategy: "weighted",
    step: 0,
    route: { weight: weight(0), stamp: 1, mirrored: false, audience: "everyone" },
    affinity: { cookie: "", primaryCookie: "", previousCookie: "" },
    hooksPassed: [],
    hooksLeft: [],
    trafficSince: null,
    scaleDown: false,
    pass: 0,
    nextPassAt: timestamp(now),
    failedChecks: 0,
    evidence: [],
    inconclusiveSince: null,
    notReadySince: null,
    pause: null,
    gate: null,
    approvals: [],
    rollback: null,
    undo: null,
    requested: null,
    commands: [],
    suspended: false,
    stuck: "",
    events: [],
    lastSequence: 0,
    announcedThrough: 0,
    root: null,
    earlierRoots: [],
  };
}

/** The first record of a canary that another controller looked after: its cookies are honoured, its end is kept. */
export function adoptedRollout(ref: CanaryRef, peer: PeerStatus, now: Timestamp): Rollout {
  const blank = blankRollout(ref, now);
  if (peer.phase === "" || peer.phase === "Initializing") return blank;
  const { cookie, previousCookie } = peer.affinity;
  const affinity = { ...blank.affinity, previousCookie: cookie === "" ? previousCookie : cookie };
  const adopted = peer.phase === "Failed" ? "failed" : peer.phase === "Succeeded" ? "succeeded" : "initialized";
  return { ...blank, affinity, adopted };
}

/** `<first 8 of the uid>-<number>`. */
export function rolloutId(ref: CanaryRef, number: number): string {
  return `${ref.uid.slice(0, 8)}-${number}`;
}

/** Whether a rollout's id was given to this canary, rather than to another one that had its name. */
export function isRolloutOf(ref: CanaryRef, id: string): boolean {
  return id.startsWith(`${ref.uid.slice(0, 8)}-`);
}

/** What a new rollout starts from. */
export interface Beginning {
  readonly ref: CanaryRef;
  readonly phase: Extract<Phase, "waiting" | "progressing">;
  readonly revision: Revision;
  readonly by: Actor;
  readonly channel: string;
  /** Traffic to begin with: 0, unless primary cannot take any. */
  readonly weight: Weight;
  readonly now: Timestamp;
}

/** The record of the next rollout of the same canary: everything about the last one is forgotten but its words. */
export function nextRollout(last: Rollout, begin: Beginning): Rollout {
  const number = last.number + 1;
  return {
    ...blankRollout(begin.ref, begin.now),
    id: rolloutId(begin.ref, number),
    number,
    phase: begin.phase,
    revision: begin.revision,
    applied: begin.revision.hash,
    names: last.names,
    promoted: last.promoted,
    startedBy: begin.by,
    channel: begin.channel,
    route: { ...last.route, weight: begin.weight, stamp: last.route.stamp + 1, mirrored: false },
    affinity: last.affinity,
    trafficSince: begin.weight > 0 ? begin.now : null,
    pass: last.pass,
    notReadySince: begin.phase === "progressing" ? begin.now : null,
    commands: last.commands,
    events: last.events,
    lastSequence: last.lastSequence,
    announcedThrough: last.announcedThrough,
    earlierRoots: last.root
      ? [{ rollout: last.id, ...last.root }, ...last.earlierRoots].slice(0, ROOTS_KEPT)
      : last.earlierRoots,
  };
}

/** The record with one more event in its outbox. */
export function tell(rollout: Rollout, now: Timestamp, event: RolloutEvent): Rollout {
  const sequence = rollout.lastSequence + 1;
  const events = [...rollout.events, { sequence, at: now, rollout: rollout.id, event }];
  return { ...rollout, events: trimEvents(events, rollout.announcedThrough), lastSequence: sequence };
}

function trimEvents(events: Rollout["events"], announcedThrough: number): Rollout["events"] {
  const surplus = events.length - EVENTS_KEPT;
  if (surplus <= 0) return events;
  const said = events.filter((event) => event.sequence <= announcedThrough).slice(0, surplus);
  const kept = events.filter((event) => !said.includes(event));
  return kept.slice(Math.max(0, kept.length - 2 * EVENTS_KEPT));
}

/** The record in another phase. The phase's own clock starts again; being stuck ends. */
export function enter(rollout: Rollout, phase: Phase, now: Timestamp): Rollout {
  return { ...rollout, phase, phaseSince: now, stuck: "" };
}

/** What the mesh is asked for beside a weight: unless it is said, nothing is mirrored and the weight is about all requests. */
export type Shape = Partial<Pick<Rollout["route"], "mirrored" | "audience">>;

/** The record asking the mesh for another route. Each request has a stamp of its own. */
export function reroute(rollout: Rollout, percent: number, shape: Shape = {}): Rollout {
  const { mirrored = false, audience = "everyone" } = shape;
  return { ...rollout, route: { weight: weight(percent), stamp: rollout.route.stamp + 1, mirrored, audience } };
}

/** Settles one pending command. */
export function settle(rollout: Rollout, id: string, state: "applied" | "ignored", note = ""): Rollout {
  const commands = rollout.commands.map((command) => (command.id === id ? { ...command, state, note } : command));
  return { ...rollout, commands };
}

/** Oldest settled commands go first; pending ones are never dropped. */
export function trimCommands(commands: Rollout["commands"]): Rollout["commands"] {
  const surplus = commands.length - COMMANDS_KEPT;
  if (surplus <= 0) return commands;
  const dropped = new Set(
    commands
      .filter((command) => command.state !== "pending")
      .slice(0, surplus)
      .map((command) => command.id),
  );
  return commands.filter((command) => !dropped.has(command.id));
}

/** Phases in which a rollout moves by itself; the others cost nothing. */
export function isLive(phase: Phase): boolean {
  return !["initialized", "succeeded", "failed"].includes(phase);
}
