import type { CopyRules } from "../copy-rules.ts";
import { copyName } from "../names.ts";
import type { SelectorLabel, Trouble } from "./workload-record.ts";

/** Longest label value that Kubernetes takes, less the suffix of primary's. */
const LONGEST_VALUE = 63 - copyName("").length;

/** The first label of the selector that may tell pods; `null` when it has none of them. */
export function selectorOf(
  matchLabels: Readonly<Record<string, string>>,
  { selectorLabels }: Pick<CopyRules, "selectorLabels">,
): SelectorLabel | null {
  for (const key of selectorLabels) {
    const value = matchLabels[key];
    if (value !== undefined) return { key, value };
  }
  return null;
}

/** The label that tells primary's pods. */
export const primaryLabel = ({ key, value }: SelectorLabel): SelectorLabel => ({ key, value: copyName(value) });

/** What a selector lacks so that its pods can be told from primary's; `null`: nothing. */
export function selectorObstacle(
  label: SelectorLabel | null,
  { selectorLabels }: Pick<CopyRules, "selectorLabels">,
): Trouble | null {
  const reason = "SelectorLabel";
  if (label === null) {
    const message = `its pods cannot be told from primary's: spec.selector has none of the labels ${selectorLabels.join(", ")}; add one of them, or name another in SELECTOR_LABELS`;
    return { reason, message };
  }
  if (label.value.length <= LONGEST_VALUE) return null;
  const message = `the label ${label.key} of its selector is longer than ${LONGEST_VALUE} characters, so that no -primary can be added`;
  return { reason, message };
}
