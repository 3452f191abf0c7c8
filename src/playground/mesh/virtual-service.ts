import { z } from "zod";
import type { Cors } from "./cors.ts";
import { compileCors, CorsPolicy } from "./cors.ts";
import { parseDurationMs } from "./durations.ts";
import type { HeaderChanges as Changes } from "./header-changes.ts";
import { HeaderChanges } from "./header-changes.ts";
import { resolveConfigHost } from "./hosts.ts";
import type { RequestFacts } from "./matching.ts";
import { compileMatch, MatchRequest } from "./matching.ts";
import type { RetryPolicy } from "./retries.ts";
import { Retries, retryPolicyOf } from "./retries.ts";
import { everyPercent, weightedChoice } from "./weighted.ts";

/** Where a request is sent: a Service by its full name. Without a port, the Service decides. */
export interface Destination {
  readonly host: string;
  readonly port: number | undefined;
  readonly headers: Changes | undefined;
}

/** One entry of `http`, ready to use. */
export interface Rule {
  /** The prefix that was matched ("" for another kind of match, "/" for none); undefined when the rule does not apply. */
  readonly matchedPrefix: (request: RequestFacts) => string | undefined;
  readonly chooseDestination: () => Destination;
  /** "namespace/name" of the VirtualService whose rules go on from here; undefined for a rule that routes itself. */
  readonly delegate?: string;
  readonly mirrors: readonly { readonly destination: Destination; readonly isTurn: () => boolean }[];
  readonly timeoutMs: number | undefined;
  readonly retries: RetryPolicy;
  readonly rewrite: { readonly uri?: string | undefined; readonly authority?: string | undefined } | undefined;
  readonly headers: Changes | undefined;
  readonly cors: Cors | undefined;
}

/** A VirtualService that was understood: full names of its hosts, and its rules in order. */
export interface VirtualServiceRoutes {
  readonly hosts: readonly string[];
  readonly rules: readonly Rule[];
}

const DestinationRef = z.strictObject({
  host: z.string().min(1),
  port: z.strictObject({ number: z.int().min(1).max(65_535) }).optional(),
});
const RouteDestination = z.strictObject({
  destination: DestinationRef,
  weight: z.int().min(0).max(100).optional(),
  headers: HeaderChanges.optional(),
});
const Percent = z.strictObject({ value: z.number().min(0).max(100).default(0) });
const Delegate = z.strictObject({ name: z.string().min(1), namespace: z.string().optional() });
/** What is missing here (redirects, faults, subsets…) is refused, not passed over. */
const HttpRule = z.strictObject({
  name: z.string().optional(),
  match: z.array(MatchRequest).optional(),
  route: z.array(RouteDestination).min(1).optional(),
  delegate: Delegate.optional(),
  mirror: DestinationRef.optional(),
  mirrorPercentage: Percent.optional(),
  mirrors: z.array(z.strictObject({ destination: DestinationRef, percentage: Percent.optional() })).optional(),
  timeout: z.string().optional(),
  retries: Retries.optional(),
  rewrite: z.strictObject({ uri: z.string().optional(), authority: z.string().optional() }).optional(),
  headers: HeaderChanges.optional(),
  corsPolicy: CorsPolicy.optional(),
});
type HttpRule = z.infer<typeof HttpRule>;
/** One without hosts can only be delegated to. */
const Spec = z.object({ hosts: z.array(z.string().min(1)).default([]), http: z.array(HttpRule).default([]) });

/**
 * Reads the spec of a VirtualService in `namespace`.
 * Throws what Istio refuses (a total weight of 0, a weight outside 0–100) and what this mesh does not know, by path.
 */
export function compileVirtualService(spec: unknown, namespace: string): VirtualServiceRoutes {
  const parsed = Spec.safeParse(spec);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const { hosts, http } = parsed.data;
  return {
    hosts: hosts.map((host) => resolveConfigHost(host, namespace)),
    rules: http.map((rule, index) => {
      try {
        return compileRule(rule, namespace);
      } catch (error) {
        throw new Error(`in http[${index}]`, { cause: error });
      }
    }),
  };
}

function compileRule(rule: HttpRule, namespace: string): Rule {
  const { route = [], delegate } = rule;
  if ((route.length === 0) === (delegate === undefined)) throw new Error("it needs either route or delegate");
  const toDestination = (ref: z.infer<typeof DestinationRef>, headers?: Changes): Destination => ({
    host: resolveConfigHost(ref.host, namespace),
    port: ref.port?.number,
    headers,
  });
  const timeoutMs = rule.timeout === undefined ? undefined : parseDurationMs(rule.timeout);
  if (rule.timeout !== undefined && timeoutMs === undefined) {
    throw new Error(`timeout "${rule.timeout}" is not a duration such as 2s`);
  }
  const single = route.length === 1;
  const choices = route.map(({ destination, weight = single ? 100 : 0, headers }) => ({
    // The weight of an only destination means nothing, even when it is 0.
    weight: single ? 100 : weight,
    value: toDestination(destination, headers),
  }));
  if (delegate === undefined && choices.every(({ weight }) => weight === 0))
    throw new Error("the weights of its destinations add up to 0");
  return {
    matchedPrefix: compileMatches(rule.match ?? []),
    chooseDestination: delegate === undefined ? weightedChoice(choices) : () => leadsNowhere(),
    ...(delegate === undefined ? {} : { delegate: `${delegate.namespace ?? namespace}/${delegate.name}` }),
    mirrors: mirrorsOf(rule).map(({ ref, percent }) => ({
      destination: toDestination(ref),
      isTurn: everyPercent(percent),
    })),
    timeoutMs: timeoutMs === 0 ? undefined : timeoutMs,
    retries: retryPolicyOf(rule.retries),
    rewrite: rule.rewrite,
    headers: rule.headers,
    cors: rule.corsPolicy && compileCors(rule.corsPolicy),
  };
}

function leadsNowhere(): never {
  throw new Error("a rule that delegates has no destination of its own");
}

function compileMatches(matches: readonly MatchRequest[]): (request: RequestFacts) => string | undefined {
  if (matches.length === 0) return () => "/";
  const compiled = matches.map((match) => ({ test: compileMatch(match), prefix: prefixOf(match) }));
  return (request) => compiled.find(({ test }) => test(request))?.prefix;
}

function prefixOf({ uri }: MatchRequest): string {
  if (uri === undefined) return "/";
  return "prefix" in uri ? uri.prefix : "";
}

function mirrorsOf(rule: HttpRule): readonly { ref: z.infer<typeof DestinationRef>; percent: number }[] {
  const several = (rule.mirrors ?? []).map((one) => ({ ref: one.destination, percent: one.percentage?.value ?? 100 }));
  if (rule.mirror === undefined) return several;
  return [{ ref: rule.mirror, percent: rule.mirrorPercentage?.value ?? 100 }, ...several];
}

/** The path (without query) that the destination sees. A matched prefix is replaced, anything else as a whole. */
export function rewrittenPath(path: string, { uri, prefix }: { uri: string | undefined; prefix: string }): string {
  if (uri === undefined) return path;
  return (prefix === "" ? uri : uri + path.slice(prefix.length)) || "/";
}
