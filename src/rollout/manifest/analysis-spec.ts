import { z } from "zod";
import { HeaderCondition, StringMatch } from "./istio-parts.ts";

/** Looks only at the beginning, as existing manifests expect; `readDuration` is the one that judges. */
const interval = z.string().regex(/^[0-9]+(m|s)/);
const texts = z.record(z.string(), z.string());
const reference = z.strictObject({ name: z.string(), namespace: z.string().optional() });

export const MetricSpec = z.strictObject({
  name: z.string().describe("request-success-rate, request-duration, or the name of an own metric"),
  interval: interval.describe("Window of the query").optional(),
  threshold: z.number().describe("Older form of thresholdRange").optional(),
  thresholdRange: z
    .strictObject({ min: z.number().optional(), max: z.number().optional() })
    .describe("Values that pass, both ends included")
    .optional(),
  query: z.string().describe("Inline Prometheus query").optional(),
  templateRef: reference.describe("MetricTemplate").optional(),
  templateVariables: texts.describe("Variables of the template").optional(),
});
export type MetricSpec = z.infer<typeof MetricSpec>;

const Alert = z.strictObject({
  name: z.string(),
  severity: z.enum(["", "info", "warn", "error"]).optional(),
  providerRef: reference.describe("AlertProvider"),
});

const WEBHOOK_TYPES = [
  "",
  "confirm-rollout",
  "pre-rollout",
  "rollout",
  "confirm-promotion",
  "post-rollout",
  "event",
  "rollback",
  "confirm-traffic-increase",
] as const;

const Webhook = z.strictObject({
  name: z.string(),
  type: z.enum(WEBHOOK_TYPES).describe("When it is called; rollout when left out").optional(),
  url: z.string().meta({ format: "url" }),
  timeout: interval.optional(),
  retries: z.number().optional(),
  muteAlert: z.boolean().optional(),
  disableTLS: z.boolean().describe("Accept any TLS certificate").optional(),
  metadata: texts.describe("Sent along").optional(),
});

const SessionAffinity = z.strictObject({
  cookieName: z.string(),
  primaryCookieName: z.string().optional(),
  maxAge: z.number().default(86_400),
  domain: z.string().optional(),
  path: z.string().optional(),
  httpOnly: z.boolean().optional(),
  partitioned: z.boolean().optional(),
  sameSite: z.enum(["Strict", "Lax", "None"]).optional(),
  secure: z.boolean().optional(),
});

const TrafficCondition = z.strictObject({
  headers: z.record(z.string(), HeaderCondition).optional(),
  queryParams: z.record(z.string(), StringMatch).optional(),
  sourceLabels: texts.optional(),
});

/** `spec.analysis`: how a new revision proves itself. Numbers are checked for being whole when the manifest is read. */
export const AnalysisSpec = z
  .strictObject({
    interval: interval.describe("Time between two passes").optional(),
    threshold: z.number().describe("Failed checks that end the rollout").optional(),
    iterations: z.number().describe("Passes of an A/B test or a blue/green switch").optional(),
    maxWeight: z.number().describe("Highest traffic weight in percent; 100 when left out").optional(),
    stepWeight: z.number().describe("Percent by which traffic rises at each step").optional(),
    stepWeights: z.array(z.number()).describe("Traffic weights of the steps in percent, rising").optional(),
    stepWeightPromotion: z.number().describe("Percent by which traffic goes back to primary; 0: at once").optional(),
    mirror: z.boolean().describe("Mirror traffic to the canary first").optional(),
    mirrorWeight: z.number().describe("Percent of traffic that is mirrored").optional(),
    primaryReadyThreshold: z.number().describe("Percent of primary's pods that must be available").optional(),
    canaryReadyThreshold: z.number().describe("Percent of the canary's pods that must be available").optional(),
    match: z.array(TrafficCondition).describe("Requests that take part in an A/B test").optional(),
    metrics: z.array(MetricSpec).describe("Checks of every pass").optional(),
    alerts: z.array(Alert).describe("Where alerts go").optional(),
    webhooks: z.array(Webhook).describe("Calls to other systems").optional(),
    sessionAffinity: SessionAffinity.describe("Keep people on the version they met").optional(),
  })
  .meta({
    oneOf: [
      { required: ["interval", "threshold", "iterations"] },
      { required: ["interval", "threshold", "stepWeight"] },
      { required: ["interval", "threshold", "stepWeights"] },
    ],
  });
export type AnalysisSpec = z.infer<typeof AnalysisSpec>;
