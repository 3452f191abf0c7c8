import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import type { KubernetesClient } from "../../../src/kubernetes/client.ts";
import { gatewayApi } from "./hands-gateway-api.ts";
import { istio } from "./hands-istio.ts";
import { kubernetes } from "./hands-kubernetes.ts";

/** A routing object as tests read it. */
export interface RoutingObject {
  metadata: {
    resourceVersion: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: { uid: string }[];
  };
  spec: Record<string, unknown>;
}

export interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** Somebody else who meddles with the routing object `demo/shop` of one router. */
export interface Hands {
  /** Path of the objects in the namespace `demo`. */
  readonly path: string;
  readonly kind: string;
  /** What the manifest has to say in `spec.service`, and may say. */
  readonly service: object;
  /** One that was there before us: it leads to the apex Service, and has parts that a router may not touch. */
  readonly foreign: object;
  /** The same after its owner has changed it and applied it again. */
  readonly foreignChanged: object;
  /** The canary's share as the object says it. */
  weight(object: RoutingObject): number;
  setWeight(percent: number): readonly Operation[];
  /** Each changes something that the router owns, weights aside. */
  readonly damages: Readonly<Record<string, readonly Operation[]>>;
  /** Changes of what a run with that shape adds to the object. */
  readonly shapeDamages: Readonly<Partial<Record<"mirrored" | "matched" | "affinity", readonly Operation[]>>>;
  /** Makes it unreadable for the router. */
  readonly ruin: readonly Operation[];
  /** Spells what is ours in other words that mean the same. `null`: there are none. */
  readonly respell: readonly Operation[] | null;
  /** Changes the order of a run with a matched audience. `null`: there is none. */
  readonly reorder: readonly Operation[] | null;
  /** Adds parts that the router does not own. */
  readonly addForeignParts: readonly Operation[];
  /** Those parts, as they stand. */
  foreignParts(object: RoutingObject): unknown;
  /** Everything that giving it back must restore. */
  belongings(object: RoutingObject): unknown;
}

/** One for every router in the registry. */
export const HANDS: Readonly<Record<string, Hands>> = { istio, kubernetes, "gatewayapi:v1": gatewayApi };

export async function read(client: KubernetesClient, { path }: Hands): Promise<RoutingObject> {
  return (await client.request({ method: "GET", path: `${path}/shop` })) as unknown as RoutingObject;
}

export async function meddle(client: KubernetesClient, { path }: Hands, body: readonly Operation[]) {
  const contentType = "application/json-patch+json";
  const answer = await client.request({ method: "PATCH", path: `${path}/shop`, contentType, body });
  return answer as unknown as RoutingObject;
}

/** The routers' own CustomResourceDefinitions, as the playground has them. */
export const DEFINITIONS = parseAllDocuments(
  readFileSync(new URL("../../../src/playground/stage/mesh-crds.yaml", import.meta.url), "utf8"),
).map((document) => document.toJS() as object);
