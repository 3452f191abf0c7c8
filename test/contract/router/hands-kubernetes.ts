import type { Hands, RoutingObject } from "./hands.ts";

const selectorOf = ({ spec }: RoutingObject): string | undefined => (spec["selector"] as Record<string, string>)["app"];
const select = (app: string) => [{ op: "replace", path: "/spec/selector", value: { app } }];

const foreign = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "shop", labels: { chart: "shop-1" }, annotations: { "example.com/owner": "somebody" } },
  spec: { selector: { app: "shop" }, ports: [{ port: 80, targetPort: 8080, protocol: "TCP" }] },
};

/** The apex Service; what else is ours in it is looked after by whoever looks after Services. */
export const kubernetes: Hands = {
  path: "/api/v1/namespaces/demo/services",
  kind: "Service",
  service: {},
  foreign,
  foreignChanged: { ...foreign, metadata: { ...foreign.metadata, labels: { chart: "shop-2" } } },
  weight: (object) => (selectorOf(object) === "shop" ? 100 : selectorOf(object) === "shop-primary" ? 0 : -1),
  setWeight: (percent) => select(percent === 100 ? "shop" : "shop-primary"),
  damages: {},
  shapeDamages: {},
  ruin: select("elsewhere"),
  respell: null,
  reorder: null,
  addForeignParts: [
    { op: "add", path: "/metadata/annotations/example.com~1owner", value: "somebody" },
    { op: "add", path: "/spec/sessionAffinity", value: "ClientIP" },
  ],
  foreignParts: ({ spec, metadata }) => [spec["sessionAffinity"], metadata.annotations?.["example.com/owner"]],
  belongings: ({ metadata: { labels, annotations } }) => [labels, annotations?.["coalmine.dev/stamp"]],
};
