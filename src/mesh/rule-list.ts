import type { Operation } from "../kubernetes/json-patch.ts";
import { diffJson, type Part } from "./json-patch.ts";
import { sameMeaning } from "./same-meaning.ts";

/** One entry of a routing object's list of rules, as JSON. */
export type Rule = Part;

/** Percent, as written, that a rule gives to our two destinations, and to all of its destinations together. */
export interface Shares {
  readonly primary: number;
  readonly canary: number;
  readonly total: number;
}

/** What is kept of a rule. Only those that may be ours, or may become ours, are kept with what they say. */
export type Slot =
  /** `takesAll`: no request gets past it. */
  | { readonly kind: "foreign"; readonly takesAll: boolean }
  /** Leads to nothing but the apex Service, or to one of its two copies. */
  | { readonly kind: "apex" | "half"; readonly takesAll: boolean; readonly rule: Rule }
  /** Leads to primary and canary: ours. */
  | { readonly kind: "pair"; readonly takesAll: boolean; readonly rule: Rule; readonly shares: Shares };

/** `null`: the object has no such list. */
export type RuleList = readonly Slot[] | null;

/** Writes the rules of one canary in the words of one kind of routing object. */
export interface Author {
  /** Whether the object was made by us. Then nobody else's rules have to be ours. */
  readonly isOurs: boolean;
  /** Another controller wrote all of its rules: whatever leads to our Services is replaced. */
  readonly inherited: boolean;
  /** Name of a rule that we derived from a main one, so that it can be thrown away and written anew; `null` for others. */
  variantName(rule: Rule): string | null;
  /** Whether a main rule answers the requests that the manifest names. */
  isChief(rule: Rule): boolean;
  /** Which requests it takes. */
  conditions(rule: Rule): unknown;
  /** A main rule as it should be. */
  main(rule: Rule, scope: MainScope): Rule;
  /** The rules that go before it. */
  variants(main: Rule): readonly Rule[];
}

export interface MainScope {
  /** The manifest's fields belong into it. */
  readonly chief: boolean;
  /** It is the only main rule, so that the manifest's conditions are about it. */
  readonly alone: boolean;
}

/** One rule of a list as it should become. */
export interface Placed {
  /** Where it stands now; `null`: nowhere, or elsewhere. */
  readonly from: number | null;
  /** What it should say; `null`: what it says, it is somebody else's. */
  readonly rule: Rule | null;
  /** For a main rule: what it was made from; `null` for one that is new. `undefined`: no main rule. */
  readonly origin?: { readonly kind: "pair" | "apex"; readonly rule: Rule } | null;
}

interface Main {
  readonly index: number;
  readonly kind: "pair" | "apex";
  readonly rule: Rule;
}

/** What tells rules of ours apart. */
export type Reader = Pick<Author, "inherited" | "variantName" | "isChief">;

/** Our rules that are not derived from others, by their places. */
export function mainsOf(list: RuleList, author: Reader): readonly Main[] {
  const pairs = (list ?? []).flatMap((slot, index): Main[] =>
    slot.kind === "pair" && author.variantName(slot.rule) === null ? [{ index, kind: "pair", rule: slot.rule }] : [],
  );
  if (!author.inherited || pairs.length < 2) return pairs;
  const chief = pairs.findLast(({ rule }) => author.isChief(rule)) ?? pairs.at(-1);
  return chief === undefined ? [] : [chief];
}

/**
 * The list as it should become. A list without a rule of ours gets one: its rules to the apex Service become ours, else a new one
 * goes before the first that would take everything. In an object of ours no such rule stays in front of ours.
 */
export function arrange(list: RuleList, author: Author): readonly Placed[] {
  const slots = list ?? [];
  const pairs = mainsOf(list, author);
  const mains = pairs.length > 0 ? pairs : apexRules(slots);
  const blocked = firstBlocking(slots, mains);
  const spare = spareVariants(slots, author);
  const groups = new Map(mains.map((main) => [main.index, groupOf(main, { mains, spare, author })]));
  const placed: Placed[] = [];
  const fresh = mains.length === 0 ? freshGroup(spare, author) : [];
  for (const [index, slot] of slots.entries()) {
    if (index === blocked) {
      placed.push(...fresh);
      if (author.isOurs) for (const [at, group] of groups) if (at > index) placed.push(...group);
    }
    const group = groups.get(index);
    const moved = author.isOurs && blocked !== -1 && index > blocked;
    if (group !== undefined) placed.push(...(moved ? [] : group));
    else if (slot.kind !== "pair" && !(slot.kind === "half" && author.inherited))
      placed.push({ from: index, rule: null });
  }
  if (blocked === -1) placed.push(...fresh);
  return keepOrder(placed);
}

/** The first rule of somebody else that takes every request; -1: none. */
function firstBlocking(slots: readonly Slot[], mains: readonly Main[]): number {
  return slots.findIndex(
    ({ kind, takesAll }, index) => takesAll && kind !== "pair" && !mains.some((main) => main.index === index),
  );
}

/** Whether no request can reach our rules. */
export function isBlocked(list: RuleList, author: Reader): boolean {
  const mains = mainsOf(list, author);
  const blocking = firstBlocking(list ?? [], mains);
  return blocking !== -1 && mains.every(({ index }) => index > blocking);
}

function apexRules(slots: readonly Slot[]): readonly Main[] {
  return slots.flatMap((slot, index): Main[] =>
    slot.kind === "apex" ? [{ index, kind: "apex", rule: slot.rule }] : [],
  );
}

