import { z } from "zod";

const secretRef = z.object({ name: z.string() }).describe("Secret in the same namespace");

export const METRIC_PROVIDERS = [
  "prometheus",
  "influxdb",
  "datadog",
  "externalmetrics",
  "stackdriver",
  "cloudwatch",
  "newrelic",
  "graphite",
  "dynatrace",
  "keptn",
  "splunk",
] as const;

/** A query that several canaries share. */
export const MetricTemplateObject = z.object({
  spec: z.object({
    provider: z.object({
      type: z.enum(METRIC_PROVIDERS),
      address: z.string().describe("Address of the API").optional(),
      headers: z.record(z.string(), z.array(z.string())).describe("Sent with each request").optional(),
      secretRef: secretRef.optional(),
      region: z.string().optional(),
      insecureSkipVerify: z.boolean().describe("Accept any TLS certificate").optional(),
    }),
    query: z.string().describe("Text of the query, with template variables"),
  }),
});

/** A receiver of alerts: a type, with either its address or a Secret that holds it. */
export const AlertProviderObject = z.object({
  spec: z
    .object({
      type: z.enum(["slack", "msteams", "discord", "rocket", "gchat"]).optional(),
      channel: z.string().optional(),
      username: z.string().optional(),
      address: z.string().describe("Address of the hook").optional(),
      proxy: z.string().optional(),
      secretRef: secretRef.optional(),
    })
    .meta({ oneOf: [{ required: ["type", "address"] }, { required: ["type", "secretRef"] }] }),
});
