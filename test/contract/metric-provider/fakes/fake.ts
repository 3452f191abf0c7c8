import type { ProviderSettings } from "../../../../src/metric-providers/provider.ts";

/** A request as a fake source sees it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * One kind of source as its documentation describes it: what it must be asked, and how it answers. `at` is the moment of the question
 * in milliseconds, `window` the check's in milliseconds.
 */
export interface Fake {
  readonly text: string;
  readonly secret: Readonly<Record<string, string>> | null;
  readonly settings?: Partial<ProviderSettings>;
  /** What is wrong with a request; empty: nothing. Whether credentials are right is `trusts`. */
  refusal(seen: Seen, asked: { readonly at: number; readonly window: number }): string;
  trusts(seen: Seen): boolean;
  /** Answers for a series with these values, oldest first; `null` is a gap. No values: a series without points. */
  answer(values: readonly (number | null)[], at: number): Reply;
  /** The answer to a query that nothing matches. */
  nothing(at: number): Reply;
  /** Two answers where there should be one; `null`: the API cannot say so. */
  twice(at: number): Reply | null;
  /** What the API answers, under a good status, when it could not do it; `null`: it always says so by its status. */
  failure?(): Reply;
  /** Of `[1, 2, 3]` which one is taken. */
  readonly takes: number;
  /** Not for sources whose JSON cannot hold it. */
  readonly infinity?: Reply;
}

export const json = (body: unknown, status = 200): Reply => ({
  status,
  type: "application/json",
  body: JSON.stringify(body),
});

/** The first of these that does not hold. */
export function firstWrong(rules: Readonly<Record<string, boolean>>): string {
  return Object.entries(rules).find(([, holds]) => !holds)?.[0] ?? "";
}
