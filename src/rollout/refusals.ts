import { later, seconds, type Timestamp } from "../units.ts";
import type { Canary } from "./canary.ts";
import type { Refusal, RefusalReason, RolloutCommand } from "./command.ts";
import { countedApprovals, ruleFor } from "./gates.ts";
import { chooseImage } from "./image.ts";
import { isLive, trimCommands } from "./record.ts";
import type { Rollout } from "./rollout.ts";
import { definitionOf, type Subject } from "./subject.ts";
import type { KeptRevision, Observation } from "./observation.ts";
import { undoTarget } from "./phases/undoing.ts";

/** How far a bot's clock may be ahead of the worker's. */
const CLOCK_SKEW = seconds(60);
const COMMANDS_PENDING = 15;

interface Case {
  readonly subject: Subject;
  readonly canary: Canary;
  readonly rollout: Rollout;
  readonly command: RolloutCommand;
  /** What undo goes by: what primary runs, and what is kept. */
  readonly seen: Sight;
}

/** What the caches show of primary and its past. */
export type Sight = Pick<Observation, "primary" | "kept">;
const BLIND: Sight = { primary: null, kept: [] };

type Check = (request: Case) => Refusal | null;

const no = (reason: RefusalReason, facts: Refusal["facts"] = {}): Refusal => ({ reason, facts });

/**
 * Why this command cannot be accepted now, or `null` when it can. The first reason is the one a person reads.
 * Signature and rights were checked before; what changes between acceptance and application is told as an event.
 */
export function refuse(
  subject: Subject | null,
  command: RolloutCommand,
  now: Timestamp,
  seen: Sight = BLIND,
): Refusal | null {
  if (now > command.expiresAt) return no("expired");
  if (command.issuedAt > later(now, CLOCK_SKEW)) return no("expired", { clock: "ahead" });
  if (subject === null || subject.deleting)
    return no("unknown-canary", { name: command.name, namespace: command.namespace });
  if (command.uid !== "" && command.uid !== subject.ref.uid) return no("canary-recreated");
  const { problem, rollout } = subject;
  const canary = command.verb === "rollback" ? definitionOf(subject) : subject.canary;
  if (canary === null)
    return no("invalid-manifest", {
      path: problem?.path ?? "",
      problem: problem?.problem ?? "",
      fix: problem?.fix ?? "",
    });
  if (canary.suspended && command.verb !== "rollback") return no("suspended");
  if (rollout === null || rollout.phase === "initializing") return no("bootstrapping");
  const request = { subject, canary, rollout, command, seen };
  for (const check of [recordFull, oldButton, ...CHECKS[command.verb]]) {
    const refusal = check(request);
    if (refusal !== null) return refusal;
  }
  return null;
}

const recordFull: Check = ({ rollout }) => {
  const pending = rollout.commands.filter((command) => command.state === "pending").length;
  return pending >= COMMANDS_PENDING || trimCommands(rollout.commands).length > 30 ? no("record-full") : null;
};

/** A button stands for the rollout, revision and gate that it was drawn with, and for nothing later. */
const oldButton: Check = ({ rollout, command }) => {
  const otherRollout = command.rollout !== "" && command.rollout !== rollout.id;
  const otherRevision = command.revision !== null && command.revision !== rollout.revision.hash;
  if (!otherRollout && !otherRevision) return null;
  return no("old-button", {
    label: rollout.revision.label,
    phase: rollout.phase,
    weight: String(rollout.route.weight),
  });
};

const running: Check = ({ rollout }) => {
  if (rollout.phase === "rolling-back") return no("rolling-back-already", { label: rollout.revision.label });
  const runs = ["waiting", "progressing", "waiting-promotion", "promoting", "finalising"].includes(rollout.phase);
  return runs
    ? null
    : no("not-running", { phase: rollout.phase, label: rollout.promoted?.label ?? rollout.revision.label });
};

/** A promotion that has begun is taken back by undoing it, as far as what primary ran before is kept. */
const retractable: Check = (request) => {
  const { phase } = request.rollout;
  if (phase === "undoing") return no("rolling-back-already", { label: request.rollout.revision.label });
  const late = phase === "promoting" || phase === "finalising";
  return late && keptFor(request) === null ? no("too-late", { phase, label: request.rollout.revision.label }) : null;
};

