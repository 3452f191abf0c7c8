import { enter, tell } from "../record.ts";
import { isReady } from "../readiness.ts";
import type { Rollout } from "../rollout.ts";
import { isDown, moveTo, routeReached, spendPass, tellStuck, tellUnready, type Turn } from "../turn.ts";

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
  const promoted = seen.primary?.revision ?? record.revision;
  const names = { target: turn.canary.target.name, service: turn.canary.service.name };
  // What another controller left in the target was its business: taking over starts nothing.
  const applied = record.adopted === null ? promoted.hash : target.revision.hash;
  const ended = enter(record, record.adopted ?? "initialized", now);
  const settled = { scaleDown: true, nextPassAt: null, notReadySince: null, adopted: null };
  const done = { ...ended, ...settled, names, promoted, revision: promoted, applied };
  return tell(done, now, { kind: "initialized", label: done.revision.label });
}

/** Primary serves, the apex Service and the mesh point at it, and the target's pods are no longer asked for. */
function bootstrapped(turn: Turn, rollout: Rollout): boolean {
  const { seen, canary } = turn;
  const primaryServes = isReady(seen.primary, canary.analysis.primaryReadyPercent);
  const connected = seen.services.ready && seen.services.apexSelects === "primary" && routeReached(turn, rollout);
  return primaryServes && connected && isDown(turn);
}

function waitForPrimary(turn: Turn, rollout: Rollout): Rollout {
  if (!turn.due) return rollout;
  const record = spendPass(turn, rollout);
  const { primary, scaler } = turn.seen;
  if (scaler !== null && scaler.resourceVersion === null) return tellNoScaler(turn, record);
  return primary?.trouble ? tellUnready(turn, record, "primary", null) : record;
}

function missingTarget(turn: Turn, rollout: Rollout): Rollout {
  if (!turn.due) return rollout;
  const record = moveTo(turn, rollout, "initializing");
  const said = { ...record, phaseSince: rollout.phaseSince, stuck: rollout.stuck };
  return tellUnready(turn, said, "canary", null);
}

function tellNoScaler(turn: Turn, rollout: Rollout): Rollout {
  const { kind = "scaler", name = "" } = turn.canary.scaler ?? {};
  const detail = `${kind} ${name} does not exist, so primary gets no copy of it; create it, or remove spec.autoscalerRef`;
  return tellStuck(turn, rollout, "scaler: missing", detail);
}
