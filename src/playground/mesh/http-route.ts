import { z } from "zod";
import { compileCors } from "./cors.ts";
import { parseDurationMs } from "./durations.ts";
import type { HeaderChanges } from "./header-changes.ts";
import { serviceHost } from "./hosts.ts";
import { compileMatch } from "./matching.ts";
import type { RequestFacts } from "./matching.ts";
import { retryPolicyOf } from "./retries.ts";
import type { Destination, Rule, VirtualServiceRoutes } from "./virtual-service.ts";
import { everyPercent, weightedChoice } from "./weighted.ts";

const Pairs = z.array(z.strictObject({ name: z.string(), value: z.string() })).default([]);
const Modifier = z.strictObject({ set: Pairs, add: Pairs, remove: z.array(z.string()).default([]) });
const Backend = z.strictObject({
  group: z.literal("").default(""),
  kind: z.literal("Service").default("Service"),
  name: z.string().min(1),
  namespace: z.string().optional(),
  port: z.int().min(1).max(65_535),
});
const ModifierFilter = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("RequestHeaderModifier"), requestHeaderModifier: Modifier }),
  z.strictObject({ type: z.literal("ResponseHeaderModifier"), responseHeaderModifier: Modifier }),
]);
const PathRewrite = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ReplaceFullPath"), replaceFullPath: z.string() }),
  z.strictObject({ type: z.literal("ReplacePrefixMatch"), replacePrefixMatch: z.string() }),
]);
const Cors = z.strictObject({
  allowOrigins: z.array(z.string()).default([]),
  allowMethods: z.array(z.string()).default([]),
  allowHeaders: z.array(z.string()).default([]),
  exposeHeaders: z.array(z.string()).default([]),
  allowCredentials: z.boolean().optional(),
  maxAge: z.int().default(5),
});
const Filter = z.discriminatedUnion("type", [
  ...ModifierFilter.options,
  z.strictObject({
    type: z.literal("RequestMirror"),
    requestMirror: z.strictObject({ backendRef: Backend, percent: z.int().min(0).max(100).default(100) }),
  }),
  z.strictObject({
    type: z.literal("URLRewrite"),
    urlRewrite: z.strictObject({ hostname: z.string().optional(), path: PathRewrite.optional() }),
  }),
  z.strictObject({ type: z.literal("CORS"), cors: Cors }),
]);
type Filter = z.infer<typeof Filter>;

const Value = z.strictObject({
  type: z.enum(["Exact", "RegularExpression"]).default("Exact"),
  name: z.string().min(1),
  value: z.string().min(1),
});
const Match = z.strictObject({
  path: z
    .strictObject({ type: z.enum(["Exact", "PathPrefix", "RegularExpression"]), value: z.string() })
    .default({ type: "PathPrefix", value: "/" }),
  method: z.string().optional(),
  headers: z.array(Value).default([]),
  queryParams: z.array(Value).default([]),
});
type Match = z.infer<typeof Match>;

/** What is missing here (redirects, extensions…) is refused, not passed over. */
const RouteRule = z.strictObject({
  name: z.string().optional(),
  matches: z.array(Match).default([]),
  filters: z.array(Filter).default([]),
  backendRefs: z
    .array(Backend.extend({ weight: z.int().min(0).default(1), filters: z.array(ModifierFilter).default([]) }))
    .default([]),
  timeouts: z.strictObject({ request: z.string().optional(), backendRequest: z.string().optional() }).default({}),
});
type RouteRule = z.infer<typeof RouteRule>;
const Spec = z.object({
  parentRefs: z.array(z.looseObject({ kind: z.string().default("Gateway"), name: z.string() })).default([]),
  hostnames: z.array(z.string()).default([]),
  rules: z.array(RouteRule).default([]),
});

/**
 * Reads the spec of an HTTPRoute in `namespace`. The more a match asks, the sooner it is tried, whatever its place. A route whose
 * parent is a Service takes that Service's requests; one that names no host takes all that nothing else takes.
 */
export function compileHttpRoute(spec: unknown, namespace: string): VirtualServiceRoutes {
  const parsed = Spec.safeParse(spec);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const { parentRefs, hostnames, rules } = parsed.data;
  const services = parentRefs.flatMap(({ kind, name }) => (kind === "Service" ? [serviceHost(name, namespace)] : []));
  const hosts = [...services, ...hostnames];
  return { hosts: hosts.length === 0 ? ["*"] : hosts, rules: byPrecedence(rules, namespace) };
}

function byPrecedence(rules: readonly RouteRule[], namespace: string): readonly Rule[] {
  const entries = rules.flatMap((rule, index) => {
    const compiled = compileRule(rule, { namespace, index });
    const matches = rule.matches.length === 0 ? [Match.parse({})] : rule.matches;
    return matches.map((match) => ({ match, rule: { ...compiled, matchedPrefix: compileRouteMatch(match, rule) } }));
  });
  // Sorting keeps the order of those that ask as much.
  return entries.toSorted((a, b) => compare(rankOf(b.match), rankOf(a.match))).map(({ rule }) => rule);
}

