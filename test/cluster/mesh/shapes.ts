import type { RouterName } from "../../../src/mesh/registry.ts";
import type { Source } from "../support/definitions.ts";

/** The definitions that a router's objects must pass; one that is missing here writes no objects of its own, or has its own file. */
export const DEFINITIONS_OF = { istio: "istio" } as const satisfies Partial<Readonly<Record<RouterName, Source>>>;

/** Values of one field of `spec.service`, each with what is special about it. */
type Values = Readonly<Record<string, unknown>>;

/** Everything that reaches a routing object, by the field of `spec.service` it stands in. A new value is a row. */
export const SHAPES: Readonly<Record<string, Values>> = {
  hosts: {
    "one host": ["shop.example.com"],
    "several hosts": ["shop.example.com", "*.example.com"],
    "all hosts": ["*"],
  },
  gateways: { "a gateway": ["public"], "a gateway elsewhere and the mesh": ["istio-system/public", "mesh"] },
  timeout: { seconds: "15s", milliseconds: "500ms", "mixed units": "1m30s" },
  retries: {
    "all of it": { attempts: 3, perTryTimeout: "1s", retryOn: "gateway-error,connect-failure,refused-stream" },
    none: { attempts: 0 },
  },
  match: {
    "a prefix": [{ uri: { prefix: "/api" } }],
    "an exact path, whatever its case": [{ uri: { exact: "/" }, ignoreUriCase: true }],
    "a pattern": [{ uri: { regex: "/v[0-9]+/.*" }, method: { regex: "GET|HEAD" } }],
    "every condition": [
      {
        name: "all",
        uri: { prefix: "/" },
        scheme: { exact: "https" },
        method: { exact: "GET" },
        authority: { prefix: "shop" },
        headers: { "x-team": { exact: "a" }, cookie: { regex: "^(.*?;)?(user=test)(;.*)?$" } },
        withoutHeaders: { "x-bot": {} },
        queryParams: { version: { exact: "2" } },
        port: 80,
        sourceLabels: { app: "front" },
        sourceNamespace: "demo",
        gateways: ["mesh"],
      },
    ],
    "one of two": [{ uri: { prefix: "/a" } }, { headers: { "x-b": { exact: "1" } } }],
  },
  rewrite: {
    "the path": { uri: "/" },
    "the host": { authority: "shop.demo" },
    both: { uri: "/v1", authority: "shop" },
  },
  headers: {
    "of requests": { request: { add: { "x-a": "1" }, set: { "x-b": "2" }, remove: ["x-c"] } },
    "of answers": { response: { add: { "x-a": "1" }, remove: ["x-c"] } },
  },
  corsPolicy: {
    "all of it": {
      allowOrigins: [{ exact: "https://example.com" }, { regex: "https://.*" }, { prefix: "https://a" }],
      allowMethods: ["GET", "OPTIONS"],
      allowHeaders: ["x-a"],
      exposeHeaders: ["x-b"],
      allowCredentials: true,
      maxAge: "24h",
    },
    "the older list of origins": { allowOrigin: ["https://example.com"] },
  },
  trafficPolicy: {
    "mutual TLS of the mesh": { tls: { mode: "ISTIO_MUTUAL" } },
    "its own certificates": {
      tls: {
        mode: "MUTUAL",
        clientCertificate: "/c.pem",
        privateKey: "/k.pem",
        caCertificates: "/ca.pem",
        sni: "shop",
        subjectAltNames: ["shop"],
      },
    },
    "a simple balancer with localities": {
      loadBalancer: {
        simple: "LEAST_REQUEST",
        warmupDurationSecs: "30s",
        localityLbSetting: { enabled: true, failover: [{ from: "eu", to: "us" }] },
      },
    },
    "the older balancer": { loadBalancer: { simple: "LEAST_CONN" } },
    "a hash of a cookie": { loadBalancer: { consistentHash: { httpCookie: { name: "user", path: "/", ttl: "0s" } } } },
    "a hash of a header": { loadBalancer: { consistentHash: { httpHeaderName: "x-user" } } },
    "localities by weight": {
      loadBalancer: {
        simple: "ROUND_ROBIN",
        localityLbSetting: { distribute: [{ from: "eu/*", to: { "eu/*": 80, "us/*": 20 } }] },
      },
    },
    pools: {
      connectionPool: {
        http: {
          h2UpgradePolicy: "UPGRADE",
          http1MaxPendingRequests: 10,
          http2MaxRequests: 100,
          idleTimeout: "5m",
          maxRequestsPerConnection: 1,
          maxRetries: 3,
        },
      },
    },
    "ejection of outliers": {
      outlierDetection: {
        baseEjectionTime: "30s",
        consecutive5xxErrors: 7,
        consecutiveGatewayErrors: 5,
        consecutiveLocalOriginFailures: 5,
        splitExternalLocalOriginErrors: true,
        interval: "10s",
        maxEjectionPercent: 50,
        minHealthPercent: 30,
      },
    },
  },
  apex: { "labels and annotations": { labels: { team: "a" }, annotations: { "example.com/b": "c" } } },
};

/** A canary's `spec.service`, and what it is about. */
export interface Shape {
  readonly name: string;
  readonly service: Readonly<Record<string, unknown>>;
}

const SINGLES: readonly Shape[] = Object.entries(SHAPES).flatMap(([field, values]) =>
  Object.entries(values).map(([what, value]) => ({ name: `${field}: ${what}`, service: { [field]: value } })),
);

/** Nothing, each value alone, and the first and the last value of every field at once. */
export const PLAIN: readonly Shape[] = [
  { name: "nothing but a port", service: {} },
  ...SINGLES,
  { name: "the first of everything", service: fromEach((values) => values[0]) },
  { name: "the last of everything", service: fromEach((values) => values.at(-1)) },
];

/** Every value together with every value of another field. */
export const PAIRS: readonly Shape[] = SINGLES.flatMap((left, index) =>
  SINGLES.slice(index + 1)
    .filter(({ service }) => Object.keys(service)[0] !== Object.keys(left.service)[0])
    .map((right) => ({ name: `${left.name} + ${right.name}`, service: { ...left.service, ...right.service } })),
);

function fromEach(pick: (values: readonly unknown[]) => unknown): Shape["service"] {
  return Object.fromEntries(Object.entries(SHAPES).map(([field, values]) => [field, pick(Object.values(values))]));
}
