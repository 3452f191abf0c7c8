import type { JsonObject } from "../../../src/playground/kubernetes/json.ts";

/** A manifest, and whether the Canary API takes it. Its name says what is special about it. */
export interface Row {
  readonly name: string;
  readonly kind: "Canary" | "MetricTemplate" | "AlertProvider";
  readonly spec: JsonObject;
  readonly isAccepted: boolean;
}

const targetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "shop" };
const service = { port: 80 };
const analysis = { interval: "30s", threshold: 5, stepWeight: 20 };
const minimal: JsonObject = { targetRef, service, analysis };

type Part = readonly [name: string, part: JsonObject];

const canaries = (isAccepted: boolean, rows: readonly Part[]): readonly Row[] =>
  rows.map(([name, spec]) => ({ name, kind: "Canary", isAccepted, spec }));
const withSpec = (isAccepted: boolean, rows: readonly Part[]): readonly Row[] =>
  canaries(
    isAccepted,
    rows.map(([name, part]) => [name, { ...minimal, ...part }]),
  );
const withService = (isAccepted: boolean, rows: readonly Part[]): readonly Row[] =>
  withSpec(
    isAccepted,
    rows.map(([name, part]) => [`service: ${name}`, { service: { ...service, ...part } }]),
  );
const withAnalysis = (isAccepted: boolean, rows: readonly Part[]): readonly Row[] =>
  withSpec(
    isAccepted,
    rows.map(([name, part]) => [`analysis: ${name}`, { analysis: { ...analysis, ...part } }]),
  );
const wholeAnalysis = (isAccepted: boolean, rows: readonly Part[]): readonly Row[] =>
  withSpec(
    isAccepted,
    rows.map(([name, part]) => [`analysis: ${name}`, { analysis: part }]),
  );

const PROVIDERS = [
  "",
  "istio",
  "linkerd",
  "nginx",
  "kubernetes",
  "gatewayapi:v1",
  "gatewayapi:v1beta1",
  "traefik",
].concat(
  ...["apisix", "appmesh", "appmesh:v1beta2", "contour", "gloo", "knative", "kuma", "osm", "skipper"],
  ...["smi:v1alpha1", "smi:v1alpha2", "smi:v1alpha3"],
);
const reference = (kind: string): JsonObject => ({ apiVersion: "example.com/v1", kind, name: "shop" });
const hook = { name: "load", url: "http://tester/" };
const alert = { name: "team", providerRef: { name: "chat" } };

const SPECS: readonly Row[] = [
  ...canaries(true, [
    ["the least", minimal],
    ["no service", { targetRef, analysis }],
  ]),
  ...canaries(false, [
    ["no target", { service, analysis }],
    ["no analysis", { targetRef, service }],
    ["a target without a name", { ...minimal, targetRef: { apiVersion: "apps/v1", kind: "Deployment" } }],
    ["a target that is a StatefulSet", { ...minimal, targetRef: { ...targetRef, kind: "StatefulSet" } }],
  ]),
  ...withSpec(true, [
    ...PROVIDERS.filter((provider) => provider !== "").map((provider): Part => [`provider ${provider}`, { provider }]),
    ["a DaemonSet as target", { targetRef: { ...targetRef, kind: "DaemonSet" } }],
    ["a Service as target", { targetRef: { ...targetRef, kind: "Service" } }],
    [
      "an HPA",
      { autoscalerRef: { ...reference("HorizontalPodAutoscaler"), primaryScalerReplicas: { minReplicas: 1 } } },
    ],
    ["a ScaledObject", { autoscalerRef: { ...reference("ScaledObject"), primaryScalerQueries: { a: "sum(x)" } } }],
    ["an Ingress", { ingressRef: reference("Ingress") }],
    ["an Upstream elsewhere", { upstreamRef: { ...reference("Upstream"), namespace: "gloo" } }],
    ["suspended, skipping and reverting", { suspend: true, skipAnalysis: true, revertOnDeletion: true }],
    ["the older name of the analysis beside it", { canaryAnalysis: analysis }],
  ]),
  ...withSpec(false, [
    ["an unknown provider", { provider: "consul" }],
    ["an unknown scaler", { autoscalerRef: reference("VerticalPodAutoscaler") }],
    [
      "a scaler down to nothing",
      { autoscalerRef: { ...reference("ScaledObject"), primaryScalerReplicas: { minReplicas: 0 } } },
    ],
    ["a Route as ingress", { ingressRef: reference("Route") }],
    ["an Ingress as route", { routeRef: reference("Ingress") }],
    ["a Gateway as upstream", { upstreamRef: reference("Gateway") }],
    ["a word where a truth belongs", { suspend: "yes" }],
  ]),
];