function rankOf({ path, method, headers, queryParams }: Match): readonly number[] {
  const kind = { Exact: 2, PathPrefix: 1, RegularExpression: 0 }[path.type];
  return [kind, path.value.length, method === undefined ? 0 : 1, headers.length, queryParams.length];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

/** A prefix is made of whole parts of a path: /a takes /a and /a/b, but not /ab. */
function compileRouteMatch(
  { path, method, headers, queryParams }: Match,
  { filters }: RouteRule,
): Rule["matchedPrefix"] {
  const matchers = (values: Match["headers"]) =>
    Object.fromEntries(
      values.map(({ type, name, value }) => [name, type === "Exact" ? { exact: value } : { regex: value }]),
    );
  const test = compileMatch({
    ...(path.type === "Exact" ? { uri: { exact: path.value } } : {}),
    ...(path.type === "RegularExpression" ? { uri: { regex: path.value } } : {}),
    ...(method === undefined ? {} : { method: { exact: method } }),
    headers: matchers(headers),
    queryParams: matchers(queryParams),
  });
  const prefix = path.type === "PathPrefix" ? path.value.replace(/\/$/, "") : undefined;
  const replacesPrefix = filters.some(
    (filter) => filter.type === "URLRewrite" && filter.urlRewrite.path?.type === "ReplacePrefixMatch",
  );
  const replaced = replacesPrefix ? (prefix === "" ? "/" : (prefix ?? "")) : "";
  return (request: RequestFacts) => {
    const isUnder = prefix === undefined || request.path === prefix || request.path.startsWith(`${prefix}/`);
    return isUnder && test(request) ? replaced : undefined;
  };
}

interface RulePlace {
  readonly namespace: string;
  readonly index: number;
}

function compileRule(
  { matches, filters, backendRefs, timeouts }: RouteRule,
  { namespace, index }: RulePlace,
): Omit<Rule, "matchedPrefix"> {
  const toDestination = (ref: z.infer<typeof Backend>, headers?: HeaderChanges): Destination => ({
    host: serviceHost(ref.name, ref.namespace ?? namespace),
    port: ref.port,
    headers,
  });
  const choices = backendRefs.map(({ weight, filters: own, ...ref }) => ({
    weight,
    value: toDestination(ref, headerChanges(own)),
  }));
  if (choices.every(({ weight }) => weight === 0)) throw new Error(`in rules[${index}]: nothing gets any traffic`);
  const cors = filters.find((filter) => filter.type === "CORS")?.cors;
  return {
    chooseDestination: weightedChoice(choices),
    mirrors: filters.flatMap((filter) =>
      filter.type === "RequestMirror"
        ? [
            {
              destination: toDestination(filter.requestMirror.backendRef),
              isTurn: everyPercent(filter.requestMirror.percent),
            },
          ]
        : [],
    ),
    timeoutMs: limit(timeouts.request),
    retries: { ...retryPolicyOf(undefined), perTryTimeoutMs: limit(timeouts.backendRequest) },
    rewrite: rewriteOf(filters, matches),
    headers: headerChanges(filters),
    cors:
      cors &&
      compileCors({
        ...cors,
        allowOrigin: [],
        allowOrigins: cors.allowOrigins.map(toMatcher),
        maxAge: `${cors.maxAge}s`,
      }),
  };
}

/** "*" is every origin; within a host it stands for its beginning. */
function toMatcher(origin: string): { readonly exact: string } | { readonly regex: string } {
  if (!origin.includes("*")) return { exact: origin };
  return { regex: origin.replaceAll(/[.+?^$()[\]{}|\\]/g, String.raw`\$&`).replaceAll("*", ".*") };
}

function limit(text: string | undefined): number | undefined {
  const length = text === undefined ? undefined : parseDurationMs(text);
  return length === 0 ? undefined : length;
}

/** A prefix can only be replaced where there is one; the root's is its slash. */
function rewriteOf(filters: readonly Filter[], [match]: readonly Match[]): Rule["rewrite"] {
  const filter = filters.find(({ type }) => type === "URLRewrite");
  if (filter?.type !== "URLRewrite") return undefined;
  const { hostname, path } = filter.urlRewrite;
  const isRoot = match === undefined || match.path.value === "/";
  const uri =
    path?.type === "ReplacePrefixMatch"
      ? path.replacePrefixMatch.replace(/\/$/, "") + (isRoot ? "/" : "")
      : path?.replaceFullPath;
  return { authority: hostname, uri };
}

function headerChanges(filters: readonly Filter[]): HeaderChanges | undefined {
  const operations = ({ set, add, remove }: z.infer<typeof Modifier>) => ({ set: toMap(set), add: toMap(add), remove });
  const changes: { request?: ReturnType<typeof operations>; response?: ReturnType<typeof operations> } = {};
  for (const filter of filters) {
    if (filter.type === "RequestHeaderModifier") changes.request = operations(filter.requestHeaderModifier);
    if (filter.type === "ResponseHeaderModifier") changes.response = operations(filter.responseHeaderModifier);
  }
  return changes.request === undefined && changes.response === undefined ? undefined : changes;
}

const toMap = (pairs: z.infer<typeof Pairs>): Record<string, string> =>
  Object.fromEntries(pairs.map(({ name, value }) => [name, value]));
