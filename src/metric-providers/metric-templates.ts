import type { KubernetesObject } from "../kubernetes/object.ts";
import type { OpenCollection, Resource } from "../kubernetes/collection.ts";
import { MetricTemplateObject } from "../rollout/manifest/other-manifests.ts";
import type { ProviderSettings } from "./provider.ts";

const METRIC_TEMPLATES: Resource = { api: "/apis/flagger.app/v1beta1", plural: "metrictemplates" };
/** A worker that has just begun may be asked before its first list is there. */
const WAIT_MS = 5_000;

export interface MetricTemplate {
  /** A kind of source by its name in manifests. */
  readonly type: string;
  readonly settings: ProviderSettings;
  /** Name of a Secret in the template's namespace; `null`: none. */
  readonly secret: string | null;
  readonly query: string;
}

/** Looks MetricTemplates up in a watch cache. */
export interface MetricTemplates {
  /** The template; throws, in words for people, when there is none that can be used. */
  find(namespace: string, name: string): Promise<MetricTemplate>;
  /** Milliseconds since the cache was proven current; infinite before the first list. */
  age(): number;
  isSynced(): boolean;
  stop(): Promise<void>;
}

/**
 * Follows MetricTemplates. Nobody has to wait for the first list: a cluster may lack the kind, and then only canaries that refer to a
 * template get an error.
 */
export function openMetricTemplates(open: OpenCollection): MetricTemplates {
  const templates = open<MetricTemplate | { readonly problem: string }>({
    resource: METRIC_TEMPLATES,
    project: readTemplate,
    onChange: () => {},
  });
  return {
    async find(namespace, name) {
      if (!templates.isSynced()) await Promise.race([templates.synced, pause(WAIT_MS)]);
      const found = templates.get(namespace, name);
      const which = `MetricTemplate ${namespace}/${name}`;
      if (found !== null && "problem" in found) throw new Error(`${which} cannot be used: ${found.problem}`);
      if (found !== null) return found;
      if (templates.isSynced()) throw new Error(`${which} does not exist; create it, or correct templateRef`);
      throw new Error(
        `${which} is unknown: MetricTemplates could not be listed. Apply the CRDs and rights of this version`,
      );
    },
    age: templates.age,
    isSynced: templates.isSynced,
    stop: templates.stop,
  };
}

function readTemplate(object: KubernetesObject): MetricTemplate | { readonly problem: string } {
  const read = MetricTemplateObject.safeParse(object);
  if (!read.success) {
    const [issue] = read.error.issues;
    return { problem: `${issue?.path.join(".")}: ${issue?.message}` };
  }
  const { provider, query } = read.data.spec;
  const { type, address = "", headers = {}, region = "", insecureSkipVerify = false, secretRef } = provider;
  return { type, settings: { address, headers, region, insecureSkipVerify }, secret: secretRef?.name ?? null, query };
}

const pause = (length: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, length).unref());
