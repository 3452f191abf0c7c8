import { isRolloutOf } from "./record.ts";
import type { Rollout } from "./rollout.ts";
import type { Subject } from "./subject.ts";

/** What the bot reports after posting: the root message and the last sequence number that stands in Slack. */
export interface Posted {
  readonly rollout: string;
  readonly root: { readonly channel: string; readonly ts: string };
  readonly through: number;
}

/** Whether some event is not known to stand in Slack. */
export function hasUnannounced(subject: Subject): boolean {
  const { rollout } = subject;
  return rollout !== null && rollout.lastSequence > rollout.announcedThrough;
}

/** The subject with a "posted" report folded in; the same subject when it says nothing new. Never goes backwards. */
export function withPosted(subject: Subject, posted: Posted): Subject {
  const { rollout } = subject;
  // A canary that was deleted and made again counts from one: what was said about its predecessor says nothing about it.
  if (rollout === null || !isRolloutOf(subject.ref, posted.rollout)) return subject;
  const through = Math.min(Math.max(rollout.announcedThrough, posted.through), rollout.lastSequence);
  const known = posted.rollout === rollout.id ? rootOf(rollout, posted) : withEarlierRoot(rollout, posted);
  if (known === rollout && through === rollout.announcedThrough) return subject;
  return { ...subject, rollout: { ...known, announcedThrough: through } };
}

function rootOf(rollout: Rollout, { root }: Posted): Rollout {
  const same = rollout.root?.channel === root.channel && rollout.root.ts === root.ts;
  return same ? rollout : { ...rollout, root: { channel: root.channel, ts: root.ts } };
}

function withEarlierRoot(rollout: Rollout, posted: Posted): Rollout {
  if (rollout.earlierRoots.some((entry) => entry.rollout === posted.rollout)) return rollout;
  const entry = { rollout: posted.rollout, channel: posted.root.channel, ts: posted.root.ts };
  return { ...rollout, earlierRoots: [entry, ...rollout.earlierRoots].slice(0, 3) };
}
