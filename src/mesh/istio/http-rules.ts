import type { Canary, ServicePlan } from "../../rollout/canary.ts";
import { isPart, withoutUndefined, type Part } from "../json-patch.ts";
import type { Author, MainScope, Rule } from "../rule-list.ts";
import { sameMeaning, settle } from "../same-meaning.ts";
import { isVariantName, mainShare, nameFor, variantsOf, type Asked, type Cookies, type Variant } from "../variants.ts";
import { namedPort, routeOf } from "./destinations.ts";
import { crossed } from "./matches.ts";
import { names } from "./virtual-service-record.ts";

/** Fields of a rule that `spec.service` decides. Everything else in a rule belongs to whoever wrote it. */
const OWN_FIELDS = ["match", "rewrite", "timeout", "retries", "headers", "corsPolicy"] as const;

export interface Ownership {
  readonly isOurs: boolean;
  readonly inherited: boolean;
  /** `Set-Cookie` of destinations is ours. */
  readonly cookies: boolean;
}

/** Writes HTTP rules. */
export function httpAuthor(canary: Canary, asked: Asked, ownership: Ownership): Author {
  const { service } = canary;
  const { isOurs } = ownership;
  const route = (rule: Rule, { weight, cookies }: { weight: number; cookies: Cookies }): readonly Part[] =>
    routeOf(canary, rule, { weight, cookies: ownership.cookies ? cookies : null, isOurs });
  /** Like its main rule in everything but whom it takes, where to, and the cookies that they get. */
  const derived = (main: Rule, { role, when, ...share }: Variant): Rule => ({
    ...main,
    name: nameFor(role),
    match: crossed(main["match"], when),
    route: route(main, share),
  });
  return {
    ...ownership,
    variantName: ({ name }) => (isVariantName(name) ? name : null),
    isChief: (rule) => sameMeaning(rule["match"], ownField(service, "match")),
    conditions: (rule) => rule["match"],
    main: (rule, scope) => {
      const mirrored = withMirror(withFields(rule, service, { ...scope, isOurs }), canary, asked);
      return withoutUndefined({ ...mirrored, route: route(rule, mainShare(canary, asked)) });
    },
    variants: (main) => variantsOf(canary, asked).map((variant) => derived(main, variant)),
  };
}

type OwnField = (typeof OWN_FIELDS)[number];

/** What the manifest says about a field of our rule; `undefined`: it must not be there. */
function ownField({ http }: ServicePlan, field: OwnField): unknown {
  const value = http[field];
  return value === null || (field === "match" && http.match.length === 0) ? undefined : value;
}

/** In a rule that somebody else made, a field that the manifest leaves out is theirs; so is whom each of several takes. */
function withFields(rule: Rule, service: ServicePlan, scope: MainScope & { readonly isOurs: boolean }): Rule {
  if (!scope.chief) return rule;
  const written: Record<string, unknown> = { ...rule };
  for (const field of OWN_FIELDS) {
    const wanted = ownField(service, field);
    const theirs = !scope.isOurs && (wanted === undefined || (field === "match" && !scope.alone));
    if (!theirs) written[field] = settle(rule[field], wanted, field);
  }
  return written;
}

/** A copy of requests that goes elsewhere is somebody else's. */
function withMirror(rule: Rule, canary: Canary, { mirrored }: Asked): Rule {
  if (!mirrored) {
    if (!mirrorsToCanary(rule, canary)) return rule;
    const { mirror: _mirror, mirrorPercentage: _percentage, ...rest } = rule;
    return rest;
  }
  const { strategy } = canary.analysis;
  const percent = (strategy.kind === "ab-test" ? null : strategy.mirror?.percent) ?? 100;
  const mirror = withoutUndefined({ host: `${canary.service.name}-canary`, port: namedPort(canary) });
  const percentage = percent === 100 ? undefined : { value: percent };
  const found = rule["mirrorPercentage"];
  const same = percentOf(found) === percent;
  return { ...rule, mirror: settle(rule["mirror"], mirror), mirrorPercentage: same ? found : percentage };
}

/** Left out, all requests are copied. */
function percentOf(percentage: unknown): unknown {
  return isPart(percentage) ? (percentage["value"] ?? 0) : 100;
}

/** Whether a rule copies requests to the canary. */
export function mirrorsToCanary({ mirror }: Rule, { service, ref }: Canary): boolean {
  const host = isPart(mirror) ? mirror["host"] : undefined;
  return typeof host === "string" && names(host, `${service.name}-canary`, ref.namespace);
}

/** Whether a rule copies requests to somebody else: Istio copies to one place only. */
export function mirrorsElsewhere(rule: Rule, canary: Canary): boolean {
  const several = rule["mirrors"];
  const one = rule["mirror"] !== undefined && rule["mirror"] !== null && !mirrorsToCanary(rule, canary);
  return one || (Array.isArray(several) && several.length > 0);
}
