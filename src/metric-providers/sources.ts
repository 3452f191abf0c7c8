import type { KubernetesClient } from "../kubernetes/client.ts";
import { openAwsCredentials, type AwsIdentity } from "./aws-credentials.ts";
import { measureBuiltins } from "./builtin-checks.ts";
import { customMeasurer } from "./custom-checks.ts";
import { openHttp } from "./http.ts";
import type { MetricTemplates } from "./metric-templates.ts";
import type { Measurement } from "../analysis/metric-check.ts";
import type { MetricQuestion, MetricSources, ProviderTools } from "./provider.ts";
import { METRIC_PROVIDERS } from "./registry.ts";
import { openSecrets } from "./secrets.ts";

const KUBERNETES_MS = 5_000;

export interface SourcesOptions {
  readonly client: Pick<KubernetesClient, "request">;
  readonly templates: Pick<MetricTemplates, "find">;
  /** The worker's own credentials for AWS. */
  readonly aws: AwsIdentity;
  /** Called for every request that is sent to a source, to count them. */
  readonly onQuery: () => void;
}

/** Every source of measurements that manifests can name, over one set of connections. */
export function openSources({
  client,
  templates,
  aws,
  onQuery,
}: SourcesOptions): MetricSources & { close(): Promise<void> } {
  const { send, close } = openHttp(onQuery);
  const kubernetes: ProviderTools["kubernetes"] = (request) => client.request({ ...request, timeoutMs: KUBERNETES_MS });
  const tools = { send, awsCredentials: openAwsCredentials(aws, send), kubernetes };
  const parts = { templates, readSecret: openSecrets(tools.kubernetes), tools, providers: METRIC_PROVIDERS };

  return {
    measure(questions, at, signal) {
      const moment = { at, signal };
      const builtins = measureBuiltins(
        send,
        questions.filter((question) => question.kind === "builtin"),
        moment,
      );
      const custom = customMeasurer(parts, moment);
      return questions.map((question) =>
        question.kind === "custom" ? custom(question) : (builtins.get(question) ?? unasked(question)),
      );
    },
    close,
  };
}

async function unasked({ check }: MetricQuestion): Promise<Measurement> {
  return { kind: "error", check: check.name, query: "", problem: "it was not asked" };
}
