import { cloudwatch } from "./cloudwatch.ts";
import { datadog } from "./datadog.ts";
import { dynatrace } from "./dynatrace.ts";
import { externalmetrics } from "./externalmetrics.ts";
import { graphite } from "./graphite.ts";
import { influxdb } from "./influxdb.ts";
import { keptn } from "./keptn.ts";
import { newrelic } from "./newrelic.ts";
import { prometheus } from "./prometheus.ts";
import type { MetricProvider } from "./provider.ts";
import { splunk } from "./splunk.ts";
import { stackdriver } from "./stackdriver.ts";

/** Every kind of metric source by its name in manifests. */
export const METRIC_PROVIDERS = {
  prometheus,
  influxdb,
  datadog,
  externalmetrics,
  stackdriver,
  cloudwatch,
  newrelic,
  graphite,
  dynatrace,
  keptn,
  splunk,
} as const satisfies Readonly<Record<string, MetricProvider>>;
