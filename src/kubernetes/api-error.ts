import { z } from "zod";
import { BusyError, ConflictError, NotFoundError, RefusedError } from "../errors.ts";

/** What the API server answered when it did not do what was asked. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status. */
  readonly status: number;
  /** Kubernetes' reason, such as `AlreadyExists`; empty when the answer had none. */
  readonly reason: string;
  /** Milliseconds after which the server wants to be asked again; `null` when it did not say. */
  readonly retryAfterMs: number | null;

  constructor(message: string, about: { status: number; reason: string; retryAfterMs: number | null }) {
    super(message);
    this.status = about.status;
    this.reason = about.reason;
    this.retryAfterMs = about.retryAfterMs;
  }
}

const Status = z.object({ message: z.string().default(""), reason: z.string().default("") });

export interface FailedAnswer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | undefined;
}

/** Reads a refusing answer; its body need not be a Kubernetes Status. */
export function readApiError({ status, body, retryAfter }: FailedAnswer): ApiError {
  const { message, reason } = readStatus(body);
  const seconds = Number(retryAfter);
  const retryAfterMs = retryAfter !== undefined && Number.isFinite(seconds) ? seconds * 1_000 : null;
  return new ApiError(message === "" ? `HTTP ${status}` : message, { status, reason, retryAfterMs });
}

function readStatus(body: string): z.infer<typeof Status> {
  try {
    return Status.parse(JSON.parse(body));
  } catch {
    return { message: body.slice(0, 300).trim(), reason: "" };
  }
}

/** The error that the rest of the program tells apart, with the API server's own as its cause. */
export function translate(doing: string, cause: ApiError): Error {
  const message = `while ${doing}`;
  switch (cause.status) {
    case 404:
      return new NotFoundError(message, { cause });
    case 409:
      return new ConflictError(message, { cause });
    case 403:
    case 422:
      return new RefusedError(message, { cause, status: cause.status });
    default:
      if (cause.retryAfterMs === null) return new Error(message, { cause });
      return new BusyError(message, { cause, retryAfterMs: cause.retryAfterMs });
  }
}

/** The API server's answer behind an error, however deep; `null` when there was none, such as after a lost connection. */
export function apiErrorOf(error: unknown): ApiError | null {
  if (error instanceof ApiError) return error;
  return error instanceof Error && error.cause !== undefined ? apiErrorOf(error.cause) : null;
}