function keptFor({ rollout, seen }: Case): KeptRevision | null {
  const untouched = rollout.phase === "promoting" && seen.primary?.revision?.hash === rollout.promoted?.hash;
  const { promoted } = rollout;
  if (untouched && promoted !== null) return { name: "", revision: promoted, missing: "" };
  return undoTarget(rollout, seen);
}

const undoFits: Check = (request) => {
  const { rollout } = request;
  if (rollout.phase === "rolling-back" || rollout.phase === "undoing")
    return no("rolling-back-already", { label: rollout.revision.label });
  if (isLive(rollout.phase)) {
    const weight = String(rollout.route.weight);
    return no("already-rolling", { label: rollout.revision.label, weight, phase: rollout.phase });
  }
  const kept = undoTarget(rollout, request.seen);
  if (kept === null) return no("nothing-to-undo");
  return kept.missing === "" ? null : no("undo-incomplete", { label: kept.revision.label, missing: kept.missing });
};

const beforePromotion: Check = ({ rollout }) => {
  const late = rollout.phase === "promoting" || rollout.phase === "finalising";
  return late ? no("too-late", { phase: rollout.phase, label: rollout.revision.label }) : null;
};

const startFits: Check = ({ rollout, command }) => {
  const moving = ["progressing", "waiting-promotion", "promoting", "finalising", "rolling-back", "undoing"].includes(
    rollout.phase,
  );
  if (moving || rollout.requested !== null) {
    const label = rollout.requested?.image ?? rollout.revision.label;
    return no("already-rolling", { label, weight: String(rollout.route.weight), phase: rollout.phase });
  }
  return command.image === "" ? waitingRevision(rollout) : namedImage(rollout, command.image);
};

function waitingRevision(rollout: Rollout): Refusal | null {
  if (rollout.phase === "waiting") {
    return rollout.gate === null
      ? null
      : no("already-rolling", { label: rollout.revision.label, weight: "0", phase: "waiting" });
  }
  const failed = rollout.phase === "failed" && rollout.applied !== rollout.promoted?.hash;
  return failed ? null : no("nothing-waiting", { label: rollout.promoted?.label ?? "" });
}

function namedImage(rollout: Rollout, wanted: string): Refusal | null {
  const choice = chooseImage(rollout.revision.images, wanted);
  if (choice.kind === "bad") return no("bad-image", { image: wanted, problem: choice.problem });
  if (choice.kind === "ambiguous") return no("ambiguous-container", { containers: choice.containers.join(", ") });
  const promoted = rollout.promoted?.images.some(
    (entry) => entry.container === choice.container && entry.image === choice.image,
  );
  const unchanged = rollout.applied === rollout.promoted?.hash || rollout.phase === "failed";
  return promoted && unchanged ? no("nothing-new", { label: rollout.promoted?.label ?? "" }) : null;
}

const pauseFits: Check = ({ rollout }) => {
  if (rollout.phase === "waiting") return no("not-running", { phase: "waiting", label: rollout.revision.label });
  return rollout.pause === null ? null : no("already-paused", { by: rollout.pause.by.user || rollout.pause.by.name });
};

const resumeFits: Check = ({ rollout }) => (rollout.pause === null ? no("not-paused", { phase: rollout.phase }) : null);

const approveFits: Check = ({ canary, rollout, command }) => {
  const { gate } = rollout;
  if (gate === null) return no("no-gate-waits", { phase: rollout.phase, label: rollout.revision.label });
  if (command.gate !== null && command.gate !== gate.name)
    return no("old-button", {
      label: rollout.revision.label,
      phase: rollout.phase,
      weight: String(rollout.route.weight),
    });
  const rule = ruleFor(canary, gate.name);
  if (rule === null) return no("no-gate-waits", { phase: rollout.phase, label: rollout.revision.label });
  if (countedApprovals(rollout, rule).some((approval) => approval.user === command.actor.user))
    return no("already-approved", { gate: gate.name });
  const starter = rollout.startedBy.kind === "slack" && rollout.startedBy.user === command.actor.user;
  if (rule.notStarter && starter) return no("starter-may-not-approve", { group: rule.group });
  return rule.group !== "" && !command.roles.includes(rule.group) ? no("not-in-group", { group: rule.group }) : null;
};

const CHECKS: Readonly<Record<RolloutCommand["verb"], readonly Check[]>> = {
  start: [startFits],
  pause: [running, beforePromotion, pauseFits],
  resume: [running, resumeFits],
  approve: [running, approveFits],
  promote: [running, beforePromotion],
  rollback: [running, retractable],
  undo: [undoFits],
};
