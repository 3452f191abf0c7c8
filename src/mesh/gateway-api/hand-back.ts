import type { Operation } from "../../kubernetes/json-patch.ts";
import { z } from "zod";
import type { Canary } from "../../rollout/canary.ts";
import { mapEdits, onlyVersion } from "../head.ts";
import { isPart, withoutUndefined, type Part } from "../json-patch.ts";
import { formerMetadata } from "../original.ts";
import { listEdits, restored, type Rule } from "../rule-list.ts";
import { mirrorsToCanary } from "./filters.ts";
import { backendsOf, type HttpRouteRecord } from "./http-route-record.ts";
import { readerFor, RULES } from "./http-route.ts";

/**
 * The edits that make somebody else's HTTPRoute what it was before us; none for one of ours, which goes with its canary. Where the
 * controller before us had replaced all rules, they become what it had replaced.
 */
export function handBackEdits(canary: Canary, record: HttpRouteRecord): readonly Operation[] {
  if (record.owner === canary.ref.uid) return [];
  const { labels, annotations } = formerMetadata(record.original);
  const originals = record.original?.rules[RULES] ?? [];
  const toApex = (rule: Rule) => leadToApex(canary, rule);
  const replaced = originals.some((rule) => rule !== null && leadsToCopies(canary, rule)) ? record.replaced : null;
  const rules: readonly Operation[] =
    replaced === null
      ? listEdits(record.rules, restored(record.rules, readerFor(canary, record), { originals, toApex }), "/spec/rules")
      : [{ op: "replace", path: "/spec", value: specToApex(canary, replaced) }];
  const edits = [
    ...rules,
    ...mapEdits("labels", record.labels ?? {}, labels),
    ...mapEdits("annotations", record.annotations ?? {}, annotations),
  ];
  return edits.length === 0 ? [] : [onlyVersion(record), ...edits];
}

function specToApex(canary: Canary, text: string): Part {
  const spec = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  const { rules } = spec;
  if (!Array.isArray(rules)) return spec;
  return { ...spec, rules: rules.map((rule: unknown) => (isPart(rule) ? leadToApex(canary, rule) : rule)) };
}

const placeOf = ({ service, ref }: Canary) => ({ name: service.name, namespace: ref.namespace });

function leadsToCopies(canary: Canary, rule: Rule): boolean {
  return backendsOf(rule, placeOf(canary)).some(({ is }) => is === "primary" || is === "canary");
}

/** Primary's and the canary's Service are deleted with the canary. */
function leadToApex(canary: Canary, rule: Rule): Rule {
  const { filters } = rule;
  const left = Array.isArray(filters)
    ? filters.filter((filter) => !(isPart(filter) && mirrorsToCanary(filter, canary)))
    : [];
  const kept = withoutUndefined({ ...rule, filters: left.length === 0 ? undefined : left });
  if (!leadsToCopies(canary, rule)) return kept;
  const { name, port } = canary.service;
  return { ...kept, backendRefs: [{ group: "", kind: "Service", name, port, weight: 1 }] };
}
