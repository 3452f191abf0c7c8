import { TerminalError } from "../../errors.ts";
import type { Canary } from "../../rollout/canary.ts";
import { copiedLabels, withoutToolkit, type CopyRules } from "../copy-rules.ts";
import { setKeys, type Operation } from "../json-patch.ts";
import { LAST_APPLIED, ownedBy, primaryName, SCALED_FOR } from "../names.ts";
import { isObject, objectAt, textAt, textsAt, type KubernetesObject } from "../object.ts";
import { noteRevision, renoteRevision } from "./noted-revision.ts";
import { primaryTemplate } from "./primary-template.ts";
import { primaryLabel, selectorObstacle, selectorOf } from "./selector-label.ts";
import type { CopyOrder } from "./workload-kind.ts";
import type { SelectorLabel } from "./workload-record.ts";

/** Pure: primaries of workloads that run pods. What the kinds differ in is handed in. */
export interface PodCopying {
  readonly kind: Canary["target"]["kind"];
  /** Fields of `spec` that are copied as they are, beside the template. */
  readonly fields: readonly string[];
  readonly spreads: boolean;
  /** How many pods a new primary begins with, and an existing one gets; `undefined`: the kind, or a scaler, decides. */
  readonly replicas: {
    readonly first: (order: CopyOrder) => number | undefined;
    readonly next: (order: CopyOrder) => number | undefined;
  };
}

/** Annotations that describe the target itself. */
const NOT_COPIED = (key: string): boolean =>
  key === LAST_APPLIED || key === SCALED_FOR || /^(?:deployment\.kubernetes\.io\/|deprecated\.daemonset\.)/.test(key);

/** The whole primary. Throws TerminalError for a target whose pods cannot be told. */
export function buildPodCopy(order: CopyOrder, { kind, fields, spreads, replicas }: PodCopying): KubernetesObject {
  const { canary, target, revision, rules } = order;
  const label = requireLabel(target, rules);
  const own = primaryLabel(label);
  const annotations = Object.entries(withoutToolkit(textsAt(target, "metadata", "annotations")));
  const first = replicas.first(order);
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: {
      name: primaryName(canary),
      namespace: canary.ref.namespace,
      labels: { ...copiedLabels(textsAt(target, "metadata", "labels"), rules), [own.key]: own.value },
      annotations: {
        ...Object.fromEntries(annotations.filter(([key]) => !NOT_COPIED(key))),
        ...noteRevision(revision),
      },
      ownerReferences: ownedBy(canary.ref),
    },
    spec: {
      ...copiedFields(target, fields),
      ...(first !== undefined && { replicas: first }),
      selector: { matchLabels: { [own.key]: own.value } },
      template: templateFor(order, label, spreads),
    },
  };
}

/** What brings an existing primary to the target. */
export function editPodCopy(
  order: CopyOrder,
  primary: KubernetesObject,
  { fields, spreads, replicas }: PodCopying,
): readonly Operation[] {
  const { target, revision, rules } = order;
  const label = requireLabel(target, rules);
  const next = replicas.next(order);
  const spec = {
    ...copiedFields(target, fields),
    template: templateFor(order, label, spreads),
    ...(next !== undefined && { replicas: next }),
  };
  const labels = copiedLabels(textsAt(target, "metadata", "labels"), rules);
  const { [label.key]: _, ...others } = labels;
  return [
    ...renoteRevision(mapAt(primary, "annotations"), revision),
    ...setKeys("/metadata/labels", mapAt(primary, "labels"), others),
    ...setSpec(spec),
  ];
}

/** The fields by which a primary can be made to run the same again. */
export function keepPods(primary: KubernetesObject, { fields }: PodCopying): KubernetesObject {
  return { ...copiedFields(primary, fields), template: objectAt(primary, "spec", "template") };
}

export const setSpec = (fields: KubernetesObject): readonly Operation[] =>
  Object.entries(fields).map(([key, value]) => ({ op: "add", path: `/spec/${key}`, value }));

/** A map of the object's metadata; `null` where it has none. */
export function mapAt(object: KubernetesObject, map: "labels" | "annotations"): KubernetesObject | null {
  const metadata = objectAt(object, "metadata");
  return isObject(metadata[map]) ? metadata[map] : null;
}

function requireLabel(target: KubernetesObject, rules: CopyRules): SelectorLabel {
  const label = selectorOf(textsAt(target, "spec", "selector", "matchLabels"), rules);
  const obstacle = selectorObstacle(label, rules);
  if (label !== null && obstacle === null) return label;
  throw new TerminalError(`${textAt(target, "metadata", "name")} cannot be copied: ${obstacle?.message ?? ""}`);
}

function copiedFields(workload: KubernetesObject, fields: readonly string[]): KubernetesObject {
  const spec = objectAt(workload, "spec");
  return Object.fromEntries(fields.filter((key) => spec[key] !== undefined).map((key) => [key, spec[key]]));
}

function templateFor({ canary, target, revision, rules }: CopyOrder, label: SelectorLabel, spreads: boolean) {
  const template = objectAt(target, "spec", "template");
  return primaryTemplate({ template, name: canary.target.name, label, ref: canary.ref, revision, rules, spreads });
}
