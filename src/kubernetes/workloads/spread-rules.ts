import { at, isObject, listAt, objectAt, type KubernetesObject } from "../object.ts";

/** Pure: rules of a pod spec by which pods of one workload keep away from each other. */

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

export interface Renaming {
  /** Keys of labels that tell workloads. */
  readonly keys: readonly string[];
  readonly rename: (value: string) => string;
}

/**
 * A pod spec whose anti-affinity and spread constraints name another workload: what keeps the target's pods apart must keep
 * primary's apart. Rules about following somebody stay.
 */
export function renameInSpread(podSpec: KubernetesObject, renaming: Renaming): KubernetesObject {
  const spread = listAt(podSpec, "topologySpreadConstraints");
  const anti = objectAt(podSpec, "affinity", "podAntiAffinity");
  const rewritten: Record<string, unknown> = { ...podSpec };
  if (spread.length > 0) rewritten["topologySpreadConstraints"] = spread.map((term) => inTerm(term, renaming));
  if (Object.keys(anti).length === 0) return rewritten;
  const terms: Record<string, unknown> = { ...anti };
  if (anti[REQUIRED] !== undefined) terms[REQUIRED] = listAt(anti, REQUIRED).map((term) => inTerm(term, renaming));
  if (anti[PREFERRED] !== undefined) {
    terms[PREFERRED] = listAt(anti, PREFERRED).map((term) =>
      isObject(term) ? { ...term, podAffinityTerm: inTerm(term["podAffinityTerm"], renaming) } : term,
    );
  }
  return { ...rewritten, affinity: { ...objectAt(podSpec, "affinity"), podAntiAffinity: terms } };
}

function inTerm(term: unknown, { keys, rename }: Renaming): unknown {
  if (!isObject(term) || !isObject(term["labelSelector"])) return term;
  const selector = term["labelSelector"];
  const isTelling = (key: unknown): boolean => keys.some((known) => known === key);
  const renamed = (value: unknown): unknown => (typeof value === "string" ? rename(value) : value);
  const labels = Object.entries(objectAt(selector, "matchLabels"));
  const expressions = listAt(selector, "matchExpressions");
  const matchLabels = Object.fromEntries(labels.map(([key, value]) => [key, isTelling(key) ? renamed(value) : value]));
  const matchExpressions = expressions.map((expression) =>
    isObject(expression) && isTelling(at(expression, "key")) && expression["values"] !== undefined
      ? { ...expression, values: listAt(expression, "values").map(renamed) }
      : expression,
  );
  return {
    ...term,
    labelSelector: {
      ...selector,
      ...(labels.length > 0 && { matchLabels }),
      ...(expressions.length > 0 && { matchExpressions }),
    },
  };
}
