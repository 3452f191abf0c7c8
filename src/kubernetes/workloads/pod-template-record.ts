import { z } from "zod";
import { imageLabel } from "../../rollout/image.ts";
import type { Revision } from "../../rollout/rollout.ts";
import { configsOf } from "../configs/config-references.ts";
import type { CopyRules } from "../copy-rules.ts";
import { at, objectAt } from "../object.ts";
import { readNoted } from "./noted-revision.ts";
import { likenessOf, withoutScaleToZero } from "./primary-template.ts";
import { selectorObstacle, selectorOf } from "./selector-label.ts";
import { hashTemplate } from "./template-hash.ts";
import type { ContainerPort, WorkloadRecord } from "./workload-record.ts";

/** Pure: what is read of workloads that run pods, whatever their kind. */

const texts = z.record(z.string(), z.string());
export const count = z
  .int()
  .nullish()
  .transform((value) => value ?? 0);

const Port = z.object({
  name: z.string().nullish(),
  containerPort: z.int(),
  protocol: z.string().nullish(),
});
const Container = z.object({ name: z.string(), image: z.string().nullish(), ports: z.array(Port).nullish() });

const Stored = z.object({
  metadata: z.object({ name: z.string(), annotations: texts.nullish() }),
  spec: z.object({
    selector: z.object({ matchLabels: texts.nullish() }).nullish(),
    template: z.object({
      metadata: z.object({ labels: texts.nullish() }).nullish(),
      spec: z.object({ containers: z.array(Container).nullish() }).nullish(),
    }),
  }),
});

/** Proxies that meshes put into pods: their ports are not the application's. */
const PROXIES = new Set(["istio-proxy", "envoy"]);

/** Everything of a record that follows from template and selector. Throws a ZodError for an object without them. */
export function readPods(object: unknown, rules: CopyRules): Omit<WorkloadRecord, "state"> {
  const { metadata, spec } = Stored.parse(object);
  const containers = spec.template.spec?.containers ?? [];
  const images = containers.map(({ name, image }) => ({ container: name, image: image ?? "" }));
  const label = imageLabel(images[0]?.image ?? "");
  const selector = selectorOf(spec.selector?.matchLabels ?? {}, rules);
  const template = at(object, "spec", "template");
  return {
    template: { hash: hashTemplate(ownTemplate(template)), label, images, configs: {} } satisfies Revision,
    copied: readNoted(metadata.annotations ?? {}, { images, label }),
    likeness: likenessOf({ template, name: metadata.name, label: selector, rules }),
    selector,
    podLabels: spec.template.metadata?.labels ?? {},
    ports: containers.flatMap(portsOf),
    configs: configsOf(at(template, "spec")),
    obstacle: selectorObstacle(selector, rules),
  };
}

/** Resting at zero is no revision. */
function ownTemplate(template: unknown): unknown {
  const podSpec = objectAt(template, "spec");
  const own = withoutScaleToZero(podSpec);
  return own === podSpec ? template : { ...objectAt(template), spec: own };
}

function portsOf({ name, ports }: z.infer<typeof Container>): readonly ContainerPort[] {
  if (PROXIES.has(name)) return [];
  return (ports ?? []).map((port, index) => ({
    container: name,
    index,
    name: port.name ?? "",
    port: port.containerPort,
    protocol: port.protocol ?? "TCP",
  }));
}
