import { isLive } from "../rollout/record.ts";
import type { CanaryStore } from "../store/canary-store.ts";
import type { Timestamp } from "../units.ts";

/** Live rollouts that share one slot of a worker, at least, so that they are measured by the same queries. */
const SLOT_SIZE = 100;
const COUNT_EVERY_MS = 2_000;

export interface Population {
  /** Live rollouts in the cluster, as of at most 2 s ago. */
  live(): number;
  /** Into how many slots of an interval they are spread: each holds 100 or more for every worker. */
  slots(): number;
}

/** Counts the live rollouts of a cluster, now and then. */
export function countPopulation(
  store: Pick<CanaryStore, "list">,
  workers: () => readonly string[],
  now: () => Timestamp,
): Population {
  let count = 0;
  let countedAt = Number.NEGATIVE_INFINITY;
  const live = (): number => {
    if (now() - countedAt < COUNT_EVERY_MS) return count;
    countedAt = now();
    count = store.list().filter(({ rollout }) => rollout !== null && isLive(rollout.phase)).length;
    return count;
  };
  return { live, slots: () => Math.max(1, Math.floor(live() / (SLOT_SIZE * workers().length))) };
}
