import { z } from "zod";
import { parseDurationMs } from "./durations.ts";

/** When an attempt is worth another one, and how many others there may be. */
export interface RetryPolicy {
  /** Attempts after the first. */
  readonly attempts: number;
  readonly perTryTimeoutMs: number | undefined;
  readonly retriesStatus: (status: number) => boolean;
  readonly retriesFailure: (failure: AttemptFailure) => boolean;
}

/** Why an attempt brought no answer. Only the first two are certain not to have reached the application. */
export type AttemptFailure = "connect-failure" | "reset-before-request" | "reset" | "timeout";

export const Retries = z.strictObject({
  attempts: z.int().min(0).default(0),
  perTryTimeout: z.string().optional(),
  retryOn: z.string().optional(),
  retryRemoteLocalities: z.boolean().optional(),
  retryIgnorePreviousHosts: z.boolean().optional(),
});

/** Istio's own: only what certainly did nothing yet is repeated. */
const DEFAULT_CONDITIONS = "connect-failure,refused-stream,reset-before-request";
const DEFAULT_ATTEMPTS = 2;

/** The policy of a rule; without `retries` Istio's default of two further attempts. Throws when a duration is broken. */
export function retryPolicyOf(retries: z.infer<typeof Retries> | undefined): RetryPolicy {
  const { attempts = DEFAULT_ATTEMPTS, perTryTimeout, retryOn } = retries ?? {};
  const conditions = new Set((retryOn || DEFAULT_CONDITIONS).split(",").map((condition) => condition.trim()));
  const perTryTimeoutMs = perTryTimeout === undefined ? undefined : parseDurationMs(perTryTimeout);
  if (perTryTimeout !== undefined && perTryTimeoutMs === undefined) {
    throw new Error(`retries.perTryTimeout "${perTryTimeout}" is not a duration such as 2s`);
  }
  const on5xx = conditions.has("5xx");
  const onGatewayError = on5xx || conditions.has("gateway-error");
  return {
    attempts,
    perTryTimeoutMs: perTryTimeoutMs === 0 ? undefined : perTryTimeoutMs,
    retriesStatus: (status) =>
      (on5xx && status >= 500) ||
      (onGatewayError && status >= 502 && status <= 504) ||
      (conditions.has("retriable-4xx") && status === 409) ||
      conditions.has(String(status)),
    retriesFailure: (failure) => conditions.has(failure) || onGatewayError || conditions.has("reset"),
  };
}
