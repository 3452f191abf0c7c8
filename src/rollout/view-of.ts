import { seconds, type Timestamp } from "../units.ts";
import type { Canary } from "./canary.ts";
import type { Observation } from "./observation.ts";
import { peerPhase } from "./peer-status.ts";
import type { Rollout } from "./rollout.ts";
import type { Subject } from "./subject.ts";
import { stageCount } from "./stages.ts";
import { hooksOf } from "./hooks.ts";
import { countedApprovals, opensEitherWay, ruleFor } from "./gates.ts";
import { undoTarget } from "./phases/undoing.ts";
import type { CanaryView } from "./view.ts";

/** What chat may know of a canary, or `null` while it has no record. `seen` adds what the mesh does, when somebody just looked. */
export function viewOf(subject: Subject, seen: Observation | null, madeAt: Timestamp): CanaryView | null {
  const { ref, rollout, canary } = subject;
  if (rollout === null) return null;
  const route = seen?.route;
  return {
    cluster: ref.cluster,
    namespace: ref.namespace,
    name: ref.name,
    uid: ref.uid,
    version: subject.resourceVersion,
    madeAt,
    peerPhase: peerPhase(rollout, subject.peer.phase),
    rollout: rollout.id,
    phase: rollout.phase,
    phaseSince: rollout.phaseSince,
    startedAt: rollout.startedAt,
    startedBy: rollout.startedBy,
    channel: rollout.channel === "" ? (canary?.rollout.channel ?? "") : rollout.channel,
    revision: rollout.revision,
    promoted: rollout.promoted,
    containers: seen?.target?.revision?.images ?? rollout.revision.images,
    weight: rollout.route.weight,
    mirrored: rollout.route.mirrored,
    audience: rollout.route.audience,
    suspended: rollout.suspended,
    observedWeight: route?.kind === "present" ? route.weight : null,
    ...definitionOf(canary),
    step: rollout.step,
    nextPassAt: rollout.nextPassAt,
    failedChecks: rollout.failedChecks,
    evidence: rollout.evidence,
    pause: rollout.pause,
    gate: gateOf(canary, rollout),
    rollback: rollout.rollback,
    stuck: rollout.stuck === "route unproven" ? "" : rollout.stuck,
    invalid: subject.problem === null ? null : { ...subject.problem },
    hookFailures: hookFailuresOf(rollout),
    undo: rollout.undo === null ? null : { to: rollout.undo.to.label, by: rollout.undo.by, at: rollout.undo.at },
    kept: keptOf(rollout, seen),
    root: rollout.root,
    earlierRoots: rollout.earlierRoots,
    announcedThrough: rollout.announcedThrough,
    events: rollout.events.filter((event) => event.sequence > rollout.announcedThrough),
  };
}

type Definition = Pick<
  CanaryView,
  "strategy" | "steps" | "stages" | "iterations" | "mirrors" | "interval" | "threshold" | "checks"
>;

const NO_STAGES = { strategy: "weighted", stages: 0, iterations: 0, mirrors: false } as const;

/** What is planned for a run; nothing where the manifest is not understood, or skips the analysis. */
function definitionOf(canary: Canary | null): Definition {
  if (canary === null) return { ...NO_STAGES, steps: [], checks: [], interval: seconds(60), threshold: 1 };
  const { strategy, interval, threshold, checks } = canary.analysis;
  if (canary.skipAnalysis) return { ...NO_STAGES, steps: [], checks: [], interval, threshold };
  return {
    strategy: strategy.kind,
    steps: strategy.kind === "weighted" ? [...strategy.steps] : [],
    stages: stageCount(canary),
    iterations: strategy.kind === "weighted" ? 0 : strategy.iterations,
    mirrors: strategy.kind !== "ab-test" && strategy.mirror !== null,
    interval,
    threshold,
    checks: checks.map(({ name, subject, min, max, window }) => ({ name, subject, min, max, window })),
  };
}

/** Failed webhooks since this revision is being rolled out. */
function hookFailuresOf({ id, events }: Rollout): CanaryView["hookFailures"] {
  const own = events.filter(({ rollout }) => rollout === id);
  const since = own.findLast(({ event }) => event.kind === "superseded")?.sequence ?? 0;
  return own
    .flatMap(({ sequence, at, event }) => {
      if (sequence < since) return [];
      if (event.kind === "hook-failed") return [{ hook: event.hook, type: event.type, problem: event.problem, at }];
      if (event.kind !== "post-hook-failed") return [];
      return [{ hook: event.hook, type: "post-rollout" as const, problem: event.problem, at }];
    })
    .toReversed()
    .slice(0, 3);
}

/** What undo would go back to now, and what is older: a copy of what primary runs already is no way back. */
function keptOf(rollout: Rollout, seen: Observation | null): CanaryView["kept"] {
  const next = seen === null ? null : undoTarget(rollout, seen);
  if (seen === null || next === null) return [];
  return seen.kept.slice(seen.kept.indexOf(next)).map(({ revision, missing }) => ({ label: revision.label, missing }));
}

function gateOf(canary: Canary | null, rollout: Rollout): CanaryView["gate"] {
  const { gate } = rollout;
  const rule = canary === null || gate === null ? null : ruleFor(canary, gate.name);
  if (gate === null || rule === null) return null;
  const { group, count, notStarter, onTimeout } = rule;
  const hooks = canary === null ? [] : hooksOf(canary, rule.gate).map((hook) => hook.name);
  const { name: gateName, since, until } = gate;
  const have = [...countedApprovals(rollout, rule)];
  const either = canary !== null && opensEitherWay(canary, rule.gate);
  return { name: gateName, since, until, group, count, notStarter, onTimeout, have, hooks, either };
}
