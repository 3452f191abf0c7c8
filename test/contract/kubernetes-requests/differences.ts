import type { Chapter } from "./script.ts";

interface Difference {
  readonly chapter: string;
  /** Why the emulator keeps on answering otherwise. */
  readonly why: string;
  /** Each step with the places of its answer that differ: all of them, and no others. */
  readonly steps: Readonly<Record<string, readonly string[]>>;
}

/** What the emulator is known to answer otherwise than a real API server. Everything that is not here is the same. */
export const DIFFERENCES: readonly Difference[] = [];

/** Places that differ, by step. */
export function differencesOf(chapter: Chapter): ReadonlyMap<string, readonly string[]> {
  const own = DIFFERENCES.filter((difference) => difference.chapter === chapter.name);
  return new Map(own.flatMap(({ steps }) => Object.entries(steps)));
}
