/** Thrown when trying again cannot help: bad configuration, an altered job, an object that can never be right. */
export class TerminalError extends Error {
  override readonly name = "TerminalError";
}

/**
 * Thrown when the object changed between looking and writing (HTTP 409, or a watch cache that fell behind).
 * Never a failure of the rollout: look again and decide again.
 */
export class ConflictError extends Error {
  override readonly name = "ConflictError";
}

/** Thrown when the API server answered that the object does not exist (HTTP 404). */
export class NotFoundError extends Error {
  override readonly name = "NotFoundError";
}

/** Thrown when the API server understood the request and refuses it for good (HTTP 403, 422): `status` says which. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly status: number;
  constructor(message: string, options: ErrorOptions & { readonly status: number }) {
    super(message, options);
    this.status = options.status;
  }
}

/** Thrown when the resource kind itself or a field of its schema is missing in the cluster, such as a pruned `status.rollout`. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}

/** Thrown when the API server asks to be left alone for a while (HTTP 429, or any refusal with a Retry-After): nothing was done. */
export class BusyError extends Error {
  override readonly name = "BusyError";
  readonly retryAfterMs: number;
  constructor(message: string, options: ErrorOptions & { readonly retryAfterMs: number }) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Milliseconds that the server behind a failure, however deep, wants to be left alone; 0 when it did not say. */
export function waitAskedBy(error: unknown): number {
  if (error instanceof BusyError) return error.retryAfterMs;
  return error instanceof Error && error.cause !== undefined ? waitAskedBy(error.cause) : 0;
}

/** One line for logs and chat: the message and the messages of its causes, outermost first. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${explain(error.cause)}`;
}
