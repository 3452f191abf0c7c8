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
import { sameMeaning } from "../same-meaning.ts";
import { agreedWeight } from "../shares.ts";
import { nameFor, type Asked } from "../variants.ts";
import { httpAuthor, mirrorsElsewhere, mirrorsToCanary, type Ownership } from "./http-rules.ts";
import { tcpAuthor } from "./tcp-rules.ts";
import type { RuleListName, VirtualServiceRecord } from "./virtual-service-record.ts";

export type Wanted = Asked & Pick<SetRoute, "stamp">;

const IDLE: Asked = { weight: weight(0), mirrored: false, audience: "everyone", affinity: NO_AFFINITY };

/** The list that carries the canary's traffic. */
export const listFor = ({ service }: Canary): RuleListName =>
  service.appProtocol?.toLowerCase() === "tcp" ? "tcp" : "http";

const authorFor = (canary: Canary, asked: Asked, ownership: Ownership): Author =>
  (listFor(canary) === "tcp" ? tcpAuthor : httpAuthor)(canary, asked, ownership);

/** Whoever only tells rules apart asks for nothing. */
export const readerFor = (canary: Canary, record: VirtualServiceRecord): Author =>
  authorFor(canary, IDLE, ownershipOf(canary, record));

function ownershipOf(canary: Canary, { owner, inherited, note }: VirtualServiceRecord): Ownership {
  const isOurs = owner === canary.ref.uid;
  const cookies = isOurs || inherited || canary.analysis.affinity !== null || note.affinity !== NO_AFFINITY;
  return { isOurs, inherited, cookies };
}

/** Reads what the object does with the canary's traffic. */
export function observeRoute(canary: Canary, record: VirtualServiceRecord): RouteObservation {
  const { resourceVersion, stamp, note } = record;
  const { problem, ...read } = readRules(canary, record);
  if (problem !== null) return { kind: "unusable", problem, resourceVersion };
  const intact = edits(canary, record, { ...read, affinity: note.affinity, stamp: null }).length === 0;
  return { kind: "present", ...read, stamp, intact, resourceVersion };
}

interface ReadRules extends Pick<Asked, "weight" | "mirrored" | "audience"> {
  readonly problem: string | null;
}

function readRules(canary: Canary, record: VirtualServiceRecord): ReadRules {
  const { name } = canary.service;
  const list = record.lists[listFor(canary)];
  const reader = readerFor(canary, record);
  const mains = mainsOf(list, reader).map(({ index }) => index);
  const pairs = (list ?? []).flatMap((slot, index) => (slot.kind === "pair" ? [{ ...slot, index }] : []));
  const main = pairs.filter(({ index }) => mains.includes(index));
  const matched = pairs.filter(({ rule }) => rule["name"] === nameFor("matched"));
  const deciding = matched.length > 0 ? matched : main;
  const read = agreedWeight(
    deciding.map(({ shares }) => shares),
    `VirtualService ${name}`,
  );
  const none = `no ${listFor(canary).toUpperCase()} rule of VirtualService ${name} goes to ${name}-primary and ${name}-canary`;
  const copied = `a rule of VirtualService ${name} copies requests elsewhere, and Istio copies to one place only`;
  const isCopied = wantsMirror(canary) && main.some(({ rule }) => mirrorsElsewhere(rule, canary));
  // In an object of ours the next write mends it; in another one the order is its author's.
  const late = `a rule of VirtualService ${name} takes every request before those to ${name}-primary and ${name}-canary`;
  const isLate = record.owner !== canary.ref.uid && isBlocked(list, reader);
  return {
    problem: main.length === 0 ? none : (read.problem ?? (isCopied ? copied : isLate ? late : null)),
    weight: read.weight,
    mirrored: main.some(({ rule }) => mirrorsToCanary(rule, canary)),
    audience: matched.length > 0 ? "matched" : "everyone",
  };
}

function wantsMirror({ analysis: { strategy } }: Canary): boolean {
  return strategy.kind !== "ab-test" && strategy.mirror !== null;
}

/** The VirtualService of a canary that has none. */
export function buildVirtualService(canary: Canary, wanted: Wanted): object {
  const { hosts, gateways, delegation } = canary.service.http;
  const author = authorFor(canary, wanted, { isOurs: true, inherited: false, cookies: true });
  const note = writeNote({ affinity: wanted.affinity, variants: [] });
  return {
    metadata: buildHead(canary, { stamp: wanted.stamp, note, original: undefined }),
    spec: {
      ...(delegation ? {} : { hosts, gateways }),
      [listFor(canary)]: writtenRules(arrange(null, author)),
    },
  };
}

/**
 * The edits that make an existing VirtualService carry the route, as a JSON patch for exactly the version that `record` was read
 * from. Rules that are not ours are not mentioned. Throws when the route cannot stand beside what others wrote.
 */
export function editVirtualService(canary: Canary, record: VirtualServiceRecord, wanted: Wanted): readonly Operation[] {
  const slots = record.lists[listFor(canary)] ?? [];
  if (wanted.mirrored && slots.some((slot) => slot.kind === "pair" && mirrorsElsewhere(slot.rule, canary))) {
    throw new Error("while copying requests: a rule copies them elsewhere already; remove its mirror");
  }
  return [onlyVersion(record), ...edits(canary, record, wanted)];
}

/** Whatever is not as it should be. `stamp` `null`: the stamp may be any. */
function edits(
  canary: Canary,
  record: VirtualServiceRecord,
  asked: Asked & { readonly stamp: string | null },
): readonly Operation[] {
  const ownership = ownershipOf(canary, record);
  const author = authorFor(canary, asked, ownership);
  const name = listFor(canary);
  const placed = arrange(record.lists[name], author);
  const original = ownership.isOurs ? undefined : keptOriginal(canary, record, placed, author);
  const note = writeNote({ affinity: asked.affinity, variants: [] });
  return [
    ...headEdits(canary, record, { stamp: asked.stamp, note, original }),
    ...(ownership.isOurs ? doorEdits(canary, record) : []),
    ...listEdits(record.lists[name], placed, `/spec/${name}`),
    ...(ownership.isOurs ? leftoverEdits(record, name === "http" ? "tcp" : "http") : []),
  ];
}

function keptOriginal(canary: Canary, record: VirtualServiceRecord, placed: readonly Placed[], author: Author): string {
  const list = listFor(canary);
  const rules = originsOf(placed, record.original?.rules[list] ?? [], author);
  return keepOriginal(canary, record, { annotations: ownAnnotations(canary), list, rules });
}

/** Hosts and gateways; in any order. One that is delegated to has neither. */
function doorEdits({ service: { http } }: Canary, record: VirtualServiceRecord): readonly Operation[] {
  return (["hosts", "gateways"] as const).flatMap((field) => {
    const wanted = http.delegation ? undefined : http[field];
    const found = record[field];
    const same = sameMeaning(found?.toSorted(), wanted?.toSorted());
    return same ? [] : diffJson(withoutUndefined({ [field]: found }), withoutUndefined({ [field]: wanted }), "/spec");
  });
}

/** Rules of ours in the list that the manifest used before. */
function leftoverEdits(record: VirtualServiceRecord, name: RuleListName): readonly Operation[] {
  const list = record.lists[name];
  const kept = (list ?? []).flatMap((slot, index): Placed[] =>
    slot.kind === "pair" ? [] : [{ from: index, rule: null }],
  );
  return list === null ? [] : listEdits(list, kept, `/spec/${name}`);
}
