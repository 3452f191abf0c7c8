import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import type { KubernetesClient } from "../../../src/kubernetes/client.ts";
import { destination, type Shape } from "../../unit/mesh/samples.ts";

/** Somebody else who meddles with the routing object `demo/shop`. */
export interface Hands {
  create(client: KubernetesClient): Promise<unknown>;
  /** The canary's share as it stands in the cluster. */
  weight(client: KubernetesClient): Promise<number>;
  setWeight(client: KubernetesClient, percent: number): Promise<unknown>;
  /** Changes something that the router owns, weights aside. */
  damage(client: KubernetesClient): Promise<unknown>;
  /** Makes it unreadable for the router. */
  ruin(client: KubernetesClient): Promise<unknown>;
  remove(url: string): Promise<unknown>;
  /** Adds parts that the router does not own; answers the object. */
  addForeignParts(client: KubernetesClient): Promise<unknown>;
  foreignParts(client: KubernetesClient): Promise<unknown>;
  partsOf(object: unknown): unknown;
  version(object: unknown): string;
}

const PATH = "/apis/networking.istio.io/v1beta1/namespaces/demo/virtualservices";
const get = async (client: KubernetesClient) =>
  (await client.request({ method: "GET", path: `${PATH}/shop` })) as unknown as Shape;
const patch = (client: KubernetesClient, body: readonly object[]) =>
  client.request({ method: "PATCH", path: `${PATH}/shop`, contentType: "application/json-patch+json", body });

const istio: Hands = {
  create: (client) =>
    client.request({
      method: "POST",
      path: PATH,
      body: {
        apiVersion: "networking.istio.io/v1beta1",
        kind: "VirtualService",
        metadata: { name: "shop" },
        spec: { hosts: ["shop"], http: [{ route: [destination("shop")] }] },
      },
    }),
  weight: async (client) => {
    const { spec } = await get(client);
    return spec.http.flatMap(({ route }) => route).find((one) => one.destination.host === "shop-canary")?.weight ?? -1;
  },
  setWeight: (client, percent) =>
    patch(client, [
      { op: "replace", path: "/spec/http/0/route/0/weight", value: 100 - percent },
      { op: "replace", path: "/spec/http/0/route/1/weight", value: percent },
    ]),
  damage: (client) => patch(client, [{ op: "replace", path: "/spec/http/0/timeout", value: "99s" }]),
  ruin: (client) => patch(client, [{ op: "replace", path: "/spec/http", value: [{ route: [destination("old")] }] }]),
  remove: async (url) => {
    const answer = await fetch(`${url}${PATH}/shop`, { method: "DELETE" });
    if (!answer.ok) throw new Error(await answer.text());
  },
  addForeignParts: (client) =>
    patch(client, [
      {
        op: "add",
        path: "/spec/http/0",
        value: { name: "admin", match: [{ port: 1 }], route: [destination("admin")] },
      },
      { op: "add", path: "/metadata/annotations/example.com~1owner", value: "somebody" },
      { op: "add", path: "/spec/http/1/fault", value: { abort: { httpStatus: 500, percentage: { value: 1 } } } },
    ]),
  foreignParts: async (client) => istio.partsOf(await get(client)),
  partsOf: (object) => {
    const { spec, metadata } = object as Shape;
    return [JSON.stringify(spec.http[0]), spec.http[1]?.["fault"], metadata.annotations["example.com/owner"]];
  },
  version: (object) => (object as Shape).metadata.resourceVersion,
};

export const HANDS: Readonly<Record<string, Hands>> = { istio };

/** The routers' own CustomResourceDefinitions, as the playground has them. */
export const DEFINITIONS = parseAllDocuments(
  readFileSync(new URL("../../../src/playground/stage/mesh-crds.yaml", import.meta.url), "utf8"),
).map((document) => document.toJS() as object);
