import type { z } from "zod";
import type { HttpMatch } from "./istio-parts.ts";

/** What a mesh or ingress can do. */
export interface ProviderAbilities {
  /** Shares of the traffic. Without, a canary is tested without users and primary is then replaced. */
  readonly weights: boolean;
  /** Routes by conditions on requests, for A/B tests. */
  readonly conditions: boolean;
  /** Copies requests to the canary: in weighted and blue/green runs, in the latter only, or not at all. */
  readonly mirror: "all" | "blue-green" | "none";
  readonly affinity: boolean;
  /** TCP routes (`appProtocol: tcp`). */
  readonly tcp: boolean;
  /** Fields of `spec.service` that its routes carry out. */
  readonly service: readonly RouteField[];
  /** What the entries of `match` may ask about. */
  readonly matches: readonly MatchField[];
  /** Its routes are HTTPRoutes: they hang on parents that the manifest names, and take values only as that API has them. */
  readonly httpRoutes: boolean;
}

/** Fields of `spec.service` that say what happens to requests. Where requests come in (hosts, gateways) is no such field. */
export const ROUTE_FIELDS = [
  "match",
  "rewrite",
  "headers",
  "retries",
  "timeout",
  "backendTimeout",
  "corsPolicy",
  "trafficPolicy",
  "delegation",
  "mirror",
] as const;
export type RouteField = (typeof ROUTE_FIELDS)[number];

export type MatchField = keyof z.infer<typeof HttpMatch>;
