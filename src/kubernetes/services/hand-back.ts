import { z } from "zod";
import { setKey, type Operation } from "../json-patch.ts";
import { HANDS_OFF, LAST_APPLIED } from "../names.ts";
import { sameJson } from "../object.ts";
import { primaryLabel } from "../workloads/selector-label.ts";
import type { SelectorLabel } from "../workloads/workload-record.ts";
import type { ServiceRecord } from "./service-record.ts";

/** Pure: how an apex Service that was there before us leads to its target again. */

const Applied = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).nullish() }).nullish(),
  spec: z.object({ selector: z.record(z.string(), z.string()) }),
});

/**
 * Edits without the Service's version; none when it is so already. The selector is the one that kubectl applied last, else the
 * target's label; `label` is `null` when the target is gone. Marks that keep GitOps tools away go, unless they were applied too.
 */
export function handBackEdits(record: ServiceRecord, label: SelectorLabel | null): readonly Operation[] {
  const applied = readApplied(record.annotations?.[LAST_APPLIED]);
  const selector = selectorBefore(applied, label);
  const marks = Object.keys(HANDS_OFF).filter(
    (key) => record.annotations?.[key] === HANDS_OFF[key] && applied?.metadata?.annotations?.[key] === undefined,
  );
  const leadsThere = label !== null && record.selector[label.key] === label.value;
  const changed = !leadsThere && selector !== null && !sameJson(selector, record.selector);
  return [
    ...(changed ? [{ op: "add", path: "/spec/selector", value: selector } as const] : []),
    ...marks.map((key) => setKey("/metadata/annotations", key, undefined)),
  ];
}

/** One that leads to primary was not there before us, whoever applied it. */
function selectorBefore(
  applied: z.infer<typeof Applied> | null,
  label: SelectorLabel | null,
): Readonly<Record<string, string>> | null {
  const own = label === null ? null : { [label.key]: label.value };
  if (applied === null || Object.keys(applied.spec.selector).length === 0) return own;
  const { selector } = applied.spec;
  if (label === null) return selector;
  const primary = primaryLabel(label);
  return selector[primary.key] === primary.value ? own : selector;
}

function readApplied(text: string | undefined): z.infer<typeof Applied> | null {
  if (text === undefined) return null;
  try {
    const parsed = Applied.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
