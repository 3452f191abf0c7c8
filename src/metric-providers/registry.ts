import { openPrometheus } from "./prometheus.ts";
import type { MetricProvider } from "./provider.ts";

export interface OpenOptions {
  /** URL of the source. */
  readonly address: string;
  /** Called for every request that is sent, to count them. */
  readonly onQuery: () => void;
}

/** A provider that holds connections. */
export type OpenedProvider = MetricProvider & { close(): Promise<void> };
export type OpenProvider = (options: OpenOptions) => OpenedProvider;

/** Every kind of metric source by its name in manifests. */
export const METRIC_PROVIDERS = {
  prometheus: openPrometheus,
} as const satisfies Readonly<Record<string, OpenProvider>>;

/** Opens one provider for each address, when it is first asked for. */
export function createProviders(onQuery: () => void) {
  const opened = new Map<string, OpenedProvider>();
  return {
    /** The Prometheus at this address. */
    at: (address: string): MetricProvider => {
      const provider = opened.get(address) ?? METRIC_PROVIDERS.prometheus({ address, onQuery });
      opened.set(address, provider);
      return provider;
    },
    close: async (): Promise<void> => {
      await Promise.all([...opened.values()].map((provider) => provider.close()));
    },
  };
}
