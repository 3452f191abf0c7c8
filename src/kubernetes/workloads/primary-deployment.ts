import { createHash } from "node:crypto";
import { TerminalError } from "../../errors.ts";
import type { Canary } from "../../rollout/canary.ts";
import { imageLabel } from "../../rollout/image.ts";
import type { RevisionHash } from "../../units.ts";
import { selectorOf, type SelectorLabel } from "./deployment-record.ts";
import { COPY_ID, ownedBy, primaryName, REVISION, REVISION_LABEL, SELECTOR_LABELS, withoutToolkit } from "../names.ts";
import { at, isObject, listAt, numberAt, objectAt, textAt, textsAt, type KubernetesObject } from "../object.ts";

/** Pure: the primary copy of a target Deployment, from and to raw JSON. */

/** Copied from the target's spec as they are. */
const COPIED = ["progressDeadlineSeconds", "minReadySeconds", "revisionHistoryLimit", "strategy"] as const;

/** Annotations that describe the target itself. */
const NOT_COPIED = /^(?:kubectl\.kubernetes\.io\/last-applied-configuration|deployment\.kubernetes\.io\/)/;

/** The whole primary Deployment for a canary that has none. Throws TerminalError for a target whose pods cannot be told. */
export function buildPrimary(canary: Canary, target: KubernetesObject, revision: RevisionHash): KubernetesObject {
  const label = requireSelector(target);
  const annotations = Object.entries(withoutToolkit(textsAt(target, "metadata", "annotations")));
  const own = { [label.key]: primaryValue(label) };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: primaryName(canary),
      namespace: canary.ref.namespace,
      labels: own,
      annotations: {
        ...Object.fromEntries(annotations.filter(([key]) => !NOT_COPIED.test(key))),
        ...revisionAnnotations(target, revision),
      },
      ownerReferences: ownedBy(canary.ref),
    },
    spec: {
      ...copiedFields(target),
      replicas: Math.max(1, numberAt(target, "spec", "replicas")),
      selector: { matchLabels: own },
      template: primaryTemplate(canary, target, revision),
    },
  };
}

/** JSON patch that brings an existing primary of this version to the target's template. */
export function editPrimary(
  canary: Canary,
  target: KubernetesObject,
  wanted: { readonly revision: RevisionHash; readonly primaryVersion: string; readonly hasAnnotations: boolean },
): readonly object[] {
  const replicas = numberAt(target, "spec", "replicas");
  const fields = { ...copiedFields(target), template: primaryTemplate(canary, target, wanted.revision) };
  return [
    { op: "replace", path: "/metadata/resourceVersion", value: wanted.primaryVersion },
    ...(wanted.hasAnnotations ? [] : [{ op: "add", path: "/metadata/annotations", value: {} }]),
    ...Object.entries(revisionAnnotations(target, wanted.revision)).map(([key, value]) => ({
      op: "add",
      path: `/metadata/annotations/${key.replaceAll("/", "~1")}`,
      value,
    })),
    ...Object.entries(fields).map(([key, value]) => ({ op: "add", path: `/spec/${key}`, value })),
    // Never to zero: primary carries the traffic.
    ...(replicas > 0 ? [{ op: "add", path: "/spec/replicas", value: replicas }] : []),
  ];
}

function requireSelector(target: KubernetesObject): SelectorLabel {
  const label = selectorOf(textsAt(target, "spec", "selector", "matchLabels"));
  if (label !== null) return label;
  const name = textAt(target, "metadata", "name");
  throw new TerminalError(
    `Deployment ${name} cannot be copied: its selector has none of ${SELECTOR_LABELS.join(", ")}. Add one to spec.selector`,
  );
}

const primaryValue = ({ value }: SelectorLabel): string => `${value}-primary`;

function copiedFields(target: KubernetesObject): KubernetesObject {
  const spec = objectAt(target, "spec");
  return Object.fromEntries(COPIED.filter((key) => spec[key] !== undefined).map((key) => [key, spec[key]]));
}

function revisionAnnotations(target: KubernetesObject, revision: RevisionHash): Readonly<Record<string, string>> {
  const [container] = listAt(target, "spec", "template", "spec", "containers");
  return { [REVISION]: revision, [REVISION_LABEL]: imageLabel(textAt(container, "image")) };
}

function primaryTemplate(canary: Canary, target: KubernetesObject, revision: RevisionHash): KubernetesObject {
  const label = requireSelector(target);
  const template = objectAt(target, "spec", "template");
  const annotations = withoutToolkit(textsAt(template, "metadata", "annotations"));
  return {
    ...template,
    metadata: {
      labels: { ...withoutToolkit(textsAt(template, "metadata", "labels")), [label.key]: primaryValue(label) },
      annotations: { ...annotations, [COPY_ID]: copyId(canary, revision) },
    },
    spec: rewriteSpread(objectAt(template, "spec"), new Set([textAt(target, "metadata", "name"), label.value])),
  };
}

/** The same for the same revision, so that making the copy twice replaces no pod. In the form of a uuid. */
function copyId({ ref }: Canary, revision: RevisionHash): string {
  const digest = createHash("sha256").update(`${ref.uid}/${revision}`).digest("hex");
  return digest.slice(0, 32).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
}

/** Rules that keep the target's pods apart must keep primary's pods apart, so what names the target names primary. */
function rewriteSpread(podSpec: KubernetesObject, names: ReadonlySet<string>): KubernetesObject {
  const spread = listAt(podSpec, "topologySpreadConstraints");
  const anti = objectAt(podSpec, "affinity", "podAntiAffinity");
  const required = "requiredDuringSchedulingIgnoredDuringExecution";
  const preferred = "preferredDuringSchedulingIgnoredDuringExecution";
  const rewritten: Record<string, unknown> = { ...podSpec };
  if (spread.length > 0) rewritten["topologySpreadConstraints"] = spread.map((term) => rewriteTerm(term, names));
  if (Object.keys(anti).length === 0) return rewritten;
  const terms: Record<string, unknown> = { ...anti };
  if (anti[required] !== undefined) terms[required] = listAt(anti, required).map((term) => rewriteTerm(term, names));
  if (anti[preferred] !== undefined) {
    terms[preferred] = listAt(anti, preferred).map((term) =>
      isObject(term) ? { ...term, podAffinityTerm: rewriteTerm(term["podAffinityTerm"], names) } : term,
    );
  }
  return { ...rewritten, affinity: { ...objectAt(podSpec, "affinity"), podAntiAffinity: terms } };
}

const isSelectorKey = (key: unknown): boolean => SELECTOR_LABELS.some((label) => label === key);

function rewriteTerm(term: unknown, names: ReadonlySet<string>): unknown {
  if (!isObject(term) || !isObject(term["labelSelector"])) return term;
  const selector = term["labelSelector"];
  const rename = (value: unknown): unknown =>
    typeof value === "string" && names.has(value) ? `${value}-primary` : value;
  const labels = Object.entries(objectAt(selector, "matchLabels"));
  const expressions = listAt(selector, "matchExpressions");
  return {
    ...term,
    labelSelector: {
      ...selector,
      ...(labels.length === 0
        ? {}
        : {
            matchLabels: Object.fromEntries(
              labels.map(([key, value]) => [key, isSelectorKey(key) ? rename(value) : value]),
            ),
          }),
      ...(expressions.length === 0
        ? {}
        : {
            matchExpressions: expressions.map((expression) =>
              isObject(expression) && isSelectorKey(at(expression, "key")) && expression["values"] !== undefined
                ? { ...expression, values: listAt(expression, "values").map(rename) }
                : expression,
            ),
          }),
    },
  };
}
