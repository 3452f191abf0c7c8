import { z } from "zod";

/** Parts of Istio's API that a Canary's `spec.service` repeats. They reach the mesh objects as they are written. */

const unset = (...names: readonly string[]) => ({ not: { anyOf: names.map((name) => ({ required: [name] })) } });
const oneOfNames = (...names: readonly string[]) => names.map((name) => ({ required: [name] }));

const matcher = { exact: z.string().optional(), prefix: z.string().optional(), regex: z.string().optional() };
const MATCHERS = ["exact", "prefix", "regex"] as const;

/** At most one of exact, prefix, regex. */
export const StringMatch = z.strictObject(matcher).meta({ oneOf: [unset(...MATCHERS), ...oneOfNames(...MATCHERS)] });

/** Exactly one of exact, prefix, suffix, regex. */
export const HeaderCondition = z
  .strictObject({ ...matcher, suffix: z.string().optional() })
  .meta({ oneOf: oneOfNames("exact", "prefix", "suffix", "regex") });

const texts = z.record(z.string(), z.string());
const matchers = z.record(z.string(), StringMatch);

export const HttpMatch = z.strictObject({
  name: z.string().optional(),
  uri: StringMatch.optional(),
  scheme: StringMatch.optional(),
  method: StringMatch.optional(),
  authority: StringMatch.optional(),
  headers: matchers.optional(),
  withoutHeaders: matchers.optional(),
  queryParams: matchers.optional(),
  ignoreUriCase: z.boolean().optional(),
  port: z.int().optional(),
  sourceLabels: texts.optional(),
  sourceNamespace: z.string().optional(),
  gateways: z.array(z.string()).optional(),
});

export const Retries = z.strictObject({
  attempts: z.int32().optional(),
  perTryTimeout: z.string().optional(),
  retryOn: z.string().optional(),
});

export const Rewrite = z.strictObject({
  uri: z.string().optional(),
  authority: z.string().optional(),
  type: z.string().optional(),
});

const headerOperations = z.strictObject({
  add: texts.optional(),
  set: texts.optional(),
  remove: z.array(z.string()).optional(),
});

export const Headers = z.strictObject({
  request: headerOperations.optional(),
  response: headerOperations.optional(),
});

export const CorsPolicy = z.strictObject({
  allowOrigin: z.array(z.string()).optional(),
  allowOrigins: z.array(z.strictObject(matcher).meta({ oneOf: oneOfNames(...MATCHERS) })).optional(),
  allowMethods: z.array(z.string()).optional(),
  allowHeaders: z.array(z.string()).optional(),
  exposeHeaders: z.array(z.string()).optional(),
  allowCredentials: z.boolean().optional(),
  maxAge: z.string().optional(),
});

const consistentHash = z.strictObject({
  httpHeaderName: z.string().optional(),
  httpQueryParameterName: z.string().optional(),
  httpCookie: z
    .strictObject({ name: z.string().optional(), path: z.string().optional(), ttl: z.string().optional() })
    .optional(),
  useSourceIp: z.boolean().optional(),
  minimumRingSize: z.int().optional(),
});

const localityLbSetting = z.strictObject({
  enabled: z.boolean().optional(),
  distribute: z
    .array(z.strictObject({ from: z.string().optional(), to: z.record(z.string(), z.int()).optional() }))
    .optional(),
  failover: z.array(z.strictObject({ from: z.string().optional(), to: z.string().optional() })).optional(),
});

const loadBalancer = z
  .strictObject({
    simple: z.enum(["ROUND_ROBIN", "LEAST_CONN", "RANDOM", "PASSTHROUGH", "LEAST_REQUEST"]).optional(),
    consistentHash: consistentHash.optional(),
    localityLbSetting: localityLbSetting.optional(),
    warmupDurationSecs: z.string().optional(),
  })
  .meta({
    oneOf: [
      { required: ["simple"] },
      {
        required: ["consistentHash"],
        properties: {
          consistentHash: {
            oneOf: oneOfNames("httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName"),
          },
        },
      },
    ],
  });

const httpPool = z.strictObject({
  h2UpgradePolicy: z.enum(["DEFAULT", "DO_NOT_UPGRADE", "UPGRADE"]).optional(),
  http1MaxPendingRequests: z.int32().optional(),
  http2MaxRequests: z.int32().optional(),
  idleTimeout: z.string().optional(),
  maxRequestsPerConnection: z.int32().optional(),
  maxRetries: z.int32().optional(),
});

const outlierDetection = z.strictObject({
  baseEjectionTime: z.string().optional(),
  consecutive5xxErrors: z.int().optional(),
  consecutiveErrors: z.int32().optional(),
  consecutiveGatewayErrors: z.int32().optional(),
  consecutiveLocalOriginFailures: z.int32().optional(),
  interval: z.string().optional(),
  maxEjectionPercent: z.int32().optional(),
  minHealthPercent: z.int32().optional(),
  splitExternalLocalOriginErrors: z.boolean().optional(),
});

const tls = z.strictObject({
  mode: z.enum(["DISABLE", "SIMPLE", "MUTUAL", "ISTIO_MUTUAL"]).optional(),
  caCertificates: z.string().optional(),
  clientCertificate: z.string().optional(),
  privateKey: z.string().optional(),
  sni: z.string().optional(),
  subjectAltNames: z.array(z.string()).optional(),
});

export const TrafficPolicy = z.strictObject({
  connectionPool: z.strictObject({ http: httpPool.optional() }).optional(),
  loadBalancer: loadBalancer.optional(),
  outlierDetection: outlierDetection.optional(),
  tls: tls.optional(),
});
