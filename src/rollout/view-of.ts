import { seconds, type Timestamp } from "../units.ts";
import type { Canary } from "./canary.ts";
import type { Observation } from "./observation.ts";
import { peerPhase } from "./peer-status.ts";
import type { Rollout } from "./rollout.ts";
import type { Subject } from "./subject.ts";
import { stageCount } from "./stages.ts";
import { countedApprovals, ruleFor } from "./turn.ts";
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
    root: rollout.root,
    earlierRoots: rollout.earlierRoots,
    announcedThrough: rollout.announcedThrough,
    events: rollout.events.filter((event) => event.sequence > rollout.announcedThrough),
  };
}

type Definition = Pick<CanaryView, "strategy" | "steps" | "stages" | "interval" | "threshold" | "checks">;

function definitionOf(canary: Canary | null): Definition {
  if (canary === null) {
    return { strategy: "weighted", steps: [], stages: 0, interval: seconds(60), threshold: 1, checks: [] };
  }
  const { strategy, interval, threshold, checks } = canary.analysis;
  return {
    strategy: strategy.kind,
    steps: strategy.kind === "weighted" ? [...strategy.steps] : [],
    stages: stageCount(canary),
    interval,
    threshold,
    checks: checks.map(({ name, subject, min, max, window }) => ({ name, subject, min, max, window })),
  };
}

function gateOf(canary: Canary | null, rollout: Rollout): CanaryView["gate"] {
  const { gate } = rollout;
  const rule = canary === null || gate === null ? null : ruleFor(canary, gate.name);
  if (gate === null || rule === null) return null;
  const { group, count, notStarter, onTimeout } = rule;
  return { ...gate, group, count, notStarter, onTimeout, have: [...countedApprovals(rollout, rule)] };
}
