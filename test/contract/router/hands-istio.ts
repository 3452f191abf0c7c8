import type { Hands, RoutingObject } from "./hands.ts";

type Destination = { destination: { host: string }; weight?: number };
type Rule = { route?: Destination[]; name?: string } & Record<string, unknown>;

const rules = ({ spec }: RoutingObject): Rule[] => (spec["http"] ?? []) as Rule[];
const to = (host: string) => [{ destination: { host } }];
const canaryOf = ({ route = [] }: Rule) => route.find(({ destination }) => destination.host === "shop-canary");

const foreign = {
  apiVersion: "networking.istio.io/v1beta1",
  kind: "VirtualService",
  metadata: { name: "shop", labels: { team: "shop" }, annotations: { "example.com/owner": "somebody" } },
  spec: {
    hosts: ["shop.example.com"],
    gateways: ["public"],
    http: [
      { name: "admin", match: [{ uri: { prefix: "/admin" } }], route: to("admin"), timeout: "1s" },
      {
        name: "main",
        match: [{ uri: { prefix: "/" } }],
        route: to("shop"),
        timeout: "7s",
        fault: { abort: { httpStatus: 500, percentage: { value: 0.1 } } },
      },
      { match: [{ uri: { prefix: "/late" } }], redirect: { uri: "/x" } },
    ],
    tls: [{ match: [{ port: 443, sniHosts: ["shop"] }], route: to("shop") }],
  },
};

export const istio: Hands = {
  path: "/apis/networking.istio.io/v1beta1/namespaces/demo/virtualservices",
  kind: "VirtualService",
  service: { retries: { attempts: 2, perTryTimeout: "1m" }, apex: { annotations: { "example.com/apex": "yes" } } },
  foreign,
  foreignChanged: {
    ...foreign,
    spec: { ...foreign.spec, http: [{ match: [{ uri: { prefix: "/" } }], route: to("shop"), timeout: "9s" }] },
  },
  weight: (object) => rules(object).findLast((rule) => canaryOf(rule) !== undefined)?.route?.[1]?.weight ?? -1,
  setWeight: (percent) => [
    { op: "replace", path: "/spec/http/0/route/0/weight", value: 100 - percent },
    { op: "replace", path: "/spec/http/0/route/1/weight", value: percent },
  ],
  damages: {
    "a field of the rule": [{ op: "replace", path: "/spec/http/0/retries/attempts", value: 9 }],
    "a field that it must not have": [{ op: "add", path: "/spec/http/0/timeout", value: "99s" }],
    hosts: [{ op: "replace", path: "/spec/hosts", value: ["elsewhere"] }],
    gateways: [{ op: "replace", path: "/spec/gateways", value: ["elsewhere"] }],
    "an annotation": [{ op: "remove", path: "/metadata/annotations/example.com~1apex" }],
    "a port": [{ op: "add", path: "/spec/http/0/route/0/destination/port", value: { number: 9 } }],
    "a rule in front of ours that takes everything": [{ op: "add", path: "/spec/http/0", value: { route: to("old") } }],
  },
  shapeDamages: {
    mirrored: [{ op: "add", path: "/spec/http/0/mirrorPercentage", value: { value: 3 } }],
    matched: [{ op: "replace", path: "/spec/http/0/match/0/headers", value: { "x-user": { exact: "everybody" } } }],
    affinity: [
      { op: "replace", path: "/spec/http/0/route/1/weight", value: 50 },
      { op: "replace", path: "/spec/http/0/route/0/weight", value: 50 },
    ],
  },
  ruin: [{ op: "replace", path: "/spec/http", value: [{ route: to("old") }] }],
  respell: [
    { op: "remove", path: "/spec/http/0/route/1/weight" },
    { op: "replace", path: "/spec/http/0/retries/perTryTimeout", value: "60s" },
    { op: "add", path: "/spec/http/0/match", value: [] },
    { op: "add", path: "/spec/http/0/headers", value: { request: {}, response: { add: {} } } },
  ],
  reorder: [{ op: "move", from: "/spec/http/0", path: "/spec/http/1" } as never],
  addForeignParts: [
    { op: "add", path: "/spec/http/0", value: { name: "admin", match: [{ port: 1 }], route: to("admin") } },
    { op: "add", path: "/metadata/annotations/example.com~1owner", value: "somebody" },
    { op: "add", path: "/spec/http/1/fault", value: { abort: { httpStatus: 500, percentage: { value: 1 } } } },
    { op: "add", path: "/spec/http/-", value: { match: [{ uri: { exact: "/last" } }], route: to("shop-primary") } },
  ],
  foreignParts: (object) => [
    JSON.stringify(rules(object)[0]),
    rules(object).find((rule) => rule["fault"])?.["fault"],
    object.metadata.annotations?.["example.com/owner"],
    JSON.stringify(rules(object).at(-1)),
  ],
  belongings: ({ spec, metadata: { labels, annotations } }) => ({ spec, labels, annotations }),
};
