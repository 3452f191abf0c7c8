import type { Finding } from "../blocks/check.ts";
import type { JsonObject } from "../ui-protocol.ts";

/** A refusal as the Web API phrases it: `{"ok":false,"error":code}` and some details. */
export class ApiError extends Error {
  readonly code: string;
  readonly details: JsonObject;

  constructor(code: string, details: JsonObject = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

/** Refuses a payload with the pointers of everything that is wrong with it. */
export function refusedPayload(code: string, findings: readonly Finding[]): ApiError {
  const lines = findings.map((finding) => `${finding.message} [json-pointer:${finding.pointer}]`);
  return new ApiError(code, { errors: lines, response_metadata: { messages: lines.map((line) => `[ERROR] ${line}`) } });
}

/** Throws unless there is nothing to complain about. */
export function requireNone(code: string, findings: readonly Finding[]): void {
  if (findings.length > 0) throw refusedPayload(code, findings);
}

/** Too many calls: HTTP 429 with the whole seconds to wait. */
export class RateLimited extends ApiError {
  readonly seconds: number;

  constructor(seconds: number) {
    super("ratelimited");
    this.seconds = seconds;
  }
}
