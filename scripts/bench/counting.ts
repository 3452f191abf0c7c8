import { z } from "zod";

/** Requests of one kind, as the Kubernetes emulator counts them. */
export const RequestCount = z.object({
  verb: z.string(),
  /** `canaries.flagger.app/status`, `events`. */
  resource: z.string(),
  userAgent: z.string(),
  count: z.int().min(0),
});
export type RequestCount = z.infer<typeof RequestCount>;

/** Requests of our workers within a window of time. */
export interface Requests {
  /** Everything but Events: what a tick makes and waits for, and watches that were opened anew. */
  readonly decision: number;
  readonly events: number;
  /** `patch canaries.flagger.app/status` → how many, Events included, most frequent first. */
  readonly byKind: ReadonlyMap<string, number>;
}

/** What `workers`' requests came to between two counts. Other clients (the bench itself, the mesh) are left out. */
export function requestsBetween(
  before: readonly RequestCount[],
  after: readonly RequestCount[],
  workers: string,
): Requests {
  const totals = new Map<string, number>();
  for (const [counts, sign] of [
    [before, -1],
    [after, 1],
  ] as const) {
    for (const { verb, resource, userAgent, count } of counts) {
      if (!userAgent.startsWith(workers)) continue;
      const kind = `${verb} ${resource}`;
      totals.set(kind, (totals.get(kind) ?? 0) + sign * count);
    }
  }
  const kinds = [...totals].filter(([, count]) => count !== 0).toSorted(([, a], [, b]) => b - a);
  const sum = (wanted: (kind: string) => boolean): number =>
    kinds.reduce((total, [kind, count]) => (wanted(kind) ? total + count : total), 0);
  return { decision: sum((kind) => !isEvent(kind)), events: sum(isEvent), byKind: new Map(kinds) };
}

const isEvent = (kind: string): boolean => /^\S+ events(\.|$)/.test(kind);