const SERVICES: readonly Row[] = [
  ...withService(true, [
    ["a named target port", { targetPort: "http", portName: "http-web", appProtocol: "http", portDiscovery: true }],
    [
      "gateways and hosts",
      { gateways: ["public"], hosts: ["shop.example.com"], timeout: "15s", backendTimeout: "10s" },
    ],
    ["references to Gateways", { gatewayRefs: [{ name: "public" }, { name: "inner", namespace: "mesh", port: 8080 }] }],
    [
      "32 references to Gateways",
      { gatewayRefs: Array.from({ length: 32 }, (_, index) => ({ name: `gateway-${index}` })) },
    ],
    [
      "a mirror of another kind",
      { mirror: [{ backendRef: { group: "example.com", kind: "Shadow", name: "shadow" } }] },
    ],
    ["a mirror", { mirror: [{ backendRef: { name: "shadow", port: 80 } }] }],
    [
      "matches",
      { match: [{ uri: { prefix: "/", suffix: "/x" }, method: { exact: "GET" }, ignoreUriCase: true, port: 80 }] },
    ],
    [
      "metadata",
      { apex: { labels: { a: "b" } }, canary: { annotations: { c: "d" } }, unmanagedMetadata: { labels: ["e"] } },
    ],
    ["retries", { retries: { attempts: 3, perTryTimeout: "1s", retryOn: "5xx" } }],
    [
      "a traffic policy with parts that are not kept",
      {
        trafficPolicy: {
          tls: { mode: "ISTIO_MUTUAL" },
          portLevelSettings: [{ port: { number: 80 } }],
          connectionPool: { http: { http1MaxPendingRequests: 1 }, tcp: { maxConnections: 1 } },
          loadBalancer: { simple: "LEAST_REQUEST", localityLbSetting: { enabled: true, failover_priority: ["a"] } },
          outlierDetection: { consecutive5xxErrors: 7, splitExternalLocalOriginErrors: true },
        },
      },
    ],
    [
      "CORS",
      { corsPolicy: { allowOrigins: [{ exact: "https://example.com" }], allowMethods: ["GET"], maxAge: "24h" } },
    ],
    ["headers", { headers: { request: { add: { a: "b" } }, response: { remove: ["c"] } } }],
    ["a rewrite", { rewrite: { uri: "/", authority: "x", type: "ReplacePrefixMatch" } }],
    ["distribution", { trafficDistribution: "PreferSameZone" }],
  ]),
  ...withService(false, [
    [
      "33 references to Gateways",
      { gatewayRefs: Array.from({ length: 33 }, (_, index) => ({ name: `gateway-${index}` })) },
    ],
    ["a mirror without a port", { mirror: [{ backendRef: { name: "shadow" } }] }],
    ["a reference to a nameless Gateway", { gatewayRefs: [{ namespace: "mesh" }] }],
    ["a port out of range", { gatewayRefs: [{ name: "public", port: 70_000 }] }],
    ["distribution to nowhere", { trafficDistribution: "PreferFar" }],
    ["a port that is text", { port: "80" }],
  ]),
  ...canaries(false, [["service: no port", { targetRef, service: { name: "shop" }, analysis }]]),
];

