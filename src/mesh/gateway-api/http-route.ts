import type { Operation } from "../../kubernetes/json-patch.ts";
import type { Canary } from "../../rollout/canary.ts";
import type { RouteObservation } from "../../rollout/observation.ts";
import { weight } from "../../units.ts";
import { buildHead, headEdits, onlyVersion, ownAnnotations } from "../head.ts";
import { diffJson, withoutUndefined } from "../json-patch.ts";
import { NO_AFFINITY, writeNote } from "../note.ts";
import { keepOriginal } from "../original.ts";
import type { SetRoute } from "../router.ts";
import {
  arrange,
  isBlocked,
  listEdits,
  mainsOf,
  originsOf,
  writtenRules,
  type Author,
  type Placed,
} from "../rule-list.ts";
import { isPart, type Part } from "../json-patch.ts";
import { sameMeaning } from "../same-meaning.ts";
import { agreedWeight } from "../shares.ts";
import { nameFor, type Asked } from "../variants.ts";
import { mirrorsToCanary } from "./filters.ts";
import type { HttpRouteRecord } from "./http-route-record.ts";
import { ruleAuthor, variantName, type Ownership } from "./http-route-rules.ts";

export type Wanted = Asked & Pick<SetRoute, "stamp">;

/** The one list of rules, as originals are kept of it. */
export const RULES = "rules";

const IDLE: Asked = { weight: weight(0), mirrored: false, audience: "everyone", affinity: NO_AFFINITY };

/** Whoever only tells rules apart asks for nothing. */
export const readerFor = (canary: Canary, record: HttpRouteRecord): Author =>
  ruleAuthor(canary, IDLE, ownershipOf(canary, record));

function ownershipOf(canary: Canary, { owner, inherited, note }: HttpRouteRecord): Ownership {
  const isOurs = owner === canary.ref.uid;
  const cookies = isOurs || inherited || canary.analysis.affinity !== null || note.affinity !== NO_AFFINITY;
  return { isOurs, inherited, cookies, note };
}

/** Reads what the object does with the canary's traffic, as far as its parents have accepted it. */
export function observeRoute(canary: Canary, record: HttpRouteRecord): RouteObservation {
  const { resourceVersion, stamp, note } = record;
  const { problem, ...read } = readRules(canary, record);
  const refused = problem ?? describeRefusal(canary, record);
  if (refused !== null) return { kind: "unusable", problem: refused, resourceVersion };
  const intact = edits(canary, record, { ...read, affinity: note.affinity, stamp: null }).length === 0;
  const pending = describePending(record);
  return { kind: "present", ...read, stamp, intact, resourceVersion, ...(pending === null ? {} : { pending }) };
}

function describeRefusal({ service: { name } }: Canary, { acceptances, generation }: HttpRouteRecord): string | null {
  const refusal = acceptances.find((one) => !one.accepted && one.generation >= generation);
  return refusal === undefined ? null : `${refusal.parent} does not accept HTTPRoute ${name}: ${refusal.why}`;
}

/** Where nobody says anything about a route, it is taken for carried out: not everything that routes by it reports. */
function describePending({ acceptances, generation }: HttpRouteRecord): string | null {
  const late = acceptances.find((one) => one.generation < generation);
  return late === undefined ? null : `${late.parent} has not looked at its newest version yet`;
}

interface ReadRules extends Pick<Asked, "weight" | "mirrored" | "audience"> {
  readonly problem: string | null;
}

