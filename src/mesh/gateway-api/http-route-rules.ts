import type { Canary } from "../../rollout/canary.ts";
import { withoutUndefined, isPart, type Part } from "../json-patch.ts";
import type { RouteNote } from "../note.ts";
import type { Author, MainScope, Rule } from "../rule-list.ts";
import { sameMeaning, settle } from "../same-meaning.ts";
import { isVariantName, mainShare, nameFor, variantsOf, type Asked, type Cookies, type Variant } from "../variants.ts";
import { backendRefsOf } from "./backend-refs.ts";
import { filtersOf } from "./filters.ts";
import { crossed, matchesOf } from "./matches.ts";

export interface Ownership {
  readonly isOurs: boolean;
  readonly inherited: boolean;
  /** `Set-Cookie` of backends is ours. */
  readonly cookies: boolean;
  readonly note: RouteNote;
}

/** Writes rules of an HTTPRoute. */
export function ruleAuthor(canary: Canary, asked: Asked, ownership: Ownership): Author {
  const { isOurs, inherited, note } = ownership;
  const backends = (rule: Rule, { weight, cookies }: { weight: number; cookies: Cookies }): readonly Part[] =>
    backendRefsOf(canary, rule, { weight, cookies: ownership.cookies ? cookies : null, isOurs });
  const derived = (main: Rule, { role, when, ...share }: Variant): Rule => ({
    ...main,
    name: nameFor(role),
    matches: crossed(main["matches"], when),
    backendRefs: backends(main, share),
  });
  return {
    isOurs,
    inherited,
    variantName: (rule) => variantName(rule, note),
    isChief: (rule) => sameMeaning(rule["matches"], matchesOf(canary.service.http.match)),
    conditions: (rule) => rule["matches"],
    main: (rule, scope) =>
      withoutUndefined({
        ...rule,
        ...ownFields(rule, canary, { ...scope, isOurs }),
        filters: filled(
          rule["filters"],
          filtersOf(rule["filters"], canary, { ...scope, isOurs, mirrored: asked.mirrored }),
        ),
        backendRefs: backends(rule, mainShare(canary, asked)),
      }),
    variants: (main) => variantsOf(canary, asked).map((variant) => derived(main, variant)),
  };
}

/** An empty list says nothing, but may stand where it is. */
function filled(found: unknown, list: readonly Part[]): unknown {
  if (list.length > 0) return list;
  return sameMeaning(found, undefined) ? found : undefined;
}

/** Older versions of the API keep no names of rules; then what a rule takes tells it. */
export function variantName(rule: Rule, { variants }: RouteNote): string | null {
  if (isVariantName(rule["name"])) return rule["name"];
  return variants.find(({ when }) => sameMeaning(when, rule["matches"]))?.name ?? null;
}

/** In a rule that somebody else made, a field that the manifest leaves out is theirs; so is whom each of several takes. */
function ownFields(
  rule: Rule,
  canary: Canary,
  { chief, alone, isOurs }: MainScope & { readonly isOurs: boolean },
): Part {
  if (!chief) return {};
  const { http, gatewayApi } = canary.service;
  const wanted = withoutUndefined({
    request: http.timeout ?? undefined,
    backendRequest: gatewayApi.backendTimeout ?? undefined,
  });
  const present = isPart(rule["timeouts"]) ? rule["timeouts"] : {};
  const timeouts = isOurs ? wanted : { ...present, ...wanted };
  const theirs = !isOurs && (http.match.length === 0 || !alone) && rule["matches"] !== undefined;
  return {
    ...(theirs ? {} : { matches: settle(rule["matches"], matchesOf(http.match)) }),
    timeouts: Object.keys(timeouts).length === 0 ? undefined : settle(rule["timeouts"], timeouts),
  };
}
