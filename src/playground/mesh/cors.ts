import { z } from "zod";
import { parseDurationMs } from "./durations.ts";
import type { Headers } from "./header-changes.ts";
import type { RequestFacts } from "./matching.ts";
import { compileStringMatch, StringMatch } from "./matching.ts";

export const CorsPolicy = z.strictObject({
  allowOrigin: z.array(z.string()).default([]),
  allowOrigins: z.array(StringMatch).default([]),
  allowMethods: z.array(z.string()).default([]),
  allowHeaders: z.array(z.string()).default([]),
  exposeHeaders: z.array(z.string()).default([]),
  allowCredentials: z.boolean().optional(),
  maxAge: z.string().optional(),
});

/** A rule's CORS policy, ready to use. */
export interface Cors {
  /** The headers that answer a preflight; undefined for any other request and for an origin that is not allowed. */
  preflight(request: RequestFacts): Headers | undefined;
  /** Adds to the response of an ordinary request what lets an allowed origin read it. */
  allow(request: RequestFacts, response: Headers): void;
}

/** Throws when an expression or a duration in it is broken. */
export function compileCors(policy: z.infer<typeof CorsPolicy>): Cors {
  const exact = policy.allowOrigin.map((origin) => compileStringMatch(origin === "*" ? {} : { exact: origin }));
  const tests = [...exact, ...policy.allowOrigins.map((rule) => compileStringMatch(rule))];
  const maxAgeMs = policy.maxAge === undefined ? undefined : parseDurationMs(policy.maxAge);
  if (policy.maxAge !== undefined && maxAgeMs === undefined) {
    throw new Error(`corsPolicy.maxAge "${policy.maxAge}" is not a duration such as 24h`);
  }
  const allowedOrigin = ({ headers }: RequestFacts): string | undefined => {
    const origin = headers.get("origin")?.[0];
    return origin !== undefined && tests.some((test) => test(origin)) ? origin : undefined;
  };
  const common = (origin: string): [string, string[]][] => [
    ["access-control-allow-origin", [origin]],
    ...listed("access-control-allow-credentials", policy.allowCredentials === true ? ["true"] : []),
  ];
  return {
    preflight: (request) => {
      const origin = allowedOrigin(request);
      const asks = request.method === "OPTIONS" && request.headers.has("access-control-request-method");
      if (origin === undefined || !asks) return undefined;
      return new Map([
        ...common(origin),
        ...listed("access-control-allow-methods", policy.allowMethods),
        ...listed("access-control-allow-headers", policy.allowHeaders),
        ...listed("access-control-max-age", maxAgeMs === undefined ? [] : [String(Math.floor(maxAgeMs / 1_000))]),
      ]);
    },
    allow: (request, response) => {
      const origin = allowedOrigin(request);
      if (origin === undefined) return;
      const headers = [...common(origin), ...listed("access-control-expose-headers", policy.exposeHeaders)];
      for (const [name, values] of headers) response.set(name, values);
    },
  };
}

function listed(name: string, values: readonly string[]): [string, string[]][] {
  return values.length === 0 ? [] : [[name, [values.join(",")]]];
}
