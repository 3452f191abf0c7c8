import type { Verb } from "./http/call.ts";

/** What is remembered of each request to a resource. */
export interface RequestFacts {
  readonly verb: Verb;
  /** Plural, with group and subresource: `deployments.apps`, `deployments.apps/scale`, `pods`. */
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly userAgent: string;
}

/** Names some requests: those that agree with every member given. */
export type RequestMatch = Partial<RequestFacts>;

export interface RequestCount {
  readonly verb: Verb;
  readonly resource: string;
  readonly userAgent: string;
  readonly count: number;
}

export function matchesRequest(facts: RequestFacts, match: RequestMatch): boolean {
  return (
    (match.verb === undefined || match.verb === facts.verb) &&
    (match.resource === undefined || match.resource === facts.resource) &&
    (match.namespace === undefined || match.namespace === facts.namespace) &&
    (match.name === undefined || match.name === facts.name) &&
    (match.userAgent === undefined || facts.userAgent.includes(match.userAgent))
  );
}

/** Counts requests to resources; discovery and health checks are left out. */
export class RequestCounter {
  readonly #counts = new Map<string, RequestCount>();

  record(facts: RequestFacts): void {
    const key = `${facts.verb} ${facts.resource} ${facts.userAgent}`;
    const count = (this.#counts.get(key)?.count ?? 0) + 1;
    this.#counts.set(key, { verb: facts.verb, resource: facts.resource, userAgent: facts.userAgent, count });
  }

  /** How many requests came since the last reset, of those that match. */
  total(match: Omit<RequestMatch, "namespace" | "name"> = {}): number {
    return this.by().reduce(
      (sum, entry) =>
        matchesRequest({ ...entry, namespace: undefined, name: undefined }, match) ? sum + entry.count : sum,
      0,
    );
  }

  /** One entry for each verb, resource and user agent, the most frequent first. */
  by(): RequestCount[] {
    return [...this.#counts.values()].sort((left, right) => right.count - left.count);
  }

  reset(): void {
    this.#counts.clear();
  }
}
