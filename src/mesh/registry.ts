import type { ProviderAbilities } from "../rollout/manifest/provider-abilities.ts";
import { openGatewayApiRouter } from "./gateway-api/gateway-api-router.ts";
import { openIstioRouter } from "./istio/istio-router.ts";
import { openKubernetesRouter } from "./kubernetes/kubernetes-router.ts";
import type { OpenRouter } from "./router.ts";

export interface RouterEntry {
  readonly open: OpenRouter;
  /** What it can do: manifests that ask for more are refused with the field's path. */
  readonly abilities: ProviderAbilities;
  /** What must be installed in the cluster; `null`: nothing. */
  readonly needs: RouterNeeds | null;
}

export interface RouterNeeds {
  /** Versions of the API in which its objects may be read and written; the first that the cluster serves is used. */
  readonly apis: readonly string[];
  /** Plurals of its kinds. */
  readonly kinds: readonly string[];
  /** For people whose cluster lacks it. */
  readonly install: string;
}

/** Every router by the name that manifests use in `spec.provider`. */
export const ROUTERS = {
  istio: {
    open: openIstioRouter,
    abilities: {
      weights: true,
      conditions: true,
      mirror: "all",
      affinity: true,
      tcp: true,
      service: ["match", "rewrite", "headers", "retries", "timeout", "corsPolicy", "trafficPolicy", "delegation"],
      matches: [
        "name",
        "uri",
        "scheme",
        "method",
        "authority",
        "headers",
        "withoutHeaders",
        "queryParams",
        "ignoreUriCase",
        "port",
        "sourceLabels",
        "sourceNamespace",
        "gateways",
      ],
      httpRoutes: false,
    },
    needs: {
      apis: ["/apis/networking.istio.io/v1beta1", "/apis/networking.istio.io/v1"],
      kinds: ["virtualservices", "destinationrules"],
      install: "install Istio",
    },
  },
  kubernetes: {
    open: openKubernetesRouter,
    abilities: {
      weights: false,
      conditions: false,
      mirror: "none",
      affinity: false,
      tcp: true,
      service: [],
      matches: [],
      httpRoutes: false,
    },
    needs: null,
  },
  "gatewayapi:v1": {
    open: openGatewayApiRouter,
    abilities: {
      weights: true,
      conditions: true,
      mirror: "blue-green",
      affinity: true,
      tcp: false,
      service: ["match", "rewrite", "headers", "timeout", "backendTimeout", "corsPolicy", "mirror"],
      matches: ["name", "uri", "method", "headers", "queryParams"],
      httpRoutes: true,
    },
    needs: {
      apis: ["/apis/gateway.networking.k8s.io/v1"],
      kinds: ["httproutes"],
      install: "install the Gateway API (1.2 or newer) and something that routes by it",
    },
  },
} as const satisfies Readonly<Record<string, RouterEntry>>;

export type RouterName = keyof typeof ROUTERS;

/** What each router can do, for whoever reads manifests. */
export const ABILITIES: Readonly<Record<string, ProviderAbilities>> = Object.fromEntries(
  Object.entries(ROUTERS).map(([name, { abilities }]) => [name, abilities]),
);
