/**
 * This worker's place in the order in which the living workers look after a canary, 0 for the first. By rendezvous hashing: every worker
 * computes the same order, and when one goes, only its own canaries move.
 */
export function rankOf(key: string, self: string, workers: readonly string[]): number {
  const own = score(key, self);
  return workers.filter((worker) => worker !== self && isBefore(score(key, worker), own, worker < self)).length;
}

const isBefore = (a: number, b: number, tie: boolean): boolean => a > b || (a === b && tie);

/** FNV-1a with a final mix, 32 bits: neighbouring names must not get neighbouring scores. */
function score(key: string, worker: string): number {
  let state = 0x811c9dc5;
  for (const character of `${worker}\n${key}`)
    state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b) >>> 0;
  return (state ^ (state >>> 13)) >>> 0;
}
