import { RevisionHash } from "../units.ts";
import type { Canary, CanaryRef } from "./canary.ts";
import type { Observation } from "./observation.ts";
import { blankRollout, CLUSTER_ACTOR, isRolloutOf, rolloutId, tell, UNKNOWN_REVISION } from "./record.ts";
import { isKnown } from "./readiness.ts";
import type { Rollout } from "./rollout.ts";
import { stageCount } from "./stages.ts";
import type { Subject } from "./subject.ts";

/** Phases in which the peer's status says that a revision is on its way. One that waited for its start has none to lose. */
const UNDER_WAY = new Set(["Progressing", "WaitingPromotion", "Promoting", "Finalising"]);

/** Whether a rollout of ours was under way when its record was lost: another controller writes other hashes into the status. */
export function isLost({ rollout, peer }: Subject): boolean {
  return rollout === null && UNDER_WAY.has(peer.phase) && RevisionHash.safeParse(peer.lastAppliedSpec).success;
}

/**
 * What a canary without a record begins with: a bootstrap; where another controller looked after it, the end that it had reached,
 * or all traffic on primary where there was none yet; where our own record was lost in the middle of a rollout, a pause that a
 * person has to end. Never what starts one.
 */
export function firstRecord(subject: Subject, canary: Canary | null, seen: Observation): Rollout {
  const { ref, peer } = subject;
  const blank = blankAfter(ref, seen);
  if (peer.phase === "" || peer.phase === "Initializing") return blank;
  const { cookie, previousCookie } = peer.affinity;
  const isUnderWay = UNDER_WAY.has(peer.phase) && seen.primary !== null && isCarriedByUs(ref, seen);
  if (canary !== null && isUnderWay && !rests(seen)) {
    return pickedUp({ ...blank, affinity: { ...blank.affinity, cookie, previousCookie } }, canary, seen);
  }
  const affinity = { ...blank.affinity, previousCookie: cookie === "" ? previousCookie : cookie };
  const isDone = peer.phase === "Succeeded" || (isUnderWay && isPromoted(seen));
  const adopted = peer.phase === "Failed" ? "failed" : isDone ? "succeeded" : "initialized";
  return { ...blank, affinity, adopted };
}

/**
 * A record that was lost has left its number and its last decision on the route: what Slack has of that rollout must not be taken
 * for this one's, and what was decided then for newer than what is decided now.
 */
function blankAfter(ref: CanaryRef, { observedAt, route }: Observation): Rollout {
  const blank = blankRollout(ref, observedAt);
  const written = stampOn(route);
  const [, number, stamp] = /-(\d+)\/(\d+)$/.exec(written) ?? [];
  if (!isRolloutOf(ref, written) || number === undefined) return blank;
  const next = Number(number) + 1;
  return {
    ...blank,
    number: next,
    id: rolloutId(ref, next),
    route: { ...blank.route, stamp: Number(stamp) + 1 },
  };
}

const stampOn = (route: Observation["route"]): string => (route.kind === "present" ? route.stamp : "");

/** Whether the route is as a rollout of ours left it, and not as another controller did. */
const isCarriedByUs = (ref: CanaryRef, { route }: Observation): boolean => isRolloutOf(ref, stampOn(route));

const isPromoted = ({ target, primary }: Observation): boolean =>
  isKnown(target) && target?.revision?.hash === primary?.revision?.hash;

/** Whether nothing is left to decide: primary has all traffic, and the target runs the same or nothing. */
function rests(seen: Observation): boolean {
  const { route, target } = seen;
  if (route.kind !== "present" || route.weight > 0 || route.mirrored) return false;
  return target?.replicas === 0 || isPromoted(seen);
}

/** The rollout as the mesh carries it now: whoever resumes it, promotes it or takes it back decides what becomes of it. */
function pickedUp(blank: Rollout, canary: Canary, seen: Observation): Rollout {
  const now = seen.observedAt;
  const { target, primary, route } = seen;
  const revision = target?.revision ?? UNKNOWN_REVISION;
  const carried = route.kind === "present" ? route : null;
  const weight = carried?.weight ?? blank.route.weight;
  const record: Rollout = {
    ...blank,
    phase: "progressing",
    revision,
    applied: revision.hash,
    names: { target: canary.target.name, service: canary.service.name },
    promoted: primary?.revision ?? null,
    strategy: canary.analysis.strategy.kind,
    step: stepAt(canary, weight),
    route: {
      ...blank.route,
      weight,
      mirrored: carried?.mirrored ?? false,
      audience: carried?.audience ?? "everyone",
    },
    trafficSince: now,
    notReadySince: now,
    pause: { by: CLUSTER_ACTOR, at: now, reason: "its record is missing" },
  };
  const label = revision.label === "" ? "something that cannot be read yet" : revision.label;
  const detail =
    `it was found in the middle of a rollout of ${label}, without a record of how it came there; ` +
    `${sharesOf(record.route)}, and its checks go on, until somebody resumes it, promotes it or rolls it back`;
  return tell(record, now, { kind: "human-needed", why: "stuck", detail });
}

function sharesOf({ weight, mirrored, audience }: Rollout["route"]): string {
  if (audience === "matched") return "the requests that it matches stay on the canary";
  return mirrored ? "its requests are still copied to the canary" : `${weight} % of the traffic stays on the canary`;
}

/** How many stages lie behind a run with so much traffic. Iterations leave no trace: they are counted anew. */
function stepAt(canary: Canary, weight: number): number {
  const { strategy } = canary.analysis;
  if (strategy.kind === "weighted") return strategy.steps.filter((step) => step <= weight).length;
  return strategy.kind === "blue-green" && weight > 0 ? stageCount(canary) : 0;
}
