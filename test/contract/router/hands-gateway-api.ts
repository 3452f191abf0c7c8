import type { Hands, RoutingObject } from "./hands.ts";

type Backend = { name: string; weight?: number };
type Rule = { backendRefs?: Backend[] } & Record<string, unknown>;

const rules = ({ spec }: RoutingObject): Rule[] => (spec["rules"] ?? []) as Rule[];
const to = (name: string) => [{ group: "", kind: "Service", name, port: 80, weight: 1 }];
const path = (type: string, value: string) => [{ path: { type, value } }];
const canaryOf = ({ backendRefs = [] }: Rule) => backendRefs.find(({ name }) => name === "shop-canary");
const stamped = { set: [{ name: "x-seen", value: "1" }] };

const foreign = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "HTTPRoute",
  metadata: { name: "shop", labels: { team: "shop" }, annotations: { "example.com/owner": "somebody" } },
  spec: {
    parentRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "other" }],
    hostnames: ["shop.example.com"],
    rules: [
      { matches: path("PathPrefix", "/admin"), backendRefs: to("admin") },
      {
        matches: path("PathPrefix", "/"),
        filters: [{ type: "RequestHeaderModifier", requestHeaderModifier: stamped }],
        backendRefs: to("shop"),
      },
      { matches: path("Exact", "/late"), backendRefs: to("late") },
    ],
  },
};

export const gatewayApi: Hands = {
  path: "/apis/gateway.networking.k8s.io/v1/namespaces/demo/httproutes",
  kind: "HTTPRoute",
  service: {
    timeout: "1m",
    gatewayRefs: [{ name: "public", namespace: "ingress" }],
    hosts: ["shop.example.com"],
    apex: { annotations: { "example.com/apex": "yes" } },
  },
  foreign,
  foreignChanged: {
    ...foreign,
    spec: {
      ...foreign.spec,
      rules: [{ matches: path("PathPrefix", "/"), backendRefs: to("shop"), timeouts: { request: "9s" } }],
    },
  },
  weight: (object) => canaryOf(rules(object).findLast((rule) => canaryOf(rule) !== undefined) ?? {})?.weight ?? -1,
  setWeight: (percent) => [
    { op: "replace", path: "/spec/rules/0/backendRefs/0/weight", value: 100 - percent },
    { op: "replace", path: "/spec/rules/0/backendRefs/1/weight", value: percent },
  ],
  damages: {
    "a time limit": [{ op: "replace", path: "/spec/rules/0/timeouts/request", value: "99s" }],
    "what the rule takes": [{ op: "replace", path: "/spec/rules/0/matches", value: path("Exact", "/only") }],
    "a filter that it must not have": [
      {
        op: "add",
        path: "/spec/rules/0/filters",
        value: [{ type: "RequestHeaderModifier", requestHeaderModifier: stamped }],
      },
    ],
    parents: [{ op: "replace", path: "/spec/parentRefs/0/name", value: "elsewhere" }],
    "host names": [{ op: "remove", path: "/spec/hostnames" }],
    "an annotation": [{ op: "remove", path: "/metadata/annotations/example.com~1apex" }],
    "a port": [{ op: "replace", path: "/spec/rules/0/backendRefs/0/port", value: 9 }],
    "a rule in front of ours that takes everything": [
      { op: "add", path: "/spec/rules/0", value: { matches: path("PathPrefix", "/"), backendRefs: to("old") } },
    ],
  },
  shapeDamages: {
    mirrored: [{ op: "add", path: "/spec/rules/0/filters/0/requestMirror/percent", value: 3 }],
    matched: [{ op: "replace", path: "/spec/rules/0/matches/0/headers/0/value", value: "everybody" }],
    affinity: [
      { op: "replace", path: "/spec/rules/0/backendRefs/0/weight", value: 50 },
      { op: "replace", path: "/spec/rules/0/backendRefs/1/weight", value: 50 },
    ],
  },
  ruin: [{ op: "replace", path: "/spec/rules", value: [{ backendRefs: to("old") }] }],
  respell: [
    { op: "replace", path: "/spec/rules/0/timeouts/request", value: "60s" },
    { op: "remove", path: "/spec/rules/0/matches" },
    { op: "remove", path: "/spec/parentRefs/0/kind" },
    { op: "add", path: "/spec/rules/0/filters", value: [] },
  ],
  reorder: [{ op: "move", from: "/spec/rules/0", path: "/spec/rules/1" } as never],
  addForeignParts: [
    { op: "add", path: "/spec/rules/0", value: { matches: path("Exact", "/admin"), backendRefs: to("admin") } },
    { op: "add", path: "/metadata/annotations/example.com~1owner", value: "somebody" },
    {
      op: "add",
      path: "/spec/rules/1/filters",
      value: [{ type: "ExtensionRef", extensionRef: { group: "example.com", kind: "Auth", name: "a" } }],
    },
    { op: "add", path: "/spec/rules/-", value: { matches: path("Exact", "/last"), backendRefs: to("shop-primary") } },
  ],
  foreignParts: (object) => [
    JSON.stringify(rules(object)[0]),
    rules(object).find((rule) => canaryOf(rule))?.["filters"],
    object.metadata.annotations?.["example.com/owner"],
    JSON.stringify(rules(object).at(-1)),
  ],
  belongings: ({ spec, metadata: { labels, annotations } }) => ({ spec, labels, annotations }),
};