const ANALYSES: readonly Row[] = [
  ...wholeAnalysis(true, [
    ["iterations", { interval: "1m", threshold: 5, iterations: 10 }],
    ["listed weights", { interval: "1m30s", threshold: 5, stepWeights: [1, 2, 50] }],
  ]),
  ...wholeAnalysis(false, [
    ["neither weights nor iterations", { interval: "1m", threshold: 5 }],
    ["weights and iterations", { interval: "1m", threshold: 5, iterations: 10, stepWeight: 5 }],
    ["two kinds of weights", { interval: "1m", threshold: 5, stepWeights: [5], stepWeight: 5 }],
    ["no interval", { threshold: 5, stepWeight: 5 }],
    ["no threshold", { interval: "1m", stepWeight: 5 }],
    ["an interval in hours", { interval: "1h", threshold: 5, stepWeight: 5 }],
    ["a threshold that is text", { interval: "1m", threshold: "5", stepWeight: 5 }],
  ]),
  ...withAnalysis(true, [
    ["half a percent", { stepWeight: 2.5 }],
    ["limits", { maxWeight: 50, stepWeightPromotion: 10, primaryReadyThreshold: 90, canaryReadyThreshold: 80 }],
    ["mirroring", { mirror: true, mirrorWeight: 50 }],
    [
      "matches with parts that are not kept",
      {
        match: [
          {
            headers: { cookie: { regex: ".*" }, agent: { suffix: "x" } },
            uri: { prefix: "/" },
            method: { exact: "GET" },
          },
        ],
      },
    ],
    ["a metric", { metrics: [{ name: "request-success-rate", interval: "30s", thresholdRange: { min: 99 } }] }],
    [
      "a templated metric",
      { metrics: [{ name: "mine", templateRef: { name: "t" }, templateVariables: { a: "b" }, threshold: 1 }] },
    ],
    ...["", "confirm-rollout", "pre-rollout", "rollout", "confirm-promotion", "post-rollout", "event", "rollback"]
      .concat("confirm-traffic-increase")
      .map((type): Part => [
        `a ${type} hook`,
        { webhooks: [{ ...hook, type, timeout: "5s", retries: 1, muteAlert: true }] },
      ]),
    ["an alert", { alerts: [{ ...alert, severity: "error" }] }],
    ["affinity", { sessionAffinity: { cookieName: "c", sameSite: "Lax", secure: true, partitioned: true, path: "/" } }],
    ["affinity for an hour", { sessionAffinity: { cookieName: "c", maxAge: 3_600, primaryCookieName: "p" } }],
  ]),
  ...withAnalysis(false, [
    ["a metric without a name", { metrics: [{ interval: "30s" }] }],
    ["a metric by the hour", { metrics: [{ name: "mine", interval: "1h" }] }],
    ["a hook without an address", { webhooks: [{ name: "load" }] }],
    ["a hook of an unknown type", { webhooks: [{ ...hook, type: "after" }] }],
    ["a hook that waits for hours", { webhooks: [{ ...hook, timeout: "1h" }] }],
    ["an alert without a provider", { alerts: [{ name: "team" }] }],
    ["an alert of an unknown severity", { alerts: [{ ...alert, severity: "fatal" }] }],
    ["affinity without a cookie", { sessionAffinity: { maxAge: 60 } }],
    ["affinity to no site", { sessionAffinity: { cookieName: "c", sameSite: "Loose" } }],
  ]),
];

const template = { provider: { type: "prometheus" }, query: "sum(x)" };
const provider = { type: "slack", address: "https://hooks.example.com" };
const others = (kind: Row["kind"], isAccepted: boolean, rows: readonly Part[]): readonly Row[] =>
  rows.map(([name, spec]) => ({ name, kind, spec, isAccepted }));

const TEMPLATES: readonly Row[] = [
  ...others("MetricTemplate", true, [
    ["the least", template],
    ...["influxdb", "datadog", "externalmetrics", "stackdriver", "cloudwatch", "newrelic", "graphite", "dynatrace"]
      .concat("keptn", "splunk")
      .map((type): Part => [type, { ...template, provider: { type, address: "http://x", secretRef: { name: "s" } } }]),
    ["headers", { ...template, provider: { type: "prometheus", headers: { a: ["b"] }, insecureSkipVerify: true } }],
    ["an unknown field", { ...template, unknown: 1 }],
  ]),
  ...others("MetricTemplate", false, [
    ["no query", { provider: { type: "prometheus" } }],
    ["no provider", { query: "sum(x)" }],
    ["an unknown provider", { ...template, provider: { type: "abacus" } }],
  ]),
];

const PROVIDERS_OF_ALERTS: readonly Row[] = [
  ...others("AlertProvider", true, [
    ...["slack", "msteams", "discord", "rocket", "gchat"].map((type): Part => [type, { ...provider, type }]),
    ["a secret", { type: "slack", secretRef: { name: "hook" }, channel: "c", username: "u", proxy: "http://p" }],
  ]),
  ...others("AlertProvider", false, [
    ["an address and a secret", { ...provider, secretRef: { name: "hook" } }],
    ["neither address nor secret", { type: "slack" }],
    ["an unknown type", { ...provider, type: "pigeon" }],
  ]),
];

export const ROWS: readonly Row[] = [...SPECS, ...SERVICES, ...ANALYSES, ...TEMPLATES, ...PROVIDERS_OF_ALERTS];
