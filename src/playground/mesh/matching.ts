import { z } from "zod";

/** What a rule may look at in a request. Header names in lower case. */
export interface RequestFacts {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The Host header as it was sent. */
  readonly authority: string;
  readonly source: RequestSource;
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

/** Exactly one of the three; none of them asks only that the value is there. */
export const StringMatch = z.union([
  z.strictObject({ exact: z.string() }),
  z.strictObject({ prefix: z.string() }),
  z.strictObject({ regex: z.string() }),
  z.strictObject({}),
]);
export type StringMatch = z.infer<typeof StringMatch>;

export const MatchRequest = z.strictObject({
  name: z.string().optional(),
  uri: StringMatch.optional(),
  ignoreUriCase: z.boolean().optional(),
  scheme: StringMatch.optional(),
  method: StringMatch.optional(),
  authority: StringMatch.optional(),
  headers: z.record(z.string(), StringMatch).optional(),
  withoutHeaders: z.record(z.string(), StringMatch).optional(),
  queryParams: z.record(z.string(), StringMatch).optional(),
  sourceLabels: z.record(z.string(), z.string()).optional(),
  sourceNamespace: z.string().optional(),
  // There is one gateway on one port here, so these choose nothing.
  gateways: z.array(z.string()).optional(),
  port: z.number().optional(),
});
export type MatchRequest = z.infer<typeof MatchRequest>;

/** The workload whose proxy sends a request. */
export interface RequestSource {
  readonly workload: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where requests come from that come in from outside. */
export const GATEWAY: RequestSource = {
  workload: "istio-ingressgateway",
  namespace: "istio-system",
  labels: { app: "istio-ingressgateway", istio: "ingressgateway" },
};

type Test = (value: string | undefined) => boolean;

/** Turns one entry of `match` into a predicate; all its conditions have to hold. Throws when an expression is broken. */
export function compileMatch(match: MatchRequest): (request: RequestFacts) => boolean {
  const tests: ((request: RequestFacts) => boolean)[] = [];
  const on = (rule: StringMatch | undefined, pick: (request: RequestFacts) => string, ignoreCase = false): void => {
    if (rule === undefined) return;
    const test = compileStringMatch(rule, ignoreCase);
    tests.push((request) => test(pick(request)));
  };
  tests.push(({ source }) => comesFrom(match, source));
  on(match.uri, ({ path }) => path, match.ignoreUriCase);
  on(match.scheme, () => "http");
  on(match.method, ({ method }) => method);
  on(match.authority, ({ authority }) => authority);
  for (const [name, rule] of Object.entries(match.headers ?? {})) {
    const test = compileStringMatch(rule);
    tests.push((request) => test(headerValue(request, name)));
  }
  for (const [name, rule] of Object.entries(match.withoutHeaders ?? {})) {
    const test = compileStringMatch(rule);
    tests.push((request) => !test(headerValue(request, name)));
  }
  for (const [name, rule] of Object.entries(match.queryParams ?? {})) {
    const test = compileStringMatch(rule);
    tests.push((request) => test(request.query.get(name) ?? undefined));
  }
  return (request) => tests.every((test) => test(request));
}

function comesFrom(
  { sourceLabels = {}, sourceNamespace }: MatchRequest,
  { namespace, labels }: RequestSource,
): boolean {
  if (sourceNamespace !== undefined && sourceNamespace !== namespace) return false;
  return Object.entries(sourceLabels).every(([label, value]) => labels[label] === value);
}

/** Several values of one header count as one, joined as HTTP joins them. */
function headerValue({ headers }: RequestFacts, name: string): string | undefined {
  const key = name.toLowerCase();
  return headers.get(key)?.join(key === "cookie" ? "; " : ",");
}

/** Turns a StringMatch into a predicate; a value that is missing never matches. Throws when an expression is broken. */
export function compileStringMatch(rule: StringMatch, ignoreCase = false): Test {
  const folded = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  if ("exact" in rule) return (value) => value !== undefined && folded(value) === folded(rule.exact);
  if ("prefix" in rule) return (value) => value !== undefined && folded(value).startsWith(folded(rule.prefix));
  if ("regex" in rule) {
    const expression = compileRegex(rule.regex);
    return (value) => value !== undefined && expression.test(value);
  }
  return (value) => value !== undefined;
}

/** Envoy's expressions match the whole value, and may begin with `(?i)`. */
function compileRegex(text: string): RegExp {
  const [, flag, body = ""] = /^(\(\?i\))?(.*)$/s.exec(text) ?? [];
  try {
    return new RegExp(`^(?:${body})$`, flag === undefined ? "s" : "si");
  } catch (error) {
    throw new Error(`while reading the expression ${text}`, { cause: error });
  }
}
