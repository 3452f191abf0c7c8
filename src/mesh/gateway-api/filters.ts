import type { Canary } from "../../rollout/canary.ts";
import { isPart, withoutUndefined, type Part } from "../json-patch.ts";
import { readLength, sameMeaning } from "../same-meaning.ts";

/** Which filters of a rule are ours. */
export interface FilterScope {
  /** The manifest's filters belong into the rule. */
  readonly chief: boolean;
  /** The object is ours, so that filters which the manifest leaves out have no place in it. */
  readonly isOurs: boolean;
  readonly mirrored: boolean;
}

/** Kinds of which a rule can have one, and the manifest speaks. */
const SINGLE = ["RequestHeaderModifier", "ResponseHeaderModifier", "URLRewrite", "CORS"];

/** `filters` of a rule as they should be: what is there keeps its order, what is missing comes last. */
export function filtersOf(found: unknown, canary: Canary, scope: FilterScope): readonly Part[] {
  const present = Array.isArray(found) ? found.filter(isPart) : [];
  const wanted = [...(scope.chief ? manifestFilters(canary) : []), ...canaryMirror(canary, scope)];
  const left = [...wanted];
  const kept = present.flatMap((filter): readonly Part[] => {
    const nth = left.findIndex((one) => isSameFilter(one, filter));
    const [ours] = nth === -1 ? [] : left.splice(nth, 1);
    if (ours !== undefined) return [sameMeaning(filter, ours) ? filter : ours];
    return isDropped(filter, canary, scope) ? [] : [filter];
  });
  return [...kept, ...left];
}

function isSameFilter(one: Part, other: Part): boolean {
  if (one["type"] !== other["type"]) return false;
  return one["type"] !== "RequestMirror" || sameMeaning(mirrorTarget(one), mirrorTarget(other));
}

/** Filters that nobody else can have put there. */
function isDropped(filter: Part, canary: Canary, { chief, isOurs }: FilterScope): boolean {
  if (filter["type"] === "RequestMirror" && mirrorsToCanary(filter, canary)) return true;
  return isOurs && chief && (filter["type"] === "RequestMirror" || SINGLE.includes(String(filter["type"])));
}

function mirrorTarget({ requestMirror }: Part): unknown {
  return isPart(requestMirror) ? requestMirror["backendRef"] : undefined;
}

/** Whether a filter copies requests to the canary. */
export function mirrorsToCanary(filter: Part, { service, ref }: Canary): boolean {
  const to = mirrorTarget(filter);
  if (!isPart(to) || to["name"] !== `${service.name}-canary`) return false;
  return to["namespace"] === undefined || to["namespace"] === ref.namespace;
}

function canaryMirror({ service, analysis }: Canary, { mirrored }: FilterScope): readonly Part[] {
  if (!mirrored) return [];
  const percent = (analysis.strategy.kind === "ab-test" ? null : analysis.strategy.mirror?.percent) ?? 100;
  const backendRef = { group: "", kind: "Service", name: `${service.name}-canary`, port: service.port };
  return [{ type: "RequestMirror", requestMirror: { backendRef, ...(percent === 100 ? {} : { percent }) } }];
}

function manifestFilters({ service: { http, gatewayApi } }: Canary): readonly Part[] {
  const { request, response } = http.headers ?? {};
  return [
    ...modifier("RequestHeaderModifier", "requestHeaderModifier", request),
    ...modifier("ResponseHeaderModifier", "responseHeaderModifier", response),
    ...(http.rewrite === null ? [] : [{ type: "URLRewrite", urlRewrite: rewriteOf(http.rewrite) }]),
    ...(http.corsPolicy === null ? [] : [{ type: "CORS", cors: corsOf(http.corsPolicy) }]),
    ...gatewayApi.mirrors.map((requestMirror) => ({ type: "RequestMirror", requestMirror })),
  ];
}

function modifier(type: string, field: string, operations: unknown): readonly Part[] {
  if (!isPart(operations)) return [];
  const { add, set, remove } = operations;
  const changes = withoutUndefined({ set: pairs(set), add: pairs(add), remove: filled(remove) });
  return Object.keys(changes).length === 0 ? [] : [{ type, [field]: changes }];
}

function pairs(texts: unknown): readonly Part[] | undefined {
  const entries = isPart(texts) ? Object.entries(texts) : [];
  const byName = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return filled(byName.map(([name, value]) => ({ name, value })));
}

const filled = <T>(list: T): T | undefined => (Array.isArray(list) && list.length > 0 ? list : undefined);

function rewriteOf({ uri, authority, type }: Part): Part {
  const path =
    type === "ReplacePrefixMatch"
      ? { type: "ReplacePrefixMatch", replacePrefixMatch: uri }
      : { type: "ReplaceFullPath", replaceFullPath: uri };
  return withoutUndefined({ hostname: authority === "" ? undefined : authority, path: uri ? path : undefined });
}

/** Seconds that an API server fills in where a policy says nothing. */
const DEFAULT_MAX_AGE = 5;

function corsOf(policy: Part): Part {
  const { allowOrigin, allowOrigins, allowMethods, allowHeaders, exposeHeaders, allowCredentials, maxAge } = policy;
  const exact = Array.isArray(allowOrigins) ? allowOrigins.filter(isPart).map((one) => one["exact"]) : [];
  const origins = [...(Array.isArray(allowOrigin) ? allowOrigin : []), ...exact];
  const age = typeof maxAge === "string" ? readLength(maxAge) : null;
  return withoutUndefined({
    allowOrigins: filled(origins),
    allowMethods: filled(allowMethods),
    allowHeaders: filled(allowHeaders),
    exposeHeaders: filled(exposeHeaders),
    allowCredentials: allowCredentials === true ? true : undefined,
    maxAge: age === null ? DEFAULT_MAX_AGE : Math.max(1, Math.floor(age / 1000)),
  });
}

const SET_COOKIE = "Set-Cookie";
const MODIFIER = "ResponseHeaderModifier";

/** Filters of a backend with this cookie among the headers that it adds; empty: without one of ours. */
export function withCookie(found: unknown, cookie: string): readonly Part[] {
  const present = Array.isArray(found) ? found.filter(isPart) : [];
  const before = present.find(({ type }) => type === MODIFIER) ?? {};
  const changes = isPart(before["responseHeaderModifier"]) ? before["responseHeaderModifier"] : {};
  const added = Array.isArray(changes["add"]) ? changes["add"].filter(isPart) : [];
  const others = added.filter(({ name }) => name !== SET_COOKIE);
  const add = filled([...others, ...(cookie === "" ? [] : [{ name: SET_COOKIE, value: cookie }])]);
  const written = withoutUndefined({ ...changes, add });
  const rest = present.filter((filter) => filter !== before);
  return Object.keys(written).length === 0 ? rest : [...rest, { type: MODIFIER, responseHeaderModifier: written }];
}
