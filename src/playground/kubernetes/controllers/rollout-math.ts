import type { JsonValue } from "../json.ts";

export interface StrategyLimits {
  /** Pods that may exist beyond the wanted number. */
  readonly maxSurge: number;
  /** Pods that may be missing from the wanted number. */
  readonly maxUnavailable: number;
}

function resolve(value: JsonValue | undefined, total: number, round: (n: number) => number): number {
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(typeof value === "string" ? value : "");
  return percent === null ? 0 : round((Number(percent[1]) * total) / 100);
}

/** Percentages of surge round up and of unavailability down; both at 0 would never move, so one may be missing. */
export function strategyLimits(
  rolling: { maxSurge: JsonValue | undefined; maxUnavailable: JsonValue | undefined },
  replicas: number,
): StrategyLimits {
  const maxSurge = resolve(rolling.maxSurge, replicas, Math.ceil);
  const maxUnavailable = resolve(rolling.maxUnavailable, replicas, Math.floor);
  return maxSurge === 0 && maxUnavailable === 0 ? { maxSurge, maxUnavailable: 1 } : { maxSurge, maxUnavailable };
}

/** One ReplicaSet in numbers. */
export interface SetSize {
  readonly wanted: number;
  readonly available: number;
}

interface RollingState extends StrategyLimits {
  readonly replicas: number;
  readonly newest: SetSize;
  /** Oldest first. */
  readonly older: readonly SetSize[];
}

function sum(sizes: readonly SetSize[], member: keyof SetSize): number {
  return sizes.reduce((total, size) => total + size[member], 0);
}

/** How many pods the newest ReplicaSet should want now. */
export function newestSize(state: RollingState): number {
  const { replicas, newest, older, maxSurge } = state;
  if (newest.wanted >= replicas) return replicas;
  const room = replicas + maxSurge - (newest.wanted + sum(older, "wanted"));
  return room <= 0 ? newest.wanted : newest.wanted + Math.min(room, replicas - newest.wanted);
}

/** How many pods each older ReplicaSet should want now: unhealthy pods go first, then as many as may be missing. */
export function olderSizes(state: RollingState): number[] {
  const { replicas, newest, older, maxUnavailable } = state;
  const sizes = older.map((size) => size.wanted);
  const all = newest.wanted + sum(older, "wanted");
  const minAvailable = replicas - Math.min(maxUnavailable, replicas);
  let allowed = all - minAvailable - (newest.wanted - newest.available);
  if (allowed <= 0) return sizes;
  for (const [i, size] of older.entries()) {
    const unhealthy = Math.min(size.wanted - size.available, allowed);
    if (unhealthy <= 0) continue;
    sizes[i] = size.wanted - unhealthy;
    allowed -= unhealthy;
  }
  let spare = newest.available + sum(older, "available") - minAvailable;
  for (const [i, size] of sizes.entries()) {
    const less = Math.min(size, Math.max(0, spare));
    sizes[i] = size - less;
    spare -= less;
  }
  return sizes;
}
