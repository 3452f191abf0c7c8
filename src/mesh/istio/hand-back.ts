import type { Operation } from "../../kubernetes/json-patch.ts";
import { z } from "zod";
import type { Canary } from "../../rollout/canary.ts";
import { mapEdits, onlyVersion } from "../head.ts";
import { isPart, type Part } from "../json-patch.ts";
import { formerMetadata } from "../original.ts";
import { listEdits, restored, type Rule } from "../rule-list.ts";
import { mirrorsToCanary } from "./http-rules.ts";
import { destinationsOf, type VirtualServiceRecord } from "./virtual-service-record.ts";
import { listFor, readerFor } from "./virtual-service.ts";

/**
 * The edits that make somebody else's VirtualService what it was before us; none for one of ours, which goes with its canary. Where
 * the controller before us had replaced all rules, they become what it had replaced.
 */
export function handBackEdits(canary: Canary, record: VirtualServiceRecord): readonly Operation[] {
  if (record.owner === canary.ref.uid) return [];
  const list = listFor(canary);
  const { labels, annotations } = formerMetadata(record.original);
  const originals = record.original?.rules[list] ?? [];
  const toApex = (rule: Rule) => leadToApex(canary, rule);
  const whole = originals.some((rule) => rule !== null && leadsToCopies(canary, rule))
    ? readSpec(record.replaced)
    : null;
  const rules =
    whole === null
      ? listEdits(
          record.lists[list],
          restored(record.lists[list], readerFor(canary, record), { originals, toApex }),
          `/spec/${list}`,
        )
      : [{ op: "replace", path: "/spec", value: specToApex(canary, whole) } as const];
  const edits = [
    ...rules,
    ...mapEdits("labels", record.labels ?? {}, labels),
    ...mapEdits("annotations", record.annotations ?? {}, annotations),
  ];
  return edits.length === 0 ? [] : [onlyVersion(record), ...edits];
}

const Spec = z.record(z.string(), z.unknown());

const readSpec = (text: string | null): Part | null => (text === null ? null : Spec.parse(JSON.parse(text)));

function specToApex(canary: Canary, spec: Part): Part {
  const mended = (["http", "tcp"] as const).flatMap((name) => {
    const rules = spec[name];
    if (!Array.isArray(rules)) return [];
    return [[name, rules.map((rule: unknown) => (isPart(rule) ? leadToApex(canary, rule) : rule))] as const];
  });
  return { ...spec, ...Object.fromEntries(mended) };
}

const placeOf = ({ service, ref }: Canary) => ({ name: service.name, namespace: ref.namespace });

function leadsToCopies(canary: Canary, rule: Rule): boolean {
  return destinationsOf(rule, placeOf(canary)).some(({ is }) => is === "primary" || is === "canary");
}

/** Primary's and the canary's Service are deleted with the canary. */
function leadToApex(canary: Canary, rule: Rule): Rule {
  const { mirror: _mirror, mirrorPercentage: _percentage, ...unmirrored } = rule;
  const kept = mirrorsToCanary(rule, canary) ? unmirrored : rule;
  if (!leadsToCopies(canary, rule)) return kept;
  const [first] = destinationsOf(rule, placeOf(canary));
  const to = first?.entry["destination"];
  const port = isPart(to) && to["port"] !== undefined ? { port: to["port"] } : {};
  return { ...kept, route: [{ destination: { host: canary.service.name, ...port } }] };
}
