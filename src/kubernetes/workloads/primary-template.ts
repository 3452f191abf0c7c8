import { createHash } from "node:crypto";
import type { CanaryRef } from "../../rollout/canary.ts";
import type { Revision } from "../../rollout/rollout.ts";
import { configKey, renameConfigs } from "../configs/config-references.ts";
import { withoutToolkit, type CopyRules } from "../copy-rules.ts";
import { COPY_ID, copyName, originalName, SCALE_TO_ZERO } from "../names.ts";
import { isObject, objectAt, textsAt, type KubernetesObject } from "../object.ts";
import { primaryLabel } from "./selector-label.ts";
import { renameInSpread } from "./spread-rules.ts";
import { hashTemplate } from "./template-hash.ts";
import type { SelectorLabel } from "./workload-record.ts";

/** Pure: the pod template of a primary, forwards from its target's and back again. */

export interface TemplateOrder {
  readonly template: unknown;
  /** Name of the target. */
  readonly name: string;
  readonly label: SelectorLabel;
  readonly ref: CanaryRef;
  readonly revision: Revision;
  readonly rules: CopyRules;
  /** Whether rules that keep the target's pods apart are made to keep primary's apart. */
  readonly spreads: boolean;
}

/** The target's template as primary has it: pods of its own, with its own copies of the configs that belong to the revision. */
export function primaryTemplate(order: TemplateOrder): KubernetesObject {
  const { template, label, ref, revision, rules, spreads } = order;
  const own = primaryLabel(label);
  const labels = withoutToolkit(textsAt(template, "metadata", "labels"));
  const annotations = withoutToolkit(textsAt(template, "metadata", "annotations"));
  const spec = withoutScaleToZero(objectAt(template, "spec"));
  const names = new Set([order.name, label.value]);
  const rename = (value: string): string => (names.has(value) ? copyName(value) : value);
  const spread = spreads ? renameInSpread(spec, { keys: rules.selectorLabels, rename }) : spec;
  return {
    ...(isObject(template) ? template : {}),
    metadata: {
      labels: { ...labels, [own.key]: own.value },
      annotations: { ...annotations, [COPY_ID]: copyId(ref, revision) },
    },
    spec: renameConfigs(spread, (config) =>
      revision.configs[configKey(config)] === undefined ? config.name : copyName(config.name),
    ),
  };
}

/** The same for the same revision, so that making the copy twice replaces no pod. In the form of a uuid. */
function copyId({ uid }: CanaryRef, { hash }: Revision): string {
  const digest = createHash("sha256").update(`${uid}/${hash}`).digest("hex");
  return digest.slice(0, 32).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
}

/** Without the selector that keeps a DaemonSet's pods away. */
export function withoutScaleToZero(podSpec: KubernetesObject): KubernetesObject {
  const { [SCALE_TO_ZERO]: resting, ...others } = objectAt(podSpec, "nodeSelector");
  return resting === undefined ? podSpec : { ...podSpec, nodeSelector: others };
}

export interface TurnedBack {
  readonly template: unknown;
  /** Name of the workload that has the template. */
  readonly name: string;
  readonly label: SelectorLabel | null;
  readonly rules: CopyRules;
}

/**
 * Hash of a template without everything that copying changes, so that a target and a primary that any controller made of it have
 * the same one. Of a target that has nothing of the kind it is the hash of its template.
 */
export function likenessOf({ template, name, label, rules }: TurnedBack): string {
  const { [COPY_ID]: _, ...annotations } = withoutToolkit(textsAt(template, "metadata", "annotations"));
  const labels = withoutToolkit(textsAt(template, "metadata", "labels"));
  const names = new Set([name, label?.value ?? ""].map(originalName));
  const rename = (value: string): string => (names.has(originalName(value)) ? originalName(value) : value);
  const own = label === null ? {} : { [label.key]: originalName(labels[label.key] ?? label.value) };
  const spec = withoutScaleToZero(objectAt(template, "spec"));
  return hashTemplate({
    ...(isObject(template) ? template : {}),
    metadata: { labels: { ...labels, ...own }, annotations },
    spec: renameConfigs(renameInSpread(spec, { keys: rules.selectorLabels, rename }), (config) =>
      originalName(config.name),
    ),
  });
}