interface Group {
  readonly mains: readonly Main[];
  readonly spare: SpareVariants;
  readonly author: Author;
}

function groupOf({ index, kind, rule: found }: Main, { mains, spare, author }: Group): readonly Placed[] {
  // Where somebody else wrote several, none is more the manifest's than another.
  const chief = !author.isOurs || chiefOf(mains, author)?.index === index;
  const rule = author.main(found, { chief, alone: mains.length === 1 });
  return [...variantsOf(rule, spare, author), { from: index, rule, origin: { kind, rule: found } }];
}

function chiefOf(mains: readonly Main[], author: Author): Main | undefined {
  return mains.findLast(({ rule }) => author.isChief(rule)) ?? mains.at(-1);
}

function freshGroup(spare: SpareVariants, author: Author): readonly Placed[] {
  const rule = author.main({}, { chief: true, alone: true });
  return [...variantsOf(rule, spare, author), { from: null, rule, origin: null }];
}

/** Derived rules that are there and not used yet, by their places. */
type SpareVariants = Map<number, Rule>;

function spareVariants(slots: readonly Slot[], author: Author): SpareVariants {
  return new Map(
    slots.flatMap((slot, index) =>
      slot.kind === "pair" && author.variantName(slot.rule) !== null ? [[index, slot.rule] as const] : [],
    ),
  );
}

function variantsOf(main: Rule, spare: SpareVariants, author: Author): readonly Placed[] {
  return author.variants(main).map((rule) => {
    const wanted = author.conditions(rule);
    const same = [...spare].find(([, one]) => sameMeaning(author.conditions(one), wanted));
    const alike = [...spare].find(([, one]) => one["name"] !== undefined && one["name"] === rule["name"]);
    const [from = null, found = {}] = same ?? alike ?? [];
    if (from === null) return { from, rule };
    spare.delete(from);
    // Where rules cannot have names, it goes on without.
    const { name: _, ...unnamed } = rule;
    const written = found["name"] === undefined ? unnamed : rule;
    return { from, rule: sameMeaning(found, written) ? found : written };
  });
}

/** Rules of ours that would have to change places are taken out and put in anew; those of others never move. */
function keepOrder(placed: readonly Placed[]): readonly Placed[] {
  const foreign = placed.flatMap(({ from, rule }, place) => (rule === null && from !== null ? [{ from, place }] : []));
  let last = -1;
  return placed.map((entry, place) => {
    const { from, rule } = entry;
    if (from === null) return entry;
    const next = foreign.find((one) => one.place > place)?.from ?? Infinity;
    if (rule !== null && (from <= last || from > next)) return { ...entry, from: null };
    last = from;
    return entry;
  });
}

/** JSON patch that makes a list at `path` so. */
export function listEdits(list: RuleList, placed: readonly Placed[], path: string): readonly Operation[] {
  if (list === null) return placed.length === 0 ? [] : [{ op: "add", path, value: writtenRules(placed) }];
  const kept = new Set(placed.map(({ from }) => from));
  const gone = [...list.keys()].filter((index) => !kept.has(index)).toReversed();
  const removals = gone.map((index): Operation => ({ op: "remove", path: `${path}/${index}` }));
  const changes = placed.flatMap(({ from, rule }, place): readonly Operation[] => {
    if (rule === null) return [];
    const slot = from === null ? undefined : list[from];
    if (slot === undefined || slot.kind === "foreign") return [{ op: "add", path: `${path}/${place}`, value: rule }];
    return diffJson(slot.rule, rule, `${path}/${place}`);
  });
  return [...removals, ...changes];
}

/** The rules of a list that does not exist yet. */
export const writtenRules = (placed: readonly Placed[]): readonly Rule[] =>
  placed.flatMap(({ rule }) => (rule === null ? [] : [rule]));

/**
 * What our main rules were before us, in their order: `null` for those that we added. `before` is what was known of them; a rule that
 * was ours already keeps its original.
 */
export function originsOf(
  placed: readonly Placed[],
  before: readonly (Rule | null)[],
  author: Pick<Author, "conditions">,
): readonly (Rule | null)[] {
  const mains = placed.flatMap(({ origin }) => (origin === undefined ? [] : [origin]));
  const known = [...before];
  const inOrder = mains.filter((origin) => origin?.kind === "pair").length === known.length;
  return mains.map((origin) => {
    if (origin === null || origin.kind === "apex") return origin?.rule ?? null;
    const wanted = author.conditions(origin.rule);
    const nth = inOrder ? 0 : known.findIndex((one) => one !== null && sameMeaning(author.conditions(one), wanted));
    const [found] = nth === -1 ? [] : known.splice(nth, 1);
    return found === undefined ? origin.rule : found;
  });
}

/**
 * A list as it was before us: each main rule becomes its original, derived ones go. A rule without a known original leads to the apex
 * Service again, since its two copies will be gone.
 */
export function restored(
  list: RuleList,
  author: Reader,
  { originals, toApex }: { readonly originals: readonly (Rule | null)[]; readonly toApex: (rule: Rule) => Rule },
): readonly Placed[] {
  const mains = mainsOf(list, author);
  const known = mains.length === originals.length;
  return (list ?? []).flatMap((slot, index): Placed[] => {
    const nth = mains.findIndex((main) => main.index === index);
    if (nth === -1 || slot.kind !== "pair") return slot.kind === "pair" ? [] : [{ from: index, rule: null }];
    const original = known ? originals[nth] : undefined;
    if (original === null) return [];
    return [{ from: index, rule: toApex(original ?? slot.rule) }];
  });
}
