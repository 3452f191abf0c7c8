/** One choice and how often it is to be taken, relative to the others. */
export interface Weighted<T> {
  readonly weight: number;
  readonly value: T;
}

/**
 * Returns a function that picks values in proportion to their weights by smooth weighted round robin: over each full
 * turn the shares are exact, and a choice of weight 0 is never taken. The weights' sum is to be above 0.
 */
export function weightedChoice<T>(choices: readonly Weighted<T>[]): () => T {
  const live = choices.filter(({ weight }) => weight > 0).map((choice) => ({ ...choice, credit: 0 }));
  const total = live.reduce((sum, { weight }) => sum + weight, 0);
  const [first] = live;
  if (first === undefined) throw new RangeError("no choice has a weight above 0");
  return () => {
    let best = first;
    for (const choice of live) {
      choice.credit += choice.weight;
      if (choice.credit > best.credit) best = choice;
    }
    best.credit -= total;
    return best.value;
  };
}

/** Returns a function that says yes in `percent` of 100 calls, evenly spread. */
export function everyPercent(percent: number): () => boolean {
  let credit = 0;
  return () => {
    credit += percent;
    if (credit < 100) return false;
    credit -= 100;
    return true;
  };
}
