import { z } from "zod";
import { CorsPolicy, Headers, HttpMatch, Retries, Rewrite, TrafficPolicy } from "./istio-parts.ts";

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
export const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const EMPTY_OR_SUBDOMAIN = /^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const KIND_NAME = /^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/;

const name253 = z.string().min(1).max(253);
const portNumber = z.int32().min(1).max(65_535);
const kind = z.string().min(1).max(63).regex(KIND_NAME);
const group = z.string().max(253).regex(EMPTY_OR_SUBDOMAIN);
const namespace = z.string().min(1).max(63).regex(DNS_LABEL);

const GatewayRef = z.strictObject({
  group: group.default("gateway.networking.k8s.io"),
  kind: kind.default("Gateway"),
  name: name253,
  namespace: namespace.optional(),
  sectionName: name253.regex(DNS_SUBDOMAIN).optional(),
  port: portNumber.optional(),
});

const NEEDS_PORT = {
  rule: "self.kind != 'Service' || self.group != '' || has(self.port)",
  message: "a Service needs a port",
};

const RequestMirror = z.strictObject({
  backendRef: z
    .strictObject({
      group: group.default(""),
      kind: kind.default("Service"),
      name: name253,
      namespace: namespace.optional(),
      port: portNumber.optional(),
    })
    .meta({ "x-kubernetes-validations": [NEEDS_PORT] })
    .optional(),
});

const texts = z.record(z.string(), z.string());
export const Metadata = z.strictObject({ labels: texts.optional(), annotations: texts.optional() });

/** `spec.service`: how Services and routes are generated. */
export const ServiceSpec = z.strictObject({
  name: z.string().describe("Name of the apex Service; the target's name when left out").optional(),
  port: z.number().describe("Port of the Services"),
  portName: z.string().describe("Name of that port; http when left out").optional(),
  appProtocol: z.string().describe("Application protocol of the port").optional(),
  trafficDistribution: z.enum(["PreferClose", "PreferSameZone", "PreferSameNode"]).optional(),
  targetPort: z
    .union([z.int(), z.string()])
    .meta({ "x-kubernetes-int-or-string": true })
    .describe("Container port by number or name; port when left out")
    .optional(),
  portDiscovery: z.boolean().describe("Also publish the other container ports").optional(),
  headless: z.boolean().describe("Make Services without a cluster address").optional(),
  timeout: z.string().describe("Time limit of a request").optional(),
  backendTimeout: z.string().describe("Time limit of one backend call (Gateway API)").optional(),
  meshName: z.string().describe("Mesh (App Mesh)").optional(),
  backends: z.array(z.string()).describe("Backends (App Mesh)").optional(),
  hosts: z.array(z.string()).describe("Host names that the routes serve, beside the apex Service").optional(),
  delegation: z.boolean().describe("Let another VirtualService delegate to the generated one").optional(),
  match: z.array(HttpMatch).describe("Conditions of the generated routes").optional(),
  retries: Retries.describe("Retries of failed requests").optional(),
  rewrite: Rewrite.describe("Rewriting of request paths and authorities").optional(),
  mirror: z.array(RequestMirror).describe("Lasting mirrors of all requests (Gateway API)").optional(),
  headers: Headers.describe("Header changes").optional(),
  gateways: z.array(z.string()).describe("Istio gateways; mesh when left out").optional(),
  gatewayRefs: z.array(GatewayRef).max(32).describe("Parents of the HTTPRoute (Gateway API)").optional(),
  corsPolicy: CorsPolicy.describe("Cross-origin rules").optional(),
  trafficPolicy: TrafficPolicy.describe("Copied to both DestinationRules").optional(),
  apex: Metadata.describe("Metadata of the apex Service and the routing object").optional(),
  primary: Metadata.describe("Metadata of the primary Service").optional(),
  canary: Metadata.describe("Metadata of the canary Service").optional(),
  unmanagedMetadata: z
    .strictObject({ annotations: z.array(z.string()).optional(), labels: z.array(z.string()).optional() })
    .describe("Keys that are left as found on the generated Services")
    .optional(),
});
export type ServiceSpec = z.infer<typeof ServiceSpec>;
