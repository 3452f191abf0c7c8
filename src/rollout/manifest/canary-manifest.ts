import { z } from "zod";
import { PeerPhase, Rollout } from "../rollout.ts";
import { AnalysisSpec } from "./analysis-spec.ts";
import { RolloutBlock } from "./rollout-block.ts";
import { ServiceSpec } from "./service-spec.ts";

const PROVIDERS = [
  "apisix",
  "appmesh",
  "appmesh:v1beta2",
  "contour",
  "gatewayapi:v1",
  "gatewayapi:v1beta1",
  "gloo",
  "istio",
  "knative",
  "kubernetes",
  "kuma",
  "linkerd",
  "nginx",
  "osm",
  "skipper",
  "smi:v1alpha1",
  "smi:v1alpha2",
  "smi:v1alpha3",
  "traefik",
] as const;

const reference = <const K extends readonly string[]>(kinds: K) =>
  z.strictObject({ apiVersion: z.string(), kind: z.enum(kinds), name: z.string() });

const scaler = reference(["HorizontalPodAutoscaler", "ScaledObject"]).extend({
  primaryScalerQueries: z.record(z.string(), z.string()).optional(),
  primaryScalerReplicas: z
    .strictObject({ minReplicas: z.int().min(1).optional(), maxReplicas: z.int().min(1).optional() })
    .optional(),
});

/** `spec` of a Canary. Every field is optional exactly where existing manifests leave it out. */
export const CanarySpec = z.strictObject({
  provider: z.enum(PROVIDERS).describe("What shifts the traffic; the worker's default when left out").optional(),
  metricsServer: z.string().describe("Address of Prometheus").optional(),
  progressDeadlineSeconds: z.number().describe("How long a copy may take to become ready; 600").optional(),
  targetRef: reference(["DaemonSet", "Deployment", "Service"]).describe("The workload, in the same namespace"),
  autoscalerRef: scaler.describe("The workload's scaler").optional(),
  ingressRef: reference(["Ingress"]).describe("Ingress (nginx, skipper)").optional(),
  routeRef: reference(["ApisixRoute"]).describe("Route (apisix)").optional(),
  upstreamRef: reference(["Upstream"])
    .extend({ namespace: z.string().optional() })
    .describe("Upstream (gloo)")
    .optional(),
  service: ServiceSpec.describe("How Services and routes are generated").optional(),
  skipAnalysis: z.boolean().describe("Promote without checks").optional(),
  revertOnDeletion: z.boolean().describe("Undo everything when the Canary is deleted").optional(),
  suspend: z.boolean().describe("Leave everything as it is").optional(),
  analysis: AnalysisSpec.describe("How a new revision proves itself"),
  rollout: RolloutBlock.describe("What Coalmine adds: start, channel, approvals").optional(),
});
export type CanarySpec = z.infer<typeof CanarySpec>;

/** What is read of a Canary object beside its status. */
export const CanaryManifest = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    generation: z.int().default(0),
  }),
  spec: CanarySpec,
});
export type CanaryManifest = z.infer<typeof CanaryManifest>;

const moment = z.string().meta({ format: "date-time" });

const condition = z.object({
  type: z.string().describe("Promoted, or Valid"),
  status: z.string().describe("True, False or Unknown"),
  reason: z.string(),
  message: z.string().optional(),
  lastUpdateTime: moment.optional(),
  lastTransitionTime: moment.optional(),
});

/** `status` of a Canary as it is stored. Its `rollout` is the record; the other fields are for the tools that read them. */
export const CanaryStatusObject = z.object({
  phase: z.enum(["", ...PeerPhase.options]).optional(),
  failedChecks: z.number().optional(),
  canaryWeight: z.number().optional(),
  iterations: z.number().optional(),
  trackedConfigs: z.record(z.string(), z.string()).optional(),
  lastAppliedSpec: z.string().optional(),
  lastPromotedSpec: z.string().optional(),
  lastTransitionTime: moment.optional(),
  sessionAffinityCookie: z.string().optional(),
  primarySessionAffinityCookie: z.string().optional(),
  previousSessionAffinityCookie: z.string().optional(),
  conditions: z.array(condition).optional(),
  rollout: Rollout.describe("The record of the present or last rollout").optional(),
});
export type CanaryStatusObject = z.infer<typeof CanaryStatusObject>;

/** The whole object, for the CustomResourceDefinition. */
export const CanaryObject = z.object({ spec: CanarySpec, status: CanaryStatusObject.optional() });
