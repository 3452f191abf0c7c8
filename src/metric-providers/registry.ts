import { prometheus } from "./prometheus.ts";
import type { MetricProvider } from "./provider.ts";

/** Every kind of metric source by its name in manifests. */
export const METRIC_PROVIDERS = {
  prometheus,
} as const satisfies Readonly<Record<string, MetricProvider>>;
