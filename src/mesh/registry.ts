import { openIstioRouter } from "./istio/istio-router.ts";
import type { OpenRouter } from "./router.ts";

/** Every router by the name that manifests use in `spec.provider`. */
export const ROUTERS = {
  istio: openIstioRouter,
} as const satisfies Readonly<Record<string, OpenRouter>>;

export type RouterName = keyof typeof ROUTERS;
