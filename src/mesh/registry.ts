import type { ProviderAbilities } from "../rollout/manifest/read-canary.ts";
import { openIstioRouter } from "./istio/istio-router.ts";
import type { OpenRouter } from "./router.ts";

export interface RouterEntry {
  readonly open: OpenRouter;
  /** What it can do: manifests that ask for more are refused with the field's path. */
  readonly abilities: ProviderAbilities;
}

/** Every router by the name that manifests use in `spec.provider`. */
export const ROUTERS = {
  istio: {
    open: openIstioRouter,
    abilities: { weights: true, conditions: true, mirror: "all", affinity: true, tcp: true },
  },
} as const satisfies Readonly<Record<string, RouterEntry>>;

export type RouterName = keyof typeof ROUTERS;

/** What each router can do, for whoever reads manifests. */
export const ABILITIES: Readonly<Record<string, ProviderAbilities>> = Object.fromEntries(
  Object.entries(ROUTERS).map(([name, { abilities }]) => [name, abilities]),
);