function readRules(canary: Canary, record: HttpRouteRecord): ReadRules {
  const { name } = canary.service;
  const reader = readerFor(canary, record);
  const mains = mainsOf(record.rules, reader).map(({ index }) => index);
  const pairs = (record.rules ?? []).flatMap((slot, index) => (slot.kind === "pair" ? [{ ...slot, index }] : []));
  const main = pairs.filter(({ index }) => mains.includes(index));
  const matched = pairs.filter(({ rule }) => variantName(rule, record.note) === nameFor("matched"));
  const deciding = (matched.length > 0 ? matched : main).map(({ shares }) => shares);
  const read = agreedWeight(deciding, `HTTPRoute ${name}`);
  const none = `no rule of HTTPRoute ${name} goes to ${name}-primary and ${name}-canary`;
  const late = `a rule of HTTPRoute ${name} takes every request before those to ${name}-primary and ${name}-canary`;
  const isLate = record.owner !== canary.ref.uid && isBlocked(record.rules, reader);
  return {
    problem: main.length === 0 ? none : (read.problem ?? (isLate ? late : null)),
    weight: read.weight,
    mirrored: main.some(({ rule }) => filtersIn(rule).some((filter) => mirrorsToCanary(filter, canary))),
    audience: matched.length > 0 ? "matched" : "everyone",
  };
}

const filtersIn = ({ filters }: Part): readonly Part[] => (Array.isArray(filters) ? filters.filter(isPart) : []);

/** The HTTPRoute of a canary that has none. */
export function buildHttpRoute(canary: Canary, wanted: Wanted): object {
  const note = { affinity: NO_AFFINITY, variants: [] };
  const author = ruleAuthor(canary, wanted, { isOurs: true, inherited: false, cookies: true, note });
  const placed = arrange(null, author);
  const written = writeNote({ affinity: wanted.affinity, variants: variantsIn(placed, author) });
  return {
    metadata: buildHead(canary, { stamp: wanted.stamp, note: written, original: undefined }),
    spec: withoutUndefined({ ...doors(canary), rules: writtenRules(placed) }),
  };
}

/** The edits that make an existing HTTPRoute carry the route, as a JSON patch for exactly the version of `record`. */
export function editHttpRoute(canary: Canary, record: HttpRouteRecord, wanted: Wanted): readonly Operation[] {
  return [onlyVersion(record), ...edits(canary, record, wanted)];
}

/** The first field that came back otherwise than `wanted` says; `null` when all of it was kept. */
export function findLost(canary: Canary, record: HttpRouteRecord, wanted: Wanted): string | null {
  return edits(canary, record, wanted)[0]?.path ?? null;
}

/** Whatever is not as it should be. `stamp` `null`: the stamp may be any. */
function edits(
  canary: Canary,
  record: HttpRouteRecord,
  asked: Asked & { readonly stamp: string | null },
): readonly Operation[] {
  const ownership = ownershipOf(canary, record);
  const author = ruleAuthor(canary, asked, ownership);
  const placed = arrange(record.rules, author);
  const rules = originsOf(placed, record.original?.rules[RULES] ?? [], author);
  const original = ownership.isOurs
    ? undefined
    : keepOriginal(canary, record, { annotations: ownAnnotations(canary), list: RULES, rules });
  const note = writeNote({ affinity: asked.affinity, variants: variantsIn(placed, author) });
  return [
    ...headEdits(canary, record, { stamp: asked.stamp, note, original }),
    ...(ownership.isOurs ? doorEdits(canary, record) : []),
    ...listEdits(record.rules, placed, "/spec/rules"),
  ];
}

function variantsIn(placed: readonly Placed[], author: Author): readonly { name: string; when: unknown }[] {
  return placed.flatMap(({ rule, origin }) =>
    rule === null || origin === undefined
      ? []
      : author.variants(rule).map((variant) => ({ name: String(variant["name"]), when: author.conditions(variant) })),
  );
}

/** Where requests come in. An HTTPRoute that names no host takes all that its parents take. */
function doors({ service: { http, gatewayApi } }: Canary): Part {
  const hostnames = http.hosts.includes("*") ? [] : http.hosts;
  return { parentRefs: gatewayApi.parents, hostnames: hostnames.length === 0 ? undefined : hostnames };
}

function doorEdits(canary: Canary, record: HttpRouteRecord): readonly Operation[] {
  const wanted = doors(canary);
  return (["parentRefs", "hostnames"] as const).flatMap((field) => {
    if (sameMeaning(record[field], wanted[field])) return [];
    const part = (value: unknown): Part => withoutUndefined({ [field]: value });
    return diffJson(part(record[field]), part(wanted[field]), "/spec");
  });
}
