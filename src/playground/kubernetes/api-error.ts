import type { JsonObject } from "./json.ts";

/** One field's complaint inside an Invalid answer. */
export interface Cause {
  readonly reason:
    | "FieldValueRequired"
    | "FieldValueInvalid"
    | "FieldValueNotSupported"
    | "FieldValueForbidden"
    | "FieldValueDuplicate"
    | "FieldValueTooLong"
    | "FieldValueTypeInvalid"
    | "FieldValueNotFound"
    | "FieldValueTooMany";
  readonly message: string;
  readonly field: string;
}

/** What a Status names: a resource (plural) for most reasons, a kind for Invalid. */
export interface Subject {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

interface Problem {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: JsonObject;
}

/** A refusal that reaches the client as a `Status` object with this code. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: JsonObject | undefined;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = "ApiError";
    this.code = problem.code;
    this.reason = problem.reason;
    this.details = problem.details;
  }

  /** The Status object of this refusal. */
  toStatus(): JsonObject {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: this.message,
      ...(this.reason === "" ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

export function qualified(subject: Subject): string {
  return subject.group === "" ? subject.plural : `${subject.plural}.${subject.group}`;
}

function pluralDetails(subject: Subject, name: string): JsonObject {
  return { name, ...(subject.group === "" ? {} : { group: subject.group }), kind: subject.plural };
}

export function notFound(subject: Subject, name: string): ApiError {
  return new ApiError({
    code: 404,
    reason: "NotFound",
    message: `${qualified(subject)} "${name}" not found`,
    details: pluralDetails(subject, name),
  });
}

export function alreadyExists(subject: Subject, name: string, isTerminating: boolean): ApiError {
  return new ApiError({
    code: 409,
    reason: "AlreadyExists",
    message: `${isTerminating ? "object is being deleted: " : ""}${qualified(subject)} "${name}" already exists`,
    details: pluralDetails(subject, name),
  });
}

const MODIFIED = "the object has been modified; please apply your changes to the latest version and try again";

export function conflict(subject: Subject, name: string, why: string = MODIFIED): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(subject)} "${name}": ${why}`;
  return new ApiError({ code: 409, reason: "Conflict", message, details: pluralDetails(subject, name) });
}

/** 422 with one cause a field, worded as the API server words it. */
export function invalid(subject: Subject, name: string, causes: readonly Cause[]): ApiError {
  const lines = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))];
  const text = lines.length === 1 ? lines[0] : `[${lines.join(", ")}]`;
  const kind = subject.group === "" ? subject.kind : `${subject.kind}.${subject.group}`;
  return new ApiError({
    code: 422,
    reason: "Invalid",
    message: `${kind} "${name}" is invalid: ${text}`,
    details: {
      ...(name === "" ? {} : { name }),
      ...(subject.group === "" ? {} : { group: subject.group }),
      ...(subject.kind === "" ? {} : { kind: subject.kind }),
      causes: causes.map((cause) => ({ reason: cause.reason, message: cause.message, field: cause.field })),
    },
  });
}

export function badRequest(message: string): ApiError {
  return new ApiError({ code: 400, reason: "BadRequest", message });
}

export function forbidden(subject: Subject, name: string, why: string, cause?: JsonObject): ApiError {
  const details = pluralDetails(subject, name);
  if (cause !== undefined) details["causes"] = [cause];
  return new ApiError({
    code: 403,
    reason: "Forbidden",
    message: `${qualified(subject)} "${name}" is forbidden: ${why}`,
    details,
  });
}

/** A path below `/api` or `/apis` that names no resource. */
export function noSuchResource(): ApiError {
  const message = "the server could not find the requested resource";
  return new ApiError({ code: 404, reason: "NotFound", message, details: {} });
}

/** One object was asked for as a list, or the other way round. */
export function wrongForm(message: string): ApiError {
  return new ApiError({ code: 406, reason: "NotAcceptable", message });
}

export function methodNotAllowed(): ApiError {
  return new ApiError({
    code: 405,
    reason: "MethodNotAllowed",
    message: "the server does not allow this method on the requested resource",
    details: {},
  });
}

export function notAcceptable(accepted: readonly string[]): ApiError {
  return new ApiError({
    code: 406,
    reason: "NotAcceptable",
    message: `406: Not Acceptable\n\nAvailable representations: ${accepted.join(", ")}`,
    details: {},
  });
}

/** The media type is fine, what it is to hold is not. */
export function unknownForm(accepted: readonly string[]): ApiError {
  return wrongForm(`only the following media types are accepted: ${accepted.join(", ")}`);
}

export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`;
  return new ApiError({ code: 415, reason: "UnsupportedMediaType", message });
}

/** A patch of a type that this resource does not take. */
export function unsupportedPatch(): ApiError {
  return new ApiError({
    code: 415,
    reason: "UnsupportedMediaType",
    message: "415: Unsupported Media Type",
    details: {},
  });
}

export function bodyTooLarge(limit: number): ApiError {
  return new ApiError({
    code: 413,
    reason: "RequestEntityTooLarge",
    message: `Request entity too large: limit is ${limit}`,
  });
}

export function expired(message: string): ApiError {
  return new ApiError({ code: 410, reason: "Expired", message });
}

export function required(field: string, detail = ""): Cause {
  return {
    reason: "FieldValueRequired",
    field,
    message: detail === "" ? "Required value" : `Required value: ${detail}`,
  };
}

/** `shown` is the offending value as the message shows it: a string in quotes, other things as JSON. */
export function invalidValue(field: string, shown: unknown, detail: string): Cause {
  return { reason: "FieldValueInvalid", field, message: `Invalid value: ${JSON.stringify(shown)}: ${detail}` };
}

export function unsupportedValue(field: string, shown: unknown, allowed: readonly string[]): Cause {
  const list = allowed.map((item) => JSON.stringify(item)).join(", ");
  return {
    reason: "FieldValueNotSupported",
    field,
    message: `Unsupported value: ${JSON.stringify(shown)}: supported values: ${list}`,
  };
}

export function forbiddenField(field: string, detail: string): Cause {
  return { reason: "FieldValueForbidden", field, message: `Forbidden: ${detail}` };
}
