import { enter, tell } from "../record.ts";
import { isReady } from "../readiness.ts";
import type { Rollout } from "../rollout.ts";
import { moveTo, routeReached, spendPass, tellUnready, type Turn } from "../turn.ts";

/**
 * Bootstrap: primary becomes a copy of the target and takes all traffic, then the target is scaled to zero. Which of these
 * is wanted now follows from what is observed (`desired.ts`); this rule only notices the end, and says what is missing.
 */
export function initializing(turn: Turn, rollout: Rollout): Rollout {
  const { seen, now } = turn;
  const target = seen.target;
  if (target === null || target.revision === null) return missingTarget(turn, rollout);
  const record = rollout.revision.hash === target.revision.hash ? rollout : { ...rollout, revision: target.revision };
  if (!bootstrapped(turn, record)) return waitForPrimary(turn, record);
  const promoted = { ...record, promoted: seen.primary?.revision ?? record.revision, scaleDown: true };
  const names = { target: turn.canary.target.name, service: turn.canary.service.name };
  const applied = { ...promoted, names, revision: promoted.promoted, applied: promoted.promoted.hash };
  const done = { ...enter(applied, "initialized", now), nextPassAt: null, notReadySince: null };
  return tell(done, now, { kind: "initialized", label: done.revision.label });
}

/** Primary serves, the apex Service and the mesh point at it, and the target's pods are no longer asked for. */
function bootstrapped(turn: Turn, rollout: Rollout): boolean {
  const { seen, canary } = turn;
  const primaryServes = isReady(seen.primary, canary.analysis.primaryReadyPercent);
  const connected = seen.services.ready && seen.services.apexSelects === "primary" && routeReached(turn, rollout);
  return primaryServes && connected && seen.target?.replicas === 0;
}

function waitForPrimary(turn: Turn, rollout: Rollout): Rollout {
  if (!turn.due) return rollout;
  const record = spendPass(turn, rollout);
  const { primary } = turn.seen;
  return primary?.trouble ? tellUnready(turn, record, "primary", null) : record;
}

function missingTarget(turn: Turn, rollout: Rollout): Rollout {
  if (!turn.due) return rollout;
  const record = moveTo(turn, rollout, "initializing");
  const said = { ...record, phaseSince: rollout.phaseSince, stuck: rollout.stuck };
  return tellUnready(turn, said, "canary", null);
}
