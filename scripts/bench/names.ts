/** Shared by everything in the bench: what the canaries are called and how they are set. */
export const CLUSTER = "bench";
export const INTERVAL_MS = 10_000;
/** Repository of the images; good in the emulators under any tag. */
export const IMAGE = "ghcr.io/stefanprodan/podinfo";
export const OLD_TAG = "6.0.0";
export const NEW_TAG = "6.1.0";

const PER_NAMESPACE = 100;

/** One canary of the bench. Its workloads, Services and routes have the same name. */
export interface CanaryName {
  readonly namespace: string;
  readonly name: string;
}

/** The first `count` canaries, a hundred to a namespace. Names are unique in the whole cluster. */
export function canaryNames(count: number): readonly CanaryName[] {
  return Array.from({ length: count }, (_, index) => ({
    namespace: `bench-${Math.floor(index / PER_NAMESPACE)}`,
    name: `canary-${String(index).padStart(5, "0")}`,
  }));
}
