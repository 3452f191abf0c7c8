import { timestamp, type Millis, type Timestamp } from "../units.ts";

/** What the time of the next pass depends on. */
export interface Slotting {
  readonly interval: Millis;
  /** Stable identity of the canary; spreads canaries over the slots. */
  readonly uid: string;
  /** How many slots an interval has, 1 or more. */
  readonly slots: number;
}

/** Looks that are made early for the sake of other workers must not find a sound time too far ahead. */
const TOO_FAR = 60_000;

/**
 * When the next pass is due: on the shared grid (multiples of the interval plus this canary's phase), one interval ahead.
 * `scheduled` is when the present pass was due; a pass that ran on time keeps its rhythm instead of drifting by its own
 * lateness. A pass that began otherwise (a command, a long outage) gets a slot that leaves a whole interval.
 */
export function nextPass(slotting: Slotting, now: Timestamp, scheduled: Timestamp | null): Timestamp {
  const onTime = scheduled !== null && now >= scheduled && now - scheduled < slotting.interval / 2;
  const earliest = (onTime ? scheduled : now) + slotting.interval;
  return nextSlot(slotting, earliest - 1);
}

/**
 * Whether a pass is due. One that stands further ahead than any that is scheduled was written by a clock that was wrong, or for
 * an interval that has been shortened since: waiting for it could be waiting for ever.
 */
export function isDue(nextPassAt: Timestamp | null, interval: Millis, now: number): boolean {
  return nextPassAt !== null && (now >= nextPassAt || nextPassAt - now > 3 * interval + TOO_FAR);
}

/** The canary's first slot after `moment`. */
export function nextSlot(slotting: Slotting, moment: number): Timestamp {
  const phase = phaseOf(slotting);
  const cycles = Math.floor((moment - phase) / slotting.interval) + 1;
  return timestamp(cycles * slotting.interval + phase);
}

/** Offset of this canary's slot within the interval, in milliseconds. */
function phaseOf({ interval, uid, slots }: Slotting): number {
  return Math.round(((hash(uid) % slots) / slots) * interval);
}

/** FNV-1a, 32 bits: cheap, stable and spread well enough for slots. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return state;
}
